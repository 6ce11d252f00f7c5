import { isServed } from '../catalog/succession.js';
import type { Catalog } from '../catalog/types.js';
import { PgRootCertError } from '../core/errors.js';
import { printable } from '../core/printable.js';
import type { Certificate } from '../x509/types.js';

/**
 * A retired root may go once some provider that used to need it has all its present roots in the file.
 *
 * @throws PgRootCertError `successor-missing`
 */
export function assertSuccessors(
  catalog: Catalog,
  path: string,
  leaving: readonly Certificate[],
  staying: readonly Certificate[],
): void {
  const there = new Set(staying.map(({ sha256 }) => sha256));
  for (const certificate of leaving) {
    const root = catalog.bySha256(certificate.sha256);
    const former = root === null ? [] : catalog.formerProvidersOf(root);
    if (former.some((provider) => isServed(catalog, provider, there))) continue;
    const ids = former.map(({ id }) => id);
    throw new PgRootCertError(
      'successor-missing',
      `"${printable(certificate.name)}" is retired, but nothing that has taken its place is in ${path}`,
      {
        help: [
          ...ids
            .slice(0, 3)
            .map((id) => `if you use ${id}, install its present roots first: pg-root-cert install ${id}`),
          'or remove it all the same: --force',
        ],
        path,
      },
    );
  }
}
