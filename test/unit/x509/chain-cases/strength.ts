import { createHash, generateKeyPairSync, type KeyObject } from 'node:crypto';
import { makeKey, type TestCertificate, toPem } from '../../../support/make-certs.js';
import { pssRoot, SHA256 } from '../odd-certificates.js';
import { type ChainRow, ca, make, root, server } from './pki.js';

const curve = (namedCurve: string, paramEncoding: 'named' | 'explicit' = 'named'): KeyObject =>
  generateKeyPairSync('ec', { namedCurve, paramEncoding }).privateKey;

const dsaKey = generateKeyPairSync('dsa', { modulusLength: 2048, divisorLength: 224 }).privateKey;
const rsa = makeKey('rsa-2048');
const shortRsa = makeKey('rsa-1024');

const rsaRoot = ca('RSA Root', { key: rsa });
const shortRoot = ca('Short Root', { key: shortRsa });
const shortInter = ca('Short Intermediate', { issuer: root, key: shortRsa });
const sha1Root = ca('SHA-1 Root', { key: rsa, digest: 'sha1' });
const sha1Inter = ca('SHA-1 Intermediate', { issuer: root, digest: 'sha1' });
const edRoot = ca('Ed25519 Root', { key: 'ed25519' });
const oldRoot = make('Old Root', { version1: true });
const oldInter = make('Old Intermediate', { issuer: root, version1: true });
const explicitInter = ca('Explicit Intermediate', { issuer: root, key: curve('prime256v1', 'explicit') });
const explicitAlone = make('db.example.org', { ca: false, key: curve('prime256v1', 'explicit') });
const brainpoolRoot = ca('Old Curve Root', { key: curve('brainpoolP256r1') });

const pss = wrap(pssRoot(rsa, SHA256), rsa);
const ofPss = server(
  { ...pss, subject: [['CN', 'Test Root']] },
  { signWith: rsa, without: ['2.5.29.35', '2.5.29.14'] },
);

function wrap(bytes: Uint8Array, privateKey: KeyObject): TestCertificate {
  const sha256 = createHash('sha256').update(bytes).digest('hex');
  return { ...root, der: bytes, pem: toPem(bytes), privateKey, sha256 };
}

const withKey = (key: KeyObject | 'ed25519' | `rsa-${number}`): TestCertificate => server(root, { key });
const anchors = [root];

export const STRENGTHS: readonly ChainRow[] = [
  ['RSA all along', 0, { leaf: server(rsaRoot, { key: rsa }), anchors: [rsaRoot] }],
  ['Ed25519', 0, { leaf: server(edRoot, { key: 'ed25519' }), anchors: [edRoot] }],
  ['RSA-PSS in the root', 0, { leaf: ofPss, anchors: [pss] }],
  ['a root signed with SHA-1', 0, { leaf: server(sha1Root), anchors: [sha1Root] }],
  ['an intermediate signed with SHA-1', 68, { leaf: server(sha1Inter), sent: [sha1Inter], anchors }],
  ['a leaf signed with SHA-1', 68, { leaf: server(root, { digest: 'sha1' }), anchors }],
  ['a leaf signed with SHA-1, level 1', 68, { leaf: server(root, { digest: 'sha1' }), anchors, level: 1 }],
  ['a leaf signed with SHA-1, level 0', 0, { leaf: server(root, { digest: 'sha1' }), anchors, level: 0 }],
  ['a leaf signed with MD5', 68, { leaf: server(rsaRoot, { digest: 'md5' }), anchors: [rsaRoot] }],
  ['a leaf signed with SHA-512', 0, { leaf: server(rsaRoot, { digest: 'sha512' }), anchors: [rsaRoot] }],
  ['a leaf signed with SHA-384', 0, { leaf: server(root, { digest: 'sha384' }), anchors }],
  ['a leaf of RSA-1024', 66, { leaf: withKey(shortRsa), anchors }],
  ['a leaf of RSA-1024, level 1', 0, { leaf: withKey(shortRsa), anchors, level: 1 }],
  ['a leaf of RSA-1960', 66, { leaf: withKey('rsa-1960'), anchors }],
  ['a leaf of RSA-1968', 0, { leaf: withKey('rsa-1968'), anchors }],
  ['a leaf of RSA-2047', 0, { leaf: withKey('rsa-2047'), anchors }],
  ['a leaf of RSA-2048, level 3', 66, { leaf: withKey(rsa), anchors, level: 3 }],
  ['a leaf of P-256, level 3', 0, { leaf: server(root), anchors, level: 3 }],
  ['a leaf of P-256, level 4', 66, { leaf: server(root), anchors, level: 4 }],
  ['a leaf of P-224', 0, { leaf: withKey(curve('secp224r1')), anchors }],
  ['a leaf of P-192', 66, { leaf: withKey(curve('prime192v1')), anchors }],
  ['a leaf of sect233k1', 0, { leaf: withKey(curve('sect233k1')), anchors }],
  ['a leaf of DSA', 0, { leaf: withKey(dsaKey), anchors }],
  ['a root of brainpoolP256r1', 0, { leaf: server(brainpoolRoot), anchors: [brainpoolRoot] }],
  ['a root of RSA-1024', 67, { leaf: server(shortRoot), anchors: [shortRoot] }],
  ['an intermediate of RSA-1024', 67, { leaf: server(shortInter), sent: [shortInter], anchors }],
  ['a curve spelt out in the leaf', 94, { leaf: withKey(curve('prime256v1', 'explicit')), anchors }],
  [
    'a curve spelt out in the intermediate',
    94,
    { leaf: server(explicitInter), sent: [explicitInter], anchors },
  ],
  ['a curve spelt out in a self-signed leaf', 0, { leaf: explicitAlone, anchors: [explicitAlone] }],
  ['a root of version 1', 0, { leaf: server(oldRoot), anchors: [oldRoot] }],
  ['an intermediate of version 1', 79, { leaf: server(oldInter), sent: [oldInter], anchors }],
  ['a leaf of version 1', 0, { leaf: make('db.example.org', { issuer: root, version1: true }), anchors }],
];
