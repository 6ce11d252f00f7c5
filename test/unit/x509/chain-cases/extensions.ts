import type { TestCertificate } from '../../../support/make-certs.js';
import { bits, extension, integer, oid, SKI, sequence, usages } from '../../../support/make-chains.js';
import { type ChainCase, type ChainRow, ca, make, root, server } from './pki.js';

const SERVER = '1.3.6.1.5.5.7.3.1';
const CLIENT = '1.3.6.1.5.5.7.3.2';
const ANY = '2.5.29.37.0';
const CONSTRAINTS = '2.5.29.19';
const UNKNOWN = extension('1.2.3.4.5', sequence());
const CRITICAL = extension('1.2.3.4.5', sequence(), true);

const netscape = (octet: number) => extension('2.16.840.1.113730.1.1', bits(octet));
const constraints = (...parts: Uint8Array[]) => extension(CONSTRAINTS, sequence(...parts), true);
const TRUE = Buffer.of(1, 1, 0xff);

type Options = Parameters<typeof ca>[1];

/** A chain whose leaf, intermediate or root is made with these options. */
const ofLeaf = (options: Options): ChainCase => ({ leaf: server(root, options), anchors: [root] });
function ofInter(options: Options): ChainCase {
  const inter = ca('Intermediate', { issuer: root, ...options });
  return { leaf: server(inter), sent: [inter], anchors: [root] };
}
function ofRoot(options: Options): ChainCase {
  const anchor = ca('Some Root', options);
  return { leaf: server(anchor), anchors: [anchor] };
}
const ofAlone = (options: Options): ChainCase => {
  const leaf = make('db.example.org', { ca: false, ...options });
  return { leaf, anchors: [leaf] };
};

/** A chain of CAs, the root's path length first. */
function lengths(...pathLengths: readonly (number | null)[]): ChainCase {
  const made: TestCertificate[] = [];
  pathLengths.forEach((pathLength, step) => {
    const issuer = made[0] === undefined ? {} : { issuer: made[0] };
    made.unshift(ca(`Level ${step}`, { ...issuer, ...(pathLength === null ? {} : { pathLength }) }));
  });
  const [nearest = root] = made;
  return { leaf: server(nearest), sent: made.slice(0, -1), anchors: made.slice(-1) };
}

const again = ca('Rolled', { pathLength: 0 });
const rolled = ca('Rolled', { issuer: again });
const utcTime = (signed: Buffer, from: string, to: string): Buffer => {
  const copy = Buffer.from(signed);
  copy.write(to, copy.indexOf(from), 'latin1');
  return copy;
};

