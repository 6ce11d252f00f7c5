import { readBundle } from '../../x509/bundle.js';
import type { RootFile, SslMode } from '../evidence.js';
import { strerror } from '../strerror.js';
import { defaultFile, type FilesQuestion, givenFile } from './named-file.js';
import { openFile, statFile } from './open.js';
import { systemRoots } from './system-roots.js';

/**
 * `sslrootcert` or the default root.crt. Any failed stat makes it absent, EACCES too.
 * Source: `initialize_SSL` in fe-secure-openssl.c (libpq-rules 4 to 6 and 9).
 * Throws PgRootCertError `file-too-large`.
 */
export function readRootFile(question: FilesQuestion): RootFile {
  const { host, settings, major } = question;
  if (major >= 16 && settings.get('sslrootcert')?.value === 'system') {
    return { kind: 'system', certificates: systemRoots(host) };
  }
  const file = givenFile(question, 'sslrootcert') ?? defaultFile(question, 'root.crt');
  if (file === null) return { kind: 'no-home' };

  const { path, at, isDefault } = file;
  const { facts } = statFile(host, at);
  if (facts === null) return { kind: 'absent', path, isDefault };
  const { bytes, errno } = openFile(host, at);
  const bundle = bytes === null ? null : readBundle(bytes);
  const reason = errno === null ? (bundle?.problem?.reason ?? null) : strerror(errno);
  return { kind: 'present', path, isDefault, bundle, reason, loads: reason === null, facts };
}

/**
 * What libpq says where it gives up because of the root file, without `connection to server … failed: `; null where
 * it goes on. A file that cannot be opened gets strerror's words: libpq with OpenSSL 1.1.1 prints them, with 3.0 it
 * prints memory that nothing was written to (`SSLerrmessage`), so nobody can tell what.
 * Source: `initialize_SSL` in fe-secure-openssl.c.
 */
export function rootFileRefusal(root: RootFile, sslmode: SslMode, major: number): string | null {
  if (sslmode === 'disable') return null;
  if (root.kind === 'present' && !root.loads) {
    return `could not read root certificate file "${root.path}": ${root.reason ?? ''}`;
  }
  const verifies = sslmode === 'verify-ca' || sslmode === 'verify-full';
  if (!verifies || root.kind === 'present' || root.kind === 'system') return null;
  const fact =
    root.kind === 'no-home'
      ? 'could not get home directory to locate root certificate file'
      : `root certificate file "${root.path}" does not exist`;
  const system = major >= 16 ? ", use the system's trusted roots with sslrootcert=system," : '';
  return `${fact}\nEither provide the file${system} or change sslmode to disable server certificate verification.`;
}
