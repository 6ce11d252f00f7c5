import { parseCertificate } from '../../../../src/x509/certificate.js';
import { buildChain, type ChainVerdict } from '../../../../src/x509/chain.js';
import { parseCrl } from '../../../../src/x509/crl.js';
import type { Certificate } from '../../../../src/x509/types.js';
import type { TestCertificate } from '../../../support/make-certs.js';
import { CRLS } from './crls.js';
import { EXTENSIONS } from './extensions.js';
import { NAMES } from './names.js';
import { PATHS } from './paths.js';
import { type ChainCase, type ChainRow, NOW } from './pki.js';
import { STRENGTHS } from './strength.js';

export const GROUPS: readonly (readonly [string, readonly ChainRow[]])[] = [
  ['paths', PATHS],
  ['strength', STRENGTHS],
  ['extensions', EXTENSIONS],
  ['name constraints', NAMES],
  ['revocation lists', CRLS],
];

export const SECURITY_LEVEL = 2;

export function read({ der }: TestCertificate): Certificate {
  const certificate = parseCertificate(der);
  if (certificate === null) throw new Error('OpenSSL does not read it');
  return certificate;
}

export const judge = ({ leaf, sent = [], anchors, crls, level, now }: ChainCase): ChainVerdict =>
  buildChain({
    leaf: read(leaf),
    untrusted: sent.map(read),
    anchors: anchors.map(read),
    crls: crls?.map(parseCrl).filter((crl) => crl !== null) ?? null,
    now: now ?? NOW,
    purpose: 'server',
    securityLevel: level ?? SECURITY_LEVEL,
  });
