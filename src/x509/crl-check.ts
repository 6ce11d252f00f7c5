import type { Found } from './chain-fault.js';
import { type Crl, decodedCrl, verifyCrl } from './crl.js';
import type { DecodedCrl } from './crl-decode.js';
import type { Decoded } from './decode.js';
import { ALL_REASONS, type DistributionPoint, namesMeet } from './distribution-point.js';
import { KEY_USAGE } from './extensions.js';
import { directoryName } from './general-name.js';
import { keyIdAgrees } from './issuing.js';

type Chain = readonly Decoded[];

/** A list that may be used for a certificate, and how well it fits (get_crl_score of crypto/x509/x509_vfy.c). */
interface Candidate {
  readonly crl: Crl;
  readonly decoded: DecodedCrl;
  readonly issuer: Decoded;
  readonly isCurrent: boolean;
  readonly isInScope: boolean;
  readonly reasons: number;
  readonly score: number;
}

const SCORE = {
  noCritical: 0x100,
  inScope: 0x80,
  current: 0x40,
  name: 0x20,
  directIssuer: 0x1c,
  onPath: 0x0c,
};

/** check_revocation with X509_V_FLAG_CRL_CHECK_ALL: every certificate of the chain, the anchor too. */
export function revocationFault(chain: Chain, crls: readonly Crl[], now: number): Found | null {
  for (const depth of chain.keys()) {
    const fault = faultAt(depth, chain, crls, now);
    if (fault !== null) return fault;
  }
  return null;
}

/** check_cert: lists are taken until they cover every reason for a revocation. */
function faultAt(depth: number, chain: Chain, crls: readonly Crl[], now: number): Found | null {
  const certificate = chain[depth];
  if (certificate === undefined) return null;
  for (let reasons = 0; reasons !== ALL_REASONS; ) {
    const candidate = bestOf(crls.flatMap((crl) => candidateOf(crl, depth, chain, reasons, now) ?? []));
    if (candidate === null) return { code: 3, depth };
    const code = faultOf(candidate, certificate, now);
    if (code !== null) return { code, depth, crl: candidate.crl };
    if (candidate.reasons === reasons) return { code: 3, depth, crl: candidate.crl };
    reasons = candidate.reasons;
  }
  return null;
}

/** get_crl_sk: the best score, and of equals the newest. */
function bestOf(candidates: readonly Candidate[]): Candidate | null {
  let best: Candidate | null = null;
  for (const candidate of candidates) {
    if (best !== null && candidate.score < best.score) continue;
    if (best !== null && candidate.score === best.score && !isNewer(candidate.decoded, best.decoded))
      continue;
    best = candidate;
  }
  return best;
}

const isNewer = (one: DecodedCrl, other: DecodedCrl): boolean =>
  one.thisUpdate !== null && other.thisUpdate !== null && one.thisUpdate > other.thisUpdate;

function candidateOf(crl: Crl, depth: number, chain: Chain, seen: number, now: number): Candidate | null {
  const certificate = chain[depth];
  const decoded = decodedCrl(crl);
  const { issuingPoint: point } = decoded;
  if (certificate === undefined || point?.isInvalid || point?.isUnsupported) return null;
  // As OpenSSL 3.0.22 has it; earlier ones took a delta list for a whole one.
  if (decoded.isDelta) return null;
  if (certificate.issuer !== decoded.issuer) return null;
  const found = issuerOf(decoded, depth, chain);
  if (found === null) return null;
  const covered = reasonsCovered(certificate, decoded);
  if (covered !== null && (covered & ~seen) === 0) return null;
  const isCurrent = timeFault(decoded, now) === null;
  const score =
    SCORE.name +
    (decoded.unhandledCritical ? 0 : SCORE.noCritical) +
    (isCurrent ? SCORE.current : 0) +
    (covered === null ? 0 : SCORE.inScope) +
    (found.isDirect ? SCORE.directIssuer : SCORE.onPath);
  const reasons = seen | (covered ?? 0);
  return { crl, decoded, issuer: found.issuer, isCurrent, isInScope: covered !== null, reasons, score };
}

/** crl_akid_check: the certificate's issuer in the chain, or one of that name further up, by the key identifier. */
function issuerOf(
  { issuer: name, authorityKeyId }: DecodedCrl,
  depth: number,
  chain: Chain,
): { issuer: Decoded; isDirect: boolean } | null {
  const at = Math.min(depth + 1, chain.length - 1);
  const direct = chain[at];
  if (direct !== undefined && keyIdAgrees(direct, authorityKeyId)) return { issuer: direct, isDirect: true };
  const issuer = chain
    .slice(at + 1)
    .find((each) => each.subject === name && keyIdAgrees(each, authorityKeyId));
  return issuer === undefined ? null : { issuer, isDirect: false };
}

/** crl_crldp_check: the reasons for which the list speaks for this certificate; null where it doesn't at all. */
function reasonsCovered({ extensions, issuer }: Decoded, { issuingPoint: point }: DecodedCrl): number | null {
  const isCa = extensions.constraints?.ca ?? false;
  if (point?.onlyAttributes || (isCa ? point?.onlyUsers : point?.onlyCas)) return null;
  const isPlace = ({ name, crlIssuer }: DistributionPoint): boolean =>
    (crlIssuer === null || crlIssuer.some((each) => directoryName(each) === issuer)) &&
    (point === null || namesMeet(name, point.name, issuer));
  const place = extensions.distributionPoints.find(isPlace);
  if (place !== undefined) return place.reasons;
  return point === null || point.name === null ? ALL_REASONS : null;
}

/** check_crl, then cert_crl: is the list good, and is the certificate in it? */
function faultOf(candidate: Candidate, certificate: Decoded, now: number): Found['code'] | null {
  const { crl, decoded, issuer } = candidate;
  const { keyUsage } = issuer.extensions;
  if (keyUsage !== null && (keyUsage & KEY_USAGE.crlSign) === 0) return 35;
  if (!candidate.isInScope) return 44;
  const late = timeFault(decoded, now);
  if (late !== null) return late;
  if (issuer.publicKey === null) return 1;
  if (!verifyCrl(crl, issuer.certificate)) return 8;
  if (decoded.unhandledCritical) return 36;
  return decoded.revoked.has(certificate.serial) ? 23 : null;
}

/** check_crl_time. */
function timeFault({ thisUpdate, nextUpdate }: DecodedCrl, now: number): 11 | 12 | 15 | 16 | null {
  if (thisUpdate === null) return 15;
  if (thisUpdate > now) return 11;
  if (nextUpdate === null) return 16;
  return nextUpdate !== undefined && nextUpdate <= now ? 12 : null;
}