export const EXTENSIONS: readonly ChainRow[] = [
  ['leaf: purpose server', 0, ofLeaf({ plus: [usages(SERVER)] })],
  ['leaf: purpose server and client', 0, ofLeaf({ plus: [usages(CLIENT, SERVER)] })],
  ['leaf: purpose client', 26, ofLeaf({ plus: [usages(CLIENT)] })],
  ['leaf: purpose any', 26, ofLeaf({ plus: [usages(ANY)] })],
  ['leaf: purpose server gated cryptography', 0, ofLeaf({ plus: [usages('2.16.840.1.113730.4.1')] })],
  ['intermediate: purpose server', 0, ofInter({ plus: [usages(SERVER)] })],
  ['intermediate: purpose client', 26, ofInter({ plus: [usages(CLIENT)] })],
  ['root: purpose client', 26, ofRoot({ plus: [usages(CLIENT)] })],
  ['self-signed leaf: purpose client', 26, ofAlone({ plus: [usages(CLIENT)] })],
  ['leaf: key usage nonRepudiation', 26, ofLeaf({ keyUsage: ['nonRepudiation'] })],
  ['leaf: key usage keyEncipherment', 0, ofLeaf({ keyUsage: ['keyEncipherment'] })],
  ['leaf: key usage keyAgreement', 0, ofLeaf({ keyUsage: ['keyAgreement'] })],
  ['leaf: key usage keyCertSign', 26, ofLeaf({ keyUsage: ['keyCertSign'] })],
  ['leaf: key usage dataEncipherment', 26, ofLeaf({ keyUsage: ['dataEncipherment'] })],
  ['leaf: no key usage', 0, ofLeaf({ keyUsage: null })],
  ['leaf: key usage empty', 20, ofLeaf({ keyUsage: [] })],
  ['leaf: CA:TRUE', 0, ofLeaf({ ca: true, keyUsage: ['digitalSignature'] })],
  ['leaf: no basic constraints', 0, ofLeaf({ ca: null })],
  ['leaf: Netscape server', 0, ofLeaf({ plus: [netscape(0x40)] })],
  ['leaf: Netscape client', 26, ofLeaf({ plus: [netscape(0x80)] })],
  ['intermediate: CA:FALSE', 79, ofInter({ ca: false })],
  ['intermediate: no basic constraints', 79, ofInter({ ca: null, keyUsage: ['keyCertSign'] })],
  [
    'intermediate: no basic constraints, Netscape CA',
    79,
    ofInter({ ca: null, keyUsage: null, plus: [netscape(4)] }),
  ],
  ['intermediate: no key usage', 0, ofInter({ keyUsage: null })],
  ['intermediate: key usage without keyCertSign', 79, ofInter({ keyUsage: ['cRLSign'] })],
  ['root: CA:FALSE', 79, ofRoot({ ca: false })],
  ['root: no basic constraints, no key usage', 79, ofRoot({ ca: null, keyUsage: null })],
  ['root: no basic constraints, keyCertSign', 0, ofRoot({ ca: null, keyUsage: ['keyCertSign'] })],
  ['root: Netscape SSL CA', 0, ofRoot({ ca: null, keyUsage: null, plus: [netscape(4)] })],
  ['root: Netscape e-mail CA', 26, ofRoot({ ca: null, keyUsage: null, plus: [netscape(2)] })],
  ['root: key usage without keyCertSign', 79, ofRoot({ keyUsage: ['cRLSign'] })],
  ['path length 0 in the intermediate', 0, lengths(null, 0)],
  ['path length 0 above an intermediate', 25, lengths(null, 0, null)],
  ['path length 1 above an intermediate', 0, lengths(null, 1, null)],
  ['path length 0 in the root', 25, lengths(0, null)],
  ['path length 1 in the root', 0, lengths(1, null)],
  ['path length 1 in the root above two', 25, lengths(1, null, null)],
  [
    'a self-issued intermediate does not count',
    0,
    { leaf: server(rolled), sent: [rolled], anchors: [again] },
  ],
  ['leaf: an unknown extension', 0, ofLeaf({ plus: [UNKNOWN] })],
  ['leaf: an unknown critical extension', 34, ofLeaf({ plus: [CRITICAL] })],
  ['intermediate: an unknown critical extension', 34, ofInter({ plus: [CRITICAL] })],
  ['root: an unknown critical extension', 34, ofRoot({ plus: [CRITICAL] })],
  [
    'leaf: a critical key identifier',
    34,
    ofLeaf({ without: [SKI], plus: [extension(SKI, Buffer.of(4, 1, 7), true)] }),
  ],
  [
    'leaf: critical policies',
    0,
    ofLeaf({ plus: [extension('2.5.29.32', sequence(sequence(oid('2.5.29.32.0'))), true)] }),
  ],
  [
    'leaf: a proxy certificate',
    40,
    ofLeaf({
      san: [],
      without: ['2.5.29.17'],
      plus: [extension('1.3.6.1.5.5.7.1.14', sequence(sequence(oid('1.3.6.1.5.5.7.21.1'))), true)],
    }),
  ],
  [
    'leaf: two of an extension',
    20,
    ofLeaf({ plus: [extension('2.5.29.17', sequence(Buffer.of(0x82, 1, 0x61)))] }),
  ],
  [
    'leaf: basic constraints that are none',
    20,
    ofLeaf({ ca: null, plus: [extension(CONSTRAINTS, Buffer.of(5, 0), true)] }),
  ],
  [
    'leaf: a key identifier that is none',
    20,
    ofLeaf({ without: [SKI], plus: [extension(SKI, Buffer.of(5, 0))] }),
  ],
  ['leaf: a negative path length', 20, ofLeaf({ ca: null, plus: [constraints(TRUE, integer(-1))] })],
  [
    'leaf: trailing octets in an extension',
    0,
    ofLeaf({ without: [SKI], plus: [extension(SKI, Buffer.of(4, 1, 7, 9, 9))] }),
  ],
  [
    'leaf: a distribution point without a place',
    20,
    ofLeaf({ plus: [extension('2.5.29.31', sequence(sequence()))] }),
  ],
  ['intermediate: two of an extension', 20, ofInter({ plus: [extension('2.5.29.15', bits(4))] })],
  [
    'root: basic constraints that are none',
    20,
    ofRoot({ ca: null, plus: [extension(CONSTRAINTS, Buffer.of(5, 0), true)] }),
  ],
  [
    'self-signed leaf: a key identifier that is none',
    20,
    ofAlone({ without: [SKI], plus: [extension(SKI, Buffer.of(5, 0))] }),
  ],
  [
    'leaf: a beginning that is no date',
    13,
    ofLeaf({ edit: (signed) => utcTime(signed, '261111120000Z', '26111112000+Z') }),
  ],
  [
    'leaf: an end that is no date',
    14,
    ofLeaf({ edit: (signed) => utcTime(signed, '271121120000Z', '271321120000Z') }),
  ],
];
