import {
  der,
  extension,
  generalName,
  nameConstraints,
  nameDer,
  sequence,
} from '../../../support/make-chains.js';
import { type ChainCase, type ChainRow, ca, make, root } from './pki.js';

interface Named {
  readonly permitted?: readonly string[];
  readonly excluded?: readonly string[];
  readonly san?: readonly string[];
  readonly cn?: string;
  readonly limits?: Uint8Array;
}

/** A leaf of these names under an intermediate of these constraints. */
function named({ permitted = [], excluded = [], san, cn = 'A Server', limits }: Named): ChainCase {
  const inter = ca('Constrained', { issuer: root, plus: [nameConstraints(permitted, excluded, limits)] });
  const altNames = san && [extension('2.5.29.17', sequence(...san.map(generalName)))];
  const leaf = make(cn, { issuer: inter, ca: false, ...(altNames && { plus: altNames }) });
  return { leaf, sent: [inter], anchors: [root] };
}

const permitted = (names: readonly string[], ...san: readonly string[]): ChainCase =>
  named({ permitted: names, san });
const excluded = (names: readonly string[], ...san: readonly string[]): ChainCase =>
  named({ excluded: names, san });

const strictRoot = ca('Strict Root', { plus: [nameConstraints(['DNS:example.org'])] });
const ofStrict = (san: string): ChainCase => ({
  leaf: make('A Server', { issuer: strictRoot, san: [san] }),
  anchors: [strictRoot],
});

const email = make(
  [
    ['CN', 'A Server'],
    ['emailAddress', 'dba@example.org'],
  ],
  { issuer: root },
);
const limits = (tag: number, value: number): Uint8Array => der(tag, Buffer.of(value));

export const NAMES: readonly ChainRow[] = [
  ['DNS within', 0, permitted(['DNS:example.org'], 'DNS:db.example.org')],
  ['DNS the same', 0, permitted(['DNS:example.org'], 'DNS:example.org')],
  ['DNS in other case', 0, permitted(['DNS:Example.ORG'], 'DNS:DB.example.org')],
  ['DNS outside', 47, permitted(['DNS:example.org'], 'DNS:db.example.com')],
  ['DNS that only ends alike', 47, permitted(['DNS:example.org'], 'DNS:badexample.org')],
  ['DNS below a dot', 0, permitted(['DNS:.example.org'], 'DNS:db.example.org')],
  ['DNS below a dot, the domain itself', 47, permitted(['DNS:.example.org'], 'DNS:example.org')],
  ['DNS anything', 0, permitted(['DNS:'], 'DNS:db.example.com')],
  ['DNS within one of two', 0, permitted(['DNS:example.com', 'DNS:example.org'], 'DNS:db.example.org')],
  ['one of two DNS outside', 47, permitted(['DNS:example.org'], 'DNS:db.example.org', 'DNS:example.com')],
  ['DNS excluded', 48, excluded(['DNS:example.org'], 'DNS:db.example.org')],
  ['DNS not excluded', 0, excluded(['DNS:example.org'], 'DNS:db.example.com')],
  [
    'permitted and excluded',
    48,
    named({ permitted: ['DNS:example.org'], excluded: ['DNS:db.example.org'], san: ['DNS:db.example.org'] }),
  ],
  ['the common name outside', 47, named({ permitted: ['DNS:example.org'], cn: 'db.example.com' })],
  ['the common name within', 0, named({ permitted: ['DNS:example.org'], cn: 'db.example.org' })],
  ['the common name of one label', 0, named({ permitted: ['DNS:example.org'], cn: 'db' })],
  ['the common name that is no host', 0, named({ permitted: ['DNS:example.org'], cn: 'db-.example.com' })],
  [
    'the common name beside a dNSName',
    0,
    named({ permitted: ['DNS:example.org'], cn: 'db.example.com', san: ['DNS:db.example.org'] }),
  ],
  [
    'the common name beside an address',
    47,
    named({ permitted: ['DNS:example.org'], cn: 'db.example.com', san: ['IP:7f000001'] }),
  ],
  ['the common name with a NUL', 53, named({ permitted: ['DNS:example.org'], cn: 'db.example.org\0.com' })],
  ['addresses within', 0, permitted(['IP:0a000000ff000000'], 'IP:0a010203')],
  ['addresses outside', 47, permitted(['IP:0a000000ff000000'], 'IP:0b010203')],
  ['addresses of the other family', 47, permitted(['IP:0a000000ff000000'], `IP:${'00'.repeat(15)}01`)],
  ['addresses excluded', 48, excluded([`IP:${'00'.repeat(32)}`], `IP:${'00'.repeat(15)}01`)],
  ['an address of three octets', 53, permitted(['IP:0a000000ff000000'], 'IP:0a0102')],
  ['a range of five octets', 53, permitted(['IP:0a000000ff'], 'IP:0a010203')],
  ['e-mail within a domain', 0, permitted(['email:example.org'], 'email:dba@example.org')],
  ['e-mail outside', 47, permitted(['email:example.org'], 'email:dba@db.example.org')],
  ['e-mail below a dot', 0, permitted(['email:.example.org'], 'email:dba@db.example.org')],
  ['e-mail of one person', 0, permitted(['email:dba@example.org'], 'email:dba@EXAMPLE.org')],
  ['e-mail of another', 47, permitted(['email:dba@example.org'], 'email:DBA@example.org')],
  ['e-mail without an at', 53, permitted(['email:example.org'], 'email:nobody')],
  ['URI within', 0, permitted(['URI:db.example.org'], 'URI:postgresql://db.example.org:5432/x')],
  ['URI outside', 47, permitted(['URI:db.example.org'], 'URI:postgresql://example.org/')],
  ['URI below a dot', 0, permitted(['URI:.example.org'], 'URI:postgresql://db.example.org')],
  ['URI without a host', 53, permitted(['URI:.example.org'], 'URI:urn:x')],
  ['a subject within', 0, named({ permitted: ['dir:A Server'] })],
  ['a subject outside', 47, named({ permitted: ['dir:Another'] })],
  ['a subject in other case', 48, named({ excluded: ['dir:a  server'] })],
  ['a kind of name that OpenSSL cannot compare', 51, permitted(['RID:1.2.3'], 'RID:1.2.3')],
  ['a kind that is not constrained', 0, permitted(['email:example.org'], 'DNS:db.example.com')],
  [
    'a minimum of 0',
    0,
    named({ permitted: ['DNS:example.org'], san: ['DNS:example.org'], limits: limits(0x80, 0) }),
  ],
  [
    'a minimum of 1',
    49,
    named({ permitted: ['DNS:example.org'], san: ['DNS:example.org'], limits: limits(0x80, 1) }),
  ],
  [
    'a maximum',
    49,
    named({ permitted: ['DNS:example.org'], san: ['DNS:example.org'], limits: limits(0x81, 0) }),
  ],
  ['the constraints of the root, within', 0, ofStrict('DNS:db.example.org')],
  ['the constraints of the root, outside', 47, ofStrict('DNS:db.example.com')],
  ['an e-mail address in the subject', 0, { leaf: email, anchors: [root] }],
  [
    'constraints that are none',
    20,
    {
      leaf: make('A Server', { issuer: root, plus: [extension('2.5.29.30', nameDer('x'))] }),
      anchors: [root],
    },
  ],
];
