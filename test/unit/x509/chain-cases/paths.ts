import { makeKey, type TestCertificate } from '../../../support/make-certs.js';
import { AKI, authorityKeyId, keyIdOf, SKI, serialOf } from '../../../support/make-chains.js';
import { type ChainRow, ca, day, direct, inter, leaf, make, NOW, other, root, server } from './pki.js';

const noIds = { without: [SKI, AKI] };
const past = { notBefore: day(-30), notAfter: day(-1) };
const future = { notBefore: day(1), notAfter: day(30) };

const expiredRoot = ca('Test Root', { key: root, ...past });
const olderRoot = ca('Test Root', { key: root, notBefore: day(-60), notAfter: day(-2) });
const futureRoot = ca('Test Root', { key: root, ...future });
const fake = ca('Test Root');
const ofFake = server(fake);

const bare = ca('Bare Root', noIds);
const bareFake = ca('Bare Root', noIds);
const ofBare = server(bare, noIds);
const ofBareFake = server(bareFake, noIds);

const alone = make('db.example.org', { ca: false });
const aloneTwin = make('db.example.org', { ca: false });
const aloneNoBasic = make('db.example.org', { ca: null, keyUsage: null });
const aloneCa = ca('db.example.org');
const aloneExpired = make('db.example.org', { ca: false, ...past });
const version1Leaf = make('db.example.org', { version1: true });

const expiredInter = ca('Test Intermediate', { issuer: root, key: inter, ...past });
const futureInter = ca('Test Intermediate', { issuer: root, key: inter, ...future });

const newRoot = ca('New Root');
const newRootByOld = ca('New Root', { issuer: root, key: newRoot });
const newInter = ca('New Intermediate', { issuer: newRoot });
const ofNewInter = server(newInter);

const rekeyed = ca('Test Root');
const rekeyedByOld = ca('Test Root', { issuer: root, key: rekeyed });
const ofRekeyed = server(rekeyed);
const bareRekeyedByOld = ca('Bare Root', { issuer: bare, ...noIds });
const ofBareRekeyed = server(bareRekeyedByOld, noIds);

const loopKey = makeKey();
const loopA = ca('Loop A', { issuer: 'Loop B', signWith: loopKey, key: loopKey });
const loopB = ca('Loop B', { issuer: 'Loop A', signWith: loopKey, key: loopKey });
const ofLoop = server(loopA);

function ladder(length: number): { leaf: TestCertificate; sent: TestCertificate[] } {
  const sent: TestCertificate[] = [];
  for (let step = 0; step < length; step++) sent.unshift(ca(`Step ${step}`, { issuer: sent[0] ?? root }));
  return { leaf: server(sent[0] ?? root), sent };
}
const longest = ladder(100);
const tooLong = ladder(101);

const spoiltLeaf = server(inter, { signWith: makeKey() });
const spoiltInter = ca('Test Intermediate', { issuer: root, signWith: makeKey() });
const spoiltRoot = ca('Spoilt Root', { signWith: makeKey() });

const spaced = make([['CN', '  TEST   root ']], { ca: true, key: root });
const withRsaName = ca('Test Root', { key: 'rsa-2048', ...noIds });

const byId = (plus: Parameters<typeof authorityKeyId>[0]): TestCertificate =>
  server(root, { without: [AKI], plus: [authorityKeyId(plus)] });

const between = (notBefore: Date, notAfter: Date): TestCertificate => server(root, { notBefore, notAfter });
const second = (seconds: number): Date => new Date(NOW.getTime() + 1000 * seconds);

const sent = [inter];
const anchors = [root];

