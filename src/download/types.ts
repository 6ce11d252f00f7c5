import type { Catalog, CatalogRoot } from '../catalog/types.js';
import type { Finding } from '../core/findings.js';
import type { Host } from '../core/host.js';

export interface Progress {
  /** The address that was just done with, fit for a terminal; null before the first. */
  readonly url: string | null;
  readonly done: number;
  readonly total: number;
}

export interface AcquireOptions {
  readonly host: Pick<Host, 'env'>;
  readonly catalog: Pick<Catalog, 'roots' | 'der'>;
  /** An http or https address; `<id>.pem` is appended to its path, so that a copy of `certs/` is a mirror. */
  readonly mirror?: string;
  readonly offline: boolean;
  /** No embedded copy may stand in. */
  readonly requireDownload: boolean;
  /** For all downloads together, in milliseconds. */
  readonly timeoutMs: number;
  readonly onProgress?: (event: Progress) => void;
}

export interface AcquiredRoot {
  readonly root: CatalogRoot;
  /** Its SHA-256 is the root's pin. */
  readonly der: Uint8Array;
  readonly source: 'download' | 'embedded';
}

export interface Acquisition {
  readonly acquired: readonly AcquiredRoot[];
  readonly findings: readonly Finding[];
}
