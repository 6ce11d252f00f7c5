import type { Catalog, Provider } from '../catalog/types.js';
import type { Certificate } from '../x509/types.js';

/** A provider is served by a file that holds all of its present roots. */
export function isServed(catalog: Catalog, provider: Provider, there: ReadonlySet<string>): boolean {
  return provider.roots.length > 0 && provider.roots.every((id) => there.has(catalog.root(id)?.sha256 ?? ''));
}

/**
 * True for a root that nothing is issued from any more, unless the file serves a provider which still lists it among
 * its present roots (as Azure in China does, on its way to another).
 */
export function isRetired(catalog: Catalog, certificate: Certificate, there: ReadonlySet<string>): boolean {
  const root = catalog.bySha256(certificate.sha256);
  if (root?.status !== 'retired') return false;
  return !catalog.providersOf(root).some((provider) => isServed(catalog, provider, there));
}
