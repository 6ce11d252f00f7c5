import type { Found } from './chain-fault.js';
import type { Decoded } from './decode.js';
import { isLikelyIssuer, isSelfSigned } from './issuing.js';

/** X509_VERIFY_PARAM's default depth of 100, and the server's own certificate. */
const LONGEST = 101;

export interface Path {
  /** The server's own first; as far as it could be built. */
  readonly chain: readonly Decoded[];
  readonly fault: Found | null;
}

/** Valid at this time (ossl_x509_check_cert_time), in milliseconds. */
export const isCurrent = ({ notBefore, notAfter }: Decoded, now: number): boolean =>
  notBefore !== null && notAfter !== null && notBefore <= now && now < notAfter;

/**
 * build_chain of crypto/x509/x509_vfy.c with X509_V_FLAG_TRUSTED_FIRST and without partial chains: an anchor is sought
 * for the last certificate at every step, and one that was sent only where there is none. Once an anchor was taken,
 * those that were sent don't count any more. It never goes back to try another candidate.
 */
export function buildPath(
  leaf: Decoded,
  sent: readonly Decoded[],
  anchors: readonly Decoded[],
  now: number,
): Path {
  const chain = [leaf];
  const left = [...sent];
  let maySent = true;
  let hasAnchor = false;
  for (;;) {
    const current = chain.at(-1) ?? leaf;
    const anchor = chain.length > LONGEST ? null : anchorFor(current, anchors, now);
    if (anchor !== null) {
      const isEnd = isSelfSigned(current);
      if (isEnd === null) return failed(chain, 1);
      if (isEnd && anchor.certificate.sha256 === current.certificate.sha256) {
        chain[chain.length - 1] = anchor;
        return { chain, fault: null };
      }
      if (!isEnd) {
        chain.push(anchor);
        hasAnchor = true;
        maySent = false;
        const isRoot = isSelfSigned(anchor);
        if (isRoot === null) return failed(chain, 1);
        if (isRoot) return { chain, fault: null };
        continue;
      }
    }
    if (!maySent) break;
    const next = chain.length > LONGEST || isSelfSigned(current) ? null : issuerIn(left, current, chain, now);
    if (next === null) break;
    left.splice(left.indexOf(next), 1);
    chain.push(next);
  }
  if (chain.length > LONGEST) return failed(chain, 22);
  if (isSelfSigned(chain.at(-1) ?? leaf)) return failed(chain, chain.length === 1 ? 18 : 19);
  return failed(chain, hasAnchor ? 2 : 20);
}

const failed = (chain: readonly Decoded[], code: Found['code']): Path => ({
  chain,
  fault: { code, depth: chain.length - 1 },
});

/** X509_STORE_CTX_get1_issuer: the first that is current, else the one that expired last. */
const anchorFor = (subject: Decoded, anchors: readonly Decoded[], now: number): Decoded | null =>
  best(
    anchors.filter((anchor) => isLikelyIssuer(anchor, subject)),
    now,
  );

/** find_issuer: likewise, but none that is in the chain already, unless to end it at once. */
function issuerIn(
  sent: readonly Decoded[],
  subject: Decoded,
  chain: readonly Decoded[],
  now: number,
): Decoded | null {
  const mayRepeat = subject.isSelfIssued && chain.length === 1;
  const isInChain = ({ certificate }: Decoded): boolean =>
    chain.some((each) => each.certificate.sha256 === certificate.sha256);
  return best(
    sent.filter((each) => isLikelyIssuer(each, subject) && (mayRepeat || !isInChain(each))),
    now,
  );
}

function best(candidates: readonly Decoded[], now: number): Decoded | null {
  const current = candidates.find((candidate) => isCurrent(candidate, now));
  if (current !== undefined) return current;
  const [first, ...others] = candidates;
  if (first === undefined) return null;
  const isLater = (a: Decoded, b: Decoded): boolean =>
    a.notAfter !== null && b.notAfter !== null && a.notAfter > b.notAfter;
  return others.reduce((latest, each) => (isLater(each, latest) ? each : latest), first);
}
