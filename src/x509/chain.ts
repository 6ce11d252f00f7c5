import { extensionFault, isKeyStrong, signatureFault, strengthFault } from './chain-checks.js';
import { type ChainFault, FAULTS, type Found } from './chain-fault.js';
import { buildPath } from './chain-path.js';
import type { Crl } from './crl.js';
import { revocationFault } from './crl-check.js';
import { type Decoded, decode } from './decode.js';
import { isLikelyIssuer } from './issuing.js';
import { nameConstraintFault } from './name-constraints.js';
import { isSignedBy } from './signature.js';
import type { Certificate } from './types.js';

export type { ChainFault, FaultKind } from './chain-fault.js';

export interface ChainInput {
  /** The server's own certificate. */
  readonly leaf: Certificate;
  /** What the server sent with it, in its order; the leaf may be among them. */
  readonly untrusted: readonly Certificate[];
  /** The certificates of root.crt in the file's order, and those that came with the CRLs. */
  readonly anchors: readonly Certificate[];
  /** null: no checking. Else every certificate of the chain needs a list, and those of root.crt count, too. */
  readonly crls: readonly Crl[] | null;
  readonly now: Date;
  readonly purpose: 'server';
  /** OpenSSL's, 0 to 5. Debian's default is 2, upstream's 1. */
  readonly securityLevel: number;
}

export interface ChainVerdict {
  readonly trusted: boolean;
  /** As far as it could be built, the server's own first. Where it is trusted, the last is the anchor. */
  readonly path: readonly Certificate[];
  readonly fault: ChainFault | null;
}

/**
 * Would OpenSSL 3.0 trust this chain as libpq calls it? X509_verify_cert of crypto/x509/x509_vfy.c with the purpose
 * sslserver: only self-signed certificates anchor; anchors are sought before what was sent; the first fault in
 * OpenSSL's own order is the fault. Not judged: RFC 3779's address blocks, certificate policies (libpq doesn't ask),
 * and the trust settings of TRUSTED CERTIFICATE blocks. Dates are compared in whole seconds.
 */
export function buildChain(input: ChainInput): ChainVerdict {
  const now = Math.floor(input.now.getTime() / 1000) * 1000;
  const leaf = decode(input.leaf);
  if (!isKeyStrong(leaf, input.securityLevel)) return refused([leaf], { code: 66, depth: 0 });
  const { chain, fault } = buildPath(leaf, input.untrusted.map(decode), input.anchors.map(decode), now);
  const found =
    fault ??
    extensionFault(chain) ??
    strengthFault(chain, input.securityLevel) ??
    (input.crls === null ? null : revocationFault(chain, input.crls, now)) ??
    signatureFault(chain, now) ??
    nameConstraintFault(chain);
  return found === null ? { trusted: true, path: pathOf(chain), fault: null } : refused(chain, found);
}

function refused(chain: readonly Decoded[], { code, depth, kind, crl }: Found): ChainVerdict {
  const { certificate } = chain[depth] ?? chain[0] ?? {};
  if (certificate === undefined) throw new Error('a chain has no certificate');
  const known = FAULTS[code];
  return {
    trusted: false,
    path: pathOf(chain),
    fault: {
      kind: kind ?? known.kind,
      openSslCode: code,
      reason: known.reason,
      depth,
      certificate,
      crl: crl ?? null,
    },
  };
}

const pathOf = (chain: readonly Decoded[]): Certificate[] => chain.map(({ certificate }) => certificate);

/**
 * Has the key of `issuer` signed it? The names and the key identifiers must fit, too. The one proof of where a chain
 * comes from when a root wasn't sent: an impostor has the name and another key.
 */
export function isIssuedBy(certificate: Certificate, issuer: Certificate): boolean {
  const [subject, candidate] = [decode(certificate), decode(issuer)];
  const { publicKey } = candidate;
  return publicKey !== null && isLikelyIssuer(candidate, subject) && isSignedBy(subject, publicKey);
}

/** The subject of one is the issuer of the other, as OpenSSL compares names: case and white space don't count. */
export const isNamedIssuer = (issuer: Certificate, certificate: Certificate): boolean =>
  decode(issuer).subject === decode(certificate).issuer;

/** Key identifiers in lower-case hex (RFC 5280, 4.2.1.1 and 4.2.1.2); null where there is none. */
export interface KeyIds {
  readonly subjectKeyId: string | null;
  readonly authorityKeyId: string | null;
}

export function keyIds(certificate: Certificate): KeyIds {
  const { subjectKeyId, authorityKeyId } = decode(certificate).extensions;
  return { subjectKeyId, authorityKeyId: authorityKeyId?.keyId ?? null };
}
