import { makeKey } from '../../../support/make-certs.js';
import {
  AKI,
  authorityKeyId,
  type CrlOptions,
  distributionPoints,
  extension,
  integer,
  issuingPoint,
  keyIdOf,
  nameDer,
  type Point,
  SKI,
  serialOf,
  type TestExtension,
} from '../../../support/make-chains.js';
import {
  type ChainCase,
  type ChainRow,
  ca,
  crl,
  day,
  direct,
  inter,
  leaf,
  make,
  NOW,
  other,
  root,
  server,
} from './pki.js';

const sent = [inter];
const anchors = [root];
const chain = { leaf, sent, anchors };
const whole = (...crls: readonly Uint8Array[]): ChainCase => ({ ...chain, crls });
/** The leaf is signed by the root; its list is made with these options. */
const one = (options: Partial<CrlOptions> = {}): ChainCase => ({
  leaf: direct,
  anchors,
  crls: [crl(root, options)],
});

const entry = (id: string, value: Uint8Array, critical = false): TestExtension =>
  extension(id, value, critical);
const reason = (code: number): TestExtension => entry('2.5.29.21', Buffer.of(0x0a, 1, code));
const AT = 'URI:http://crl.example.org/a';
const ELSEWHERE = 'URI:http://crl.example.org/b';

/** A leaf with distribution points, and a list of an issuing point. */
function placed(points: readonly Point[], ...crls: readonly (readonly TestExtension[])[]): ChainCase {
  const placedLeaf = server(root, { plus: [distributionPoints(...points)] });
  const lists = crls.map((extensions) => crl(root, { extensions }));
  return {
    leaf: placedLeaf,
    anchors,
    crls:
      lists.length === 1
        ? [...lists, crl(root, { thisUpdate: day(-5), revoked: [1n], extensions: [issuingPoint(null, 2)] })]
        : lists,
  };
}

const someReasons = server(root, { plus: [distributionPoints({ at: AT, reasons: [0x40] })] });
const noSignRoot = ca('No Sign Root', { keyUsage: ['keyCertSign'] });
const rekeyed = ca('Test Root');
const bare = ca('Bare Root', { without: [SKI, AKI] });
const sub = ca('Test Root', { issuer: root, key: makeKey() });
const underSub = server(sub);
const byRoot = [authorityKeyId({ keyId: keyIdOf(root) })];
const badTime =
  (from: string, to: string) =>
  (signed: Buffer): Buffer =>
    Buffer.from(signed.toString('latin1').replace(from, to), 'latin1');

const alone = make('db.example.org', { ca: false, keyUsage: ['digitalSignature', 'cRLSign'] });