export const PATHS: readonly ChainRow[] = [
  ['a leaf of the root', 0, { leaf: direct, anchors }],
  ['a leaf of a sent intermediate', 0, { leaf, sent, anchors }],
  ['the intermediate is missing', 20, { leaf, anchors }],
  ['the intermediate is in root.crt', 0, { leaf, anchors: [root, inter] }],
  ['the intermediate is in root.crt, before the root', 0, { leaf, anchors: [inter, root] }],
  ['the intermediate alone is in root.crt', 2, { leaf, anchors: [inter] }],
  [
    'the intermediate alone is in root.crt, and the root is sent',
    2,
    { leaf, sent: [inter, root], anchors: [inter] },
  ],
  ['a leaf signed by a CA is all that is in root.crt', 20, { leaf: direct, anchors: [direct] }],
  ['leaf and intermediate are in root.crt', 2, { leaf, anchors: [leaf, inter] }],
  ['the root is another', 20, { leaf, sent, anchors: [other] }],
  ['the root is sent, and root.crt has another', 19, { leaf, sent: [inter, root], anchors: [other] }],
  ['the root is sent and is in root.crt', 0, { leaf, sent: [inter, root], anchors }],
  ['more is sent than there is need of', 0, { leaf, sent: [other, inter, newInter], anchors }],
  ['it is sent in the wrong order', 0, { leaf, sent: [root, inter], anchors }],
  ['it is sent twice', 0, { leaf, sent: [inter, inter], anchors }],
  ['the leaf is sent again', 0, { leaf, sent: [leaf, inter], anchors }],
  ['the root is in root.crt twice', 0, { leaf, sent, anchors: [root, root] }],
  ['a self-signed leaf, unknown', 18, { leaf: alone, anchors }],
  ['a self-signed leaf in root.crt', 0, { leaf: alone, anchors: [alone] }],
  ['a self-signed leaf that says nothing of CAs', 0, { leaf: aloneNoBasic, anchors: [aloneNoBasic] }],
  ['a self-signed leaf that is a CA', 26, { leaf: aloneCa, anchors: [aloneCa] }],
  ['a self-signed leaf that has expired', 10, { leaf: aloneExpired, anchors: [aloneExpired] }],
  ['a self-signed leaf of version 1', 0, { leaf: version1Leaf, anchors: [version1Leaf] }],
  ['a self-signed leaf with the name of the one in root.crt', 18, { leaf: alone, anchors: [aloneTwin] }],
  ['the same without key identifiers', 18, { leaf: bareFake, anchors: [bare] }],
  ['an impostor of the root', 20, { leaf: ofFake, anchors }],
  ['an impostor of the root that is sent', 19, { leaf: ofFake, sent: [fake], anchors }],
  ['an impostor of the root without key identifiers', 7, { leaf: ofBareFake, anchors: [bare] }],
  ['the same, sent', 7, { leaf: ofBareFake, sent: [bareFake], anchors: [bare] }],
  ['two roots of one name', 0, { leaf: ofFake, anchors: [root, fake] }],
  ['two roots of one name, the other way round', 0, { leaf: ofFake, anchors: [fake, root] }],
  ['two roots of one name without key identifiers', 0, { leaf: ofBare, anchors: [bare, bareFake] }],
  ['the same, the wrong one first', 7, { leaf: ofBare, anchors: [bareFake, bare] }],
  ['an expired twin before the root', 0, { leaf: direct, anchors: [expiredRoot, root] }],
  ['an expired twin behind the root', 0, { leaf: direct, anchors: [root, expiredRoot] }],
  ['a twin that is not valid yet', 0, { leaf: direct, anchors: [futureRoot, root] }],
  ['two expired twins', 10, { leaf: direct, anchors: [olderRoot, expiredRoot] }],
  ['the root has expired', 10, { leaf: direct, anchors: [expiredRoot] }],
  ['the root is not valid yet', 9, { leaf: direct, anchors: [futureRoot] }],
  ['the leaf has expired', 10, { leaf: server(root, past), anchors }],
  ['the leaf is not valid yet', 9, { leaf: server(root, future), anchors }],
  ['the intermediate has expired', 10, { leaf, sent: [expiredInter], anchors }],
  ['the intermediate is not valid yet', 9, { leaf, sent: [futureInter], anchors }],
  ['an expired intermediate beside a valid one', 0, { leaf, sent: [expiredInter, inter], anchors }],
  [
    'an expired intermediate in root.crt, a valid one sent',
    10,
    { leaf, sent, anchors: [root, expiredInter] },
  ],
  ['it ends this second', 10, { leaf: between(day(-1), NOW), anchors }],
  ['it ends the next second', 0, { leaf: between(day(-1), second(1)), anchors }],
  ['it begins this second', 0, { leaf: between(NOW, day(1)), anchors }],
  ['it begins the next second', 9, { leaf: between(second(1), day(1)), anchors }],
  [
    'fractions of a second do not count',
    9,
    { leaf: between(second(1), day(1)), anchors, now: new Date(NOW.getTime() + 999) },
  ],
  ['the signature of the leaf is wrong', 7, { leaf: spoiltLeaf, sent, anchors }],
  [
    'the signature of the intermediate is wrong',
    7,
    { leaf: server(spoiltInter), sent: [spoiltInter], anchors },
  ],
  ['the signature of the root is wrong', 0, { leaf: server(spoiltRoot), anchors: [spoiltRoot] }],
  [
    'a cross-signed root, the new in root.crt',
    0,
    { leaf: ofNewInter, sent: [newInter, newRootByOld], anchors: [newRoot] },
  ],
  [
    'a cross-signed root, the old in root.crt',
    0,
    { leaf: ofNewInter, sent: [newInter, newRootByOld], anchors },
  ],
  [
    'a cross-signed root, both in root.crt',
    0,
    { leaf: ofNewInter, sent: [newInter, newRootByOld], anchors: [root, newRoot] },
  ],
  [
    'a cross-signed root, neither in root.crt',
    20,
    { leaf: ofNewInter, sent: [newInter, newRootByOld], anchors: [other] },
  ],
  [
    'a cross-signed root sent with the old one',
    19,
    { leaf: ofNewInter, sent: [newInter, newRootByOld, root], anchors: [other] },
  ],
  [
    'a cross-sign in root.crt without the old root',
    2,
    { leaf: ofNewInter, sent: [newInter], anchors: [newRootByOld] },
  ],
  ['a new key, signed with the old', 0, { leaf: ofRekeyed, sent: [rekeyedByOld], anchors }],
  [
    'the same without key identifiers',
    19,
    { leaf: ofBareRekeyed, sent: [bareRekeyedByOld], anchors: [other] },
  ],
  ['a circle in root.crt', 22, { leaf: ofLoop, anchors: [loopA, loopB] }],
  ['a circle that is sent', 20, { leaf: ofLoop, sent: [loopA, loopB], anchors }],
  ['the longest chain', 0, { ...longest, anchors }],
  ['a chain that is too long', 22, { ...tooLong, anchors }],
  ['a chain that is too long, without its root', 22, { ...tooLong, anchors: [other] }],
  ['the name in other case and spacing', 0, { leaf: direct, anchors: [spaced] }],
  ['a key of another kind under the name', 20, { leaf: server(root, noIds), anchors: [withRsaName] }],
  ['the key identifier alone', 0, { leaf: byId({ keyId: keyIdOf(root) }), anchors }],
  ['another key identifier', 20, { leaf: byId({ keyId: keyIdOf(other) }), anchors }],
  [
    'no subject key identifier to compare',
    0,
    { leaf: direct, anchors: [ca('Test Root', { key: root, without: [SKI] })] },
  ],
  [
    'issuer and serial number',
    0,
    { leaf: byId({ issuer: 'dir:Test Root', serial: serialOf(root) }), anchors },
  ],
  ['another serial number', 20, { leaf: byId({ issuer: 'dir:Test Root', serial: 5n }), anchors }],
  [
    'another issuer of the issuer',
    20,
    { leaf: byId({ issuer: 'dir:Nobody', serial: serialOf(root) }), anchors },
  ],
  [
    'an issuer that is no directory name',
    0,
    { leaf: byId({ issuer: 'DNS:nobody', serial: serialOf(root) }), anchors },
  ],
];
