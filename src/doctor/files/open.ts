import { errnoOf, fileError } from '../../core/file-errors.js';
import type { FileFacts, Host } from '../../core/host.js';
import { FILE_LIMIT } from '../../install/limits.js';

/** True where it is the permissions that stand in the way. */
export const isDenied = (errno: string): boolean => errno === 'EACCES' || errno === 'EPERM';

/** The file's bytes, or the errno's name that fopen would give. */
export type Opened =
  | { readonly bytes: Uint8Array; readonly errno: null }
  | { readonly bytes: null; readonly errno: string };

/**
 * A file as OpenSSL's BIO_new_file would read it: a folder opens and holds nothing (not on Windows, where it does not
 * open). So does what is neither file nor folder, /dev/null say; a pipe is not read, for that would empty it.
 * Throws PgRootCertError `file-too-large`.
 */
export function openFile(host: Host, at: string): Opened {
  try {
    return { bytes: host.files.read(at, FILE_LIMIT), errno: null };
  } catch (error) {
    const errno = errnoOf(error);
    if (errno === null || errno === 'EFBIG') throw fileError(error, 'read', at);
    if (errno === 'EISDIR' && host.platform === 'win32') return { bytes: null, errno: 'EACCES' };
    if (errno === 'EISDIR' || errno === 'EINVAL') return { bytes: new Uint8Array(), errno: null };
    return { bytes: null, errno };
  }
}

/** What stat tells, or the errno's name that it fails with. */
export type Looked =
  | { readonly facts: FileFacts; readonly errno: null }
  | { readonly facts: null; readonly errno: string };

export function statFile(host: Host, at: string): Looked {
  try {
    const facts = host.files.lookThrough(at);
    if (facts !== null) return { facts, errno: null };
  } catch (error) {
    const errno = errnoOf(error);
    if (errno === null) throw error;
    return { facts: null, errno };
  }
  // Nothing there: opening it tells whether a folder on the way is none.
  return { facts: null, errno: openFile(host, at).errno ?? 'ENOENT' };
}
