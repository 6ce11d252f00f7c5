import type { CatalogRoot } from '../catalog/types.js';
import { readBundle } from '../x509/bundle.js';
import type { Certificate } from '../x509/types.js';

/** What a downloaded file means for one root. */
export type Verdict =
  | { readonly kind: 'found'; readonly der: Uint8Array }
  /** Other roots that the catalogue expects there are in it, this one is not: it has left the bundle. */
  | { readonly kind: 'gone' }
  | { readonly kind: 'no-certificate'; readonly fact: string }
  /** Certificates, and none that the catalogue expects there. */
  | { readonly kind: 'other'; readonly found: readonly Certificate[] };

/**
 * Judges a file by the pins. `expected`: every root that the catalogue has for that address. Only a certificate
 * with the root's own SHA-256 is ever taken from it.
 */
export function judgeFile(
  bytes: Uint8Array,
  expected: readonly Pick<CatalogRoot, 'sha256'>[],
): (root: Pick<CatalogRoot, 'sha256'>) => Verdict {
  const { certificates } = readBundle(bytes);
  if (certificates.length === 0) {
    const verdict: Verdict = { kind: 'no-certificate', fact: contentOf(bytes) };
    return () => verdict;
  }
  const found = new Map(certificates.map((certificate) => [certificate.sha256, certificate]));
  const isKnownFile = expected.some(({ sha256 }) => found.has(sha256));
  return ({ sha256 }) => {
    const certificate = found.get(sha256);
    if (certificate !== undefined) return { kind: 'found', der: certificate.der };
    return isKnownFile ? { kind: 'gone' } : { kind: 'other', found: [...found.values()] };
  };
}

function contentOf(bytes: Uint8Array): string {
  if (bytes.length === 0) return 'an empty file';
  const start = Buffer.from(bytes.subarray(0, 512))
    .toString('latin1')
    .replace(/^\xEF\xBB\xBF/, '');
  return /^\s*</.test(start) ? 'a web page, not a certificate' : 'no readable certificate';
}
