import { PgRootCertError } from '../core/errors.js';
import { onFile } from '../core/file-errors.js';
import type { Host } from '../core/host.js';
import { FILE_LIMIT } from '../install/limits.js';
import { ownFolderOf } from '../install/own-folder.js';
import { resolveSafely } from '../install/safe-path.js';
import { storeFormatOf } from '../keystore/read-store.js';
import { readBundle } from '../x509/bundle.js';
import type { ExportFormat, ExportOptions } from './types.js';

/** Where an export goes, and what is there. */
export interface Target {
  readonly path: string;
  readonly format: ExportFormat;
  /** True where `path` is a folder, or is written as one. */
  readonly isFolder: boolean;
  /** null where there is no file. */
  readonly present: Uint8Array | null;
}

const BY_ENDING: Readonly<Record<string, ExportFormat>> = {
  '.pem': 'pem',
  '.crt': 'pem',
  '.der': 'der',
  '.cer': 'der',
  '.p12': 'pkcs12',
  '.pfx': 'pkcs12',
  '.jks': 'jks',
};

/**
 * Without a format, a store or PEM file that is there says which it is, else the ending of its name.
 *
 * @throws PgRootCertError `usage`, or what a look at the file throws
 */
export function targetOf(host: Host, { out, format }: Pick<ExportOptions, 'out' | 'format'>): Target {
  const path = host.path.resolve(host.cwd, out);
  const facts = onFile('look at', path, () => host.files.lookThrough(path));
  const isFolder = facts?.kind === 'folder' || out.endsWith('/') || out.endsWith(host.path.sep);
  const present = isFolder ? null : readPresent(host, path);
  const chosen = format ?? formatOf(host, path, present);
  if (chosen === null) {
    throw new PgRootCertError('usage', `the format of ${path} cannot be told from its name`, {
      help: ['name it: --format pem, der, pkcs12 or jks'],
    });
  }
  if (isFolder && chosen !== 'der') {
    throw new PgRootCertError('usage', `${path} is a folder`, { help: ['name a file: --out FILE'] });
  }
  return { path, format: chosen, isFolder, present };
}

/** The bytes of a file that a change may be made to. */
export function readPresent(host: Host, path: string): Uint8Array | null {
  const at = resolveSafely(host, path, ownFolderOf(host, path));
  return at.facts === null ? null : onFile('read', at.real, () => host.files.read(at.real, FILE_LIMIT));
}

function formatOf(host: Host, path: string, present: Uint8Array | null): ExportFormat | null {
  const found = present === null ? null : storeFormatOf(present);
  if (found !== null && found !== 'jceks') return found;
  if (present !== null && readBundle(present).problem === null) return 'pem';
  return BY_ENDING[host.path.extname(path).toLowerCase()] ?? null;
}