export const CRLS: readonly ChainRow[] = [
  ['lists of both CAs', 0, whole(crl(inter), crl(root))],
  ['lists in the other order', 0, whole(crl(root), crl(inter))],
  ['the list of the root only', 3, whole(crl(root))],
  ['the list of the intermediate only', 3, whole(crl(inter))],
  ['the list of a stranger', 3, whole(crl(other))],
  ['no list at all', 3, whole()],
  ['one list for leaf and root', 0, one()],
  ['the leaf is revoked', 23, whole(crl(inter, { revoked: [leaf] }), crl(root))],
  ['the leaf is revoked among others', 23, whole(crl(inter, { revoked: [1n, leaf, 2n] }), crl(root))],
  ['the intermediate is revoked', 23, whole(crl(inter), crl(root, { revoked: [inter] }))],
  ['the root is revoked', 23, whole(crl(inter), crl(root, { revoked: [root] }))],
  ['another is revoked', 0, whole(crl(inter, { revoked: [1n] }), crl(root))],
  ['revoked by the wrong CA', 0, whole(crl(inter), crl(root, { revoked: [leaf] }))],
  ['revoked for a reason', 23, one({ revoked: [{ of: direct, extensions: [reason(1)] }] })],
  ['on hold', 23, one({ revoked: [{ of: direct, extensions: [reason(6)] }] })],
  ['removed from the list', 0, one({ revoked: [{ of: direct, extensions: [reason(8)] }] })],
  ['revoked and removed', 23, one({ revoked: [direct, { of: direct, extensions: [reason(8)] }] })],
  [
    'a critical extension of an entry',
    36,
    one({ revoked: [{ of: 1n, extensions: [entry('1.2.3', Buffer.of(5, 0), true)] }] }),
  ],
  [
    'an extension of an entry',
    0,
    one({ revoked: [{ of: 1n, extensions: [entry('1.2.3', Buffer.of(5, 0))] }] }),
  ],
  ['the list has expired', 12, one({ nextUpdate: day(-0.5) })],
  ['the list ends this second', 12, one({ nextUpdate: NOW })],
  ['the list is not valid yet', 11, one({ thisUpdate: day(1) })],
  ['the list begins this second', 0, one({ thisUpdate: NOW })],
  ['a list without an end', 0, one({ nextUpdate: null })],
  ['the list has expired, and the leaf is in it', 12, one({ nextUpdate: day(-0.5), revoked: [direct] })],
  [
    'an expired list beside a good one',
    0,
    { leaf: direct, anchors, crls: [crl(root, { nextUpdate: day(-0.5), revoked: [direct] }), crl(root)] },
  ],
  [
    'the newer of two decides',
    0,
    { leaf: direct, anchors, crls: [crl(root, { thisUpdate: day(-3), revoked: [direct] }), crl(root)] },
  ],
  [
    'the newer of two decides, first',
    23,
    { leaf: direct, anchors, crls: [crl(root, { revoked: [direct] }), crl(root, { thisUpdate: day(-3) })] },
  ],
  [
    'of two of one age the first',
    23,
    { leaf: direct, anchors, crls: [crl(root, { revoked: [direct] }), crl(root)] },
  ],
  ['a beginning that is no date', 15, one({ edit: badTime('261120120000Z', '26112012000+Z') })],
  ['an end that is no date', 16, one({ edit: badTime('261221120000Z', '261321120000Z') })],
  ['signed by another', 8, one({ signWith: rekeyed })],
  [
    'an issuer that may not sign lists',
    35,
    { leaf: server(noSignRoot), anchors: [noSignRoot], crls: [crl(noSignRoot)] },
  ],
  ['the name in other case', 0, one({ issuerName: nameDer('TEST root') })],
  ['the key identifier of the issuer', 0, one({ extensions: byRoot })],
  ['another key identifier', 3, one({ extensions: [authorityKeyId({ keyId: keyIdOf(other) })] })],
  [
    'the serial number of the issuer',
    0,
    one({ extensions: [authorityKeyId({ issuer: 'dir:Test Root', serial: serialOf(root) })] }),
  ],
  [
    'a rekeyed issuer without identifiers',
    8,
    { leaf: server(bare, { without: [AKI] }), anchors: [bare], crls: [crl(bare, { signWith: rekeyed })] },
  ],
  [
    'the list of the old key for what the new has signed',
    0,
    { leaf: underSub, sent: [sub], anchors, crls: [crl(root, { extensions: byRoot })] },
  ],
  ['a critical extension', 36, one({ extensions: [entry('1.2.3', Buffer.of(5, 0), true)] })],
  ['an extension', 0, one({ extensions: [entry('1.2.3', Buffer.of(5, 0))] })],
  ['a number', 0, one({ extensions: [entry('2.5.29.20', integer(7))] })],
  [
    'a delta list',
    3,
    one({ extensions: [entry('2.5.29.20', integer(8)), entry('2.5.29.27', integer(7), true)] }),
  ],
  ['a list for users, the root is none', 44, one({ extensions: [issuingPoint(null, 1)] })],
  ['a list for CAs, the leaf is none', 44, one({ extensions: [issuingPoint(null, 2)] })],
  [
    'lists for users and for CAs',
    0,
    {
      leaf: direct,
      anchors,
      crls: [
        crl(root, { extensions: [issuingPoint(null, 1)] }),
        crl(root, { extensions: [issuingPoint(null, 2)] }),
      ],
    },
  ],
  ['a list for attributes', 44, one({ extensions: [issuingPoint(null, 5)] })],
  ['a list for users and CAs', 3, one({ extensions: [issuingPoint(null, 1, 2)] })],
  ['a list for nothing', 0, one({ extensions: [issuingPoint(null)] })],
  ['an indirect list', 3, one({ extensions: [issuingPoint(AT, 4)] })],
  ['a list for some reasons', 3, one({ extensions: [issuingPoint(AT, 3)] })],
  ['a list at a place, the leaf names none', 44, one({ extensions: [issuingPoint(AT)] })],
  ['a list at the place of the leaf', 0, placed([{ at: AT }], [issuingPoint(AT, 1)])],
  ['a list at another place', 44, placed([{ at: ELSEWHERE }], [issuingPoint(AT, 1)])],
  ['a list at one of two places', 0, placed([{ at: ELSEWHERE }, { at: AT }], [issuingPoint(AT, 1)])],
  [
    'a place for some reasons, an issuing point',
    44,
    placed([{ at: AT, reasons: [0x40] }], [issuingPoint(AT, 1)]),
  ],
  ['a relative place', 0, placed([{ at: 'relative:x' }], [issuingPoint('relative:X', 1)])],
  ['another relative place', 44, placed([{ at: 'relative:x' }], [issuingPoint('relative:y', 1)])],
  [
    'a relative place of another issuer',
    44,
    placed([{ at: 'relative:x', issuer: 'dir:Other' }], [issuingPoint('relative:x', 1)]),
  ],
  ['a relative place and an address', 44, placed([{ at: 'relative:x' }], [issuingPoint(AT, 1)])],
  ['a place for some reasons', 3, { leaf: someReasons, anchors, crls: [crl(root)] }],
  ['a place of another issuer', 0, placed([{ at: AT, issuer: 'dir:Other Root' }], [])],
  [
    'a place of another issuer, with an issuing point',
    44,
    placed([{ at: AT, issuer: 'dir:Other Root' }], [issuingPoint(AT, 1)]),
  ],
  ['a place of the issuer, said', 0, placed([{ at: AT, issuer: 'dir:test root' }], [issuingPoint(AT, 1)])],
  ['a self-signed leaf and its own list', 0, { leaf: alone, anchors: [alone], crls: [crl(alone)] }],
  [
    'a self-signed leaf that revokes itself',
    23,
    { leaf: alone, anchors: [alone], crls: [crl(alone, { revoked: [alone] })] },
  ],
  ['a self-signed leaf without a list', 3, { leaf: alone, anchors: [alone], crls: [crl(root)] }],
  [
    'an expired leaf that is revoked',
    23,
    {
      leaf: server(root, { notAfter: day(-1), serial: 77n }),
      anchors,
      crls: [crl(root, { revoked: [77n] })],
    },
  ],
  ['no issuer and no list', 20, { leaf, anchors, crls: [crl(root)] }],
];
