import type { Catalog, CatalogRoot } from '../catalog/types.js';
import { parseCertificate } from '../x509/certificate.js';
import { isIssuedBy } from '../x509/chain.js';
import type { Certificate } from '../x509/types.js';

/** Where a chain ends, whether or not the server sends that root. */
export type ChainEnd =
  /** A root of the catalogue, by its key. `at` is the place in the path of the root, or of what it has issued. */
  | {
      readonly kind: 'known';
      readonly root: CatalogRoot;
      readonly certificate: Certificate;
      readonly at: number;
    }
  /** The name of this known root, but another key. */
  | { readonly kind: 'impostor'; readonly root: CatalogRoot; readonly certificate: Certificate | null }
  /** A self-signed certificate that no catalogue has. */
  | { readonly kind: 'unknown'; readonly certificate: Certificate }
  /** `of` names an issuer whose certificate nobody has shown. */
  | { readonly kind: 'unsent'; readonly issuer: string; readonly of: Certificate };

/**
 * The root that a chain truly ends at. A name proves nothing: a root of the catalogue counts only if it is in the path
 * itself, by its SHA-256, or if its key has signed a certificate of the path and the key identifiers fit (RFC 5280,
 * 4.2.1.1). Cross-signed chains can end at several; the `preferred` come first, then those in use, then the nearest to
 * the server.
 *
 * `path`: at least one certificate, the server's own first.
 */
export function recogniseEnd(
  path: readonly [Certificate, ...Certificate[]],
  catalog: Catalog,
  preferred: readonly string[] = [],
): ChainEnd {
  const known = path.flatMap((certificate, at) => knownAt(certificate, at, catalog));
  const rank = ({ root }: { root: CatalogRoot }): number =>
    preferred.includes(root.id) ? 0 : root.status === 'retired' || root.status === 'expired' ? 2 : 1;
  const [best] = known.toSorted((one, other) => rank(one) - rank(other));
  if (best !== undefined) return best;

  const last = path.at(-1) ?? path[0];
  for (const certificate of path) {
    const namesake = catalog.roots.find(({ subject }) => subject === certificate.issuer);
    if (namesake === undefined) continue;
    const pretender = path.find(({ subject, selfIssued }) => selfIssued && subject === namesake.subject);
    return { kind: 'impostor', root: namesake, certificate: pretender ?? null };
  }
  return last.selfIssued
    ? { kind: 'unknown', certificate: last }
    : { kind: 'unsent', issuer: last.issuer, of: last };
}

function knownAt(
  certificate: Certificate,
  at: number,
  catalog: Catalog,
): Extract<ChainEnd, { kind: 'known' }>[] {
  const itself = catalog.bySha256(certificate.sha256);
  if (itself !== null) return [{ kind: 'known', root: itself, certificate, at }];
  return catalog.roots
    .filter(({ subject }) => subject === certificate.issuer)
    .flatMap((root) => {
      const issuer = parseCertificate(catalog.der(root));
      return issuer !== null && isIssuedBy(certificate, issuer)
        ? [{ kind: 'known', root, certificate: issuer, at }]
        : [];
    });
}
