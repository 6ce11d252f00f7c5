import type { Catalog, CatalogRoot, Provider } from '../catalog/types.js';
import { PgRootCertError } from '../core/errors.js';
import type { Host } from '../core/host.js';
import { printable } from '../core/printable.js';
import type { Progress } from '../download/types.js';

/** What a source on the command line means. */
export type SourceRequest =
  | { readonly kind: 'roots'; readonly roots: readonly CatalogRoot[] }
  | { readonly kind: 'file'; readonly path: string }
  | { readonly kind: 'stdin' }
  | { readonly kind: 'url'; readonly url: string };

/** Where roots may come from, and what vouches for them. */
export interface SourceOptions {
  readonly requests: readonly SourceRequest[];
  /** SHA-256 values, 64 lower-case hex digits. */
  readonly pins: ReadonlySet<string>;
  readonly vouched: boolean;
  /** The command line that advice repeats, before the source; `install` if not given. */
  readonly advised?: string;
  readonly mirror?: string;
  readonly offline: boolean;
  readonly requireDownload: boolean;
  /** For all downloads together, and again for the lock. */
  readonly timeoutMs: number;
  readonly onProgress?: (progress: Progress) => void;
}

export const DEFAULT_ROOT = 'digicert-global-root-g2';

/**
 * Reads a source: a catalogue id or provider, else `-`, a URL, or a file that is there.
 *
 * @throws PgRootCertError `unknown-root`, `provider-own-ca`, `usage` (a URL that is not https)
 */
export function parseSource(host: Host, catalog: Catalog, source: string): SourceRequest {
  const known = catalog.resolve(source);
  if (known?.kind === 'root') return { kind: 'roots', roots: [known.root] };
  if (known?.kind === 'provider') return { kind: 'roots', roots: rootsOfProvider(catalog, known.provider) };
  if (source === '-') return { kind: 'stdin' };
  if (/^[a-z][a-z0-9+.-]*:\/\//i.test(source)) return urlSource(source);
  const path = host.path.resolve(host.cwd, source);
  if (source !== '' && host.files.lookThrough(path) !== null) return { kind: 'file', path };
  throw unknownRoot(catalog, source, 'the catalogue, and no file');
}

/**
 * The roots of a name that must be the catalogue's: an id, a provider or a SHA-256 that it knows.
 *
 * @throws PgRootCertError `unknown-root`, `provider-own-ca`
 */
export function catalogRoots(catalog: Catalog, name: string): readonly CatalogRoot[] {
  const known = catalog.resolve(name);
  if (known === null) throw unknownRoot(catalog, name);
  return known.kind === 'root' ? [known.root] : rootsOfProvider(catalog, known.provider);
}

/** The roots that a provider's servers need. @throws PgRootCertError `provider-own-ca`: the catalogue holds none */
export function rootsOfProvider(catalog: Catalog, provider: Provider): readonly CatalogRoot[] {
  const roots = catalog.rootsOf(provider);
  if (roots.length > 0) return roots;
  throw new PgRootCertError('provider-own-ca', `the catalogue holds no root for ${provider.name}`, {
    help: [
      ...(provider.howTo === undefined ? [] : [provider.howTo]),
      'then install the file it gives you: pg-root-cert install FILE --sha256 SHA256',
    ],
  });
}

/**
 * The roots that a server's provider needs, by the catalogue's host patterns.
 *
 * @throws PgRootCertError `unknown-host`, `provider-own-ca`
 */
export function rootsForHost(catalog: Catalog, hostName: string): readonly CatalogRoot[] {
  return rootsOfProvider(catalog, providerForHost(catalog, hostName));
}

/** The provider that runs a server. @throws PgRootCertError `unknown-host` */
export function providerForHost(catalog: Catalog, hostName: string): Provider {
  const provider = catalog.forHost(hostName);
  if (provider === null) {
    throw new PgRootCertError(
      'unknown-host',
      `no provider of the catalogue has a host like "${printable(hostName)}"`,
      {
        help: [
          'see what the catalogue knows: pg-root-cert catalog',
          "or ask the server's administrator for its root, and install that: pg-root-cert install FILE --sha256 SHA256",
        ],
      },
    );
  }
  return provider;
}

function urlSource(text: string): SourceRequest {
  const url = URL.canParse(text) ? new URL(text) : null;
  if (url?.protocol === 'https:') return { kind: 'url', url: url.href };
  throw new PgRootCertError('usage', 'a source URL must begin with https://', {
    help: ['download it by other means, then install the file: pg-root-cert install FILE --sha256 SHA256'],
  });
}

export function unknownRoot(catalog: Catalog, name: string, where = 'the catalogue'): PgRootCertError {
  const nearest = catalog.nearest(name);
  return new PgRootCertError('unknown-root', `"${printable(name)}" is no root or provider of ${where}`, {
    help: [
      ...(nearest.length > 0 ? [`did you mean ${nearest.join(', ')}?`] : []),
      'see what the catalogue knows: pg-root-cert catalog',
    ],
  });
}
