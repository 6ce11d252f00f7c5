import { isServed } from '../catalog/succession.js';
import type { Catalog } from '../catalog/types.js';
import type { Certificate } from '../x509/types.js';

/**
 * True for a root that nothing is issued from any more, unless the file serves a provider which still lists it among
 * its present roots (as Azure in China does, on its way to another).
 */
export function isRetired(catalog: Catalog, certificate: Certificate, there: ReadonlySet<string>): boolean {
  const root = catalog.bySha256(certificate.sha256);
  if (root?.status !== 'retired') return false;
  return !catalog.providersOf(root).some((provider) => isServed(catalog, provider, there));
}
