import type { Found } from './chain-fault.js';
import type { Decoded } from './decode.js';
import { KEY_USAGE } from './extensions.js';
import { isSelfSigned } from './issuing.js';
import { bitsOfLevel, keyBits } from './security-level.js';
import { isSignedBy, signatureBits } from './signature.js';

type Chain = readonly Decoded[];

/** Extended key usages that let a certificate serve TLS; anyExtendedKeyUsage is not one of them. */
const SERVER_USAGES = ['1.3.6.1.5.5.7.3.1', '1.3.6.1.4.1.311.10.3.3', '2.16.840.1.113730.4.1'];
const NETSCAPE = { sslServer: 0x40, sslCa: 0x04, anyCa: 0x07 };

/** X509_check_ca's answers, as check_ca in crypto/x509/v3_purp.c gives them. */
type CaKind = 'no' | 'yes' | 'version1' | 'by-key-usage' | 'netscape';

export const isKeyStrong = ({ publicKey }: Decoded, level: number): boolean =>
  level <= 0 || (publicKey !== null && keyBits(publicKey) >= bitsOfLevel(level));

function allows({ extensions: { keyUsage } }: Decoded, usages: number): boolean {
  return keyUsage === null || (keyUsage & usages) !== 0;
}

function caKind(certificate: Decoded): CaKind {
  const { constraints, keyUsage, netscapeType, invalid } = certificate.extensions;
  if (invalid || !allows(certificate, KEY_USAGE.keyCertSign)) return 'no';
  if (constraints !== null) return constraints.ca ? 'yes' : 'no';
  if (certificate.isVersion1 && isSelfSigned(certificate)) return 'version1';
  if (keyUsage !== null) return 'by-key-usage';
  return netscapeType !== null && (netscapeType & NETSCAPE.anyCa) !== 0 ? 'netscape' : 'no';
}

/** check_purpose_ssl_server. A certificate whose extensions can't be read passes, for want of strictness. */
function servesTls(certificate: Decoded, isIssuer: boolean): boolean {
  const { extendedKeyUsage, netscapeType, invalid } = certificate.extensions;
  if (invalid) return true;
  if (extendedKeyUsage !== null && !SERVER_USAGES.some((usage) => extendedKeyUsage.has(usage))) return false;
  const netscape = netscapeType ?? 0xff;
  if (isIssuer) {
    const kind = caKind(certificate);
    return kind !== 'no' && (kind !== 'netscape' || (netscape & NETSCAPE.sslCa) !== 0);
  }
  const usages = KEY_USAGE.digitalSignature | KEY_USAGE.keyEncipherment | KEY_USAGE.keyAgreement;
  return (netscape & NETSCAPE.sslServer) !== 0 && allows(certificate, usages);
}

/** check_extensions: critical extensions, CA:TRUE, curves, purpose and path length, the server's own first. */
export function extensionFault(chain: Chain): Found | null {
  let pathLength = 0;
  for (const [depth, certificate] of chain.entries()) {
    const { constraints, isProxy, keyUsage, unhandledCritical } = certificate.extensions;
    if (unhandledCritical) return { code: 34, depth };
    if (isProxy) return { code: 40, depth };
    if (depth > 0) {
      const kind = caKind(certificate);
      const isLast = depth === chain.length - 1;
      if (kind === 'no' || (!isLast && kind !== 'yes')) {
        const isForbidden =
          constraints?.ca && keyUsage !== null && !allows(certificate, KEY_USAGE.keyCertSign);
        return { code: 79, depth, kind: isForbidden ? 'key-usage' : 'not-a-ca' };
      }
    }
    if (chain.length > 1) {
      if (certificate.publicKey === null) return { code: 1, depth };
      if (certificate.hasExplicitCurve) return { code: 94, depth };
    }
    if (!servesTls(certificate, depth > 0)) return { code: 26, depth };
    const most = constraints?.pathLength ?? null;
    if (depth > 1 && most !== null && pathLength > most) return { code: 25, depth };
    if (depth > 0 && !certificate.isSelfIssued) pathLength++;
  }
  return null;
}

/** check_auth_level: the issuers' keys, and all signatures but the anchor's own. */
export function strengthFault(chain: Chain, level: number): Found | null {
  if (level <= 0) return null;
  for (const [depth, certificate] of chain.entries()) {
    if (depth > 0 && !isKeyStrong(certificate, level)) return { code: 67, depth };
    const isAnchor = depth === chain.length - 1;
    if (!isAnchor && (signatureBits(certificate) ?? 0) < bitsOfLevel(level)) return { code: 68, depth };
  }
  return null;
}

/** internal_verify: signatures and dates, from the anchor down. */
export function signatureFault(chain: Chain, now: number): Found | null {
  for (let depth = chain.length - 1; depth >= 0; depth--) {
    const [certificate, issuer] = [chain[depth], chain[depth + 1]];
    if (certificate === undefined) continue;
    if (issuer !== undefined && (issuer.publicKey === null || !isSignedBy(certificate, issuer.publicKey))) {
      return { code: 7, depth };
    }
    const { notBefore, notAfter } = certificate;
    if (notBefore === null) return { code: 13, depth };
    if (notBefore > now) return { code: 9, depth };
    if (notAfter === null) return { code: 14, depth };
    if (notAfter <= now) return { code: 10, depth };
  }
  return null;
}
