import { X509Certificate } from 'node:crypto';
import type { FileFacts } from '../../core/host.js';
import { HIDDEN } from '../../postgres/refusal.js';
import type { ClientCertificate } from '../evidence.js';
import { strerror } from '../strerror.js';
import { readCertificateChain } from './certificate-chain.js';
import { ClientIdentity } from './identity.js';
import { defaultFile, type FilesQuestion, givenFile, type NamedFile } from './named-file.js';
import { isDenied, openFile, statFile } from './open.js';
import { readPrivateKey } from './private-key.js';

type Refusal = Pick<ClientCertificate, 'refusal' | 'code'>;

const refuse = (refusal: string, code: ClientCertificate['code'] = null): Refusal => ({ refusal, code });
const denied = (errno: string, otherwise: ClientCertificate['code'] = null): ClientCertificate['code'] =>
  isDenied(errno) ? 'permission-denied' : otherwise;

const NOTHING: ClientCertificate = {
  certPath: null,
  keyPath: null,
  certificate: null,
  identity: null,
  refusal: null,
  code: null,
};

/**
 * `sslcert` and `sslkey` or their defaults, read in libpq's order up to its first refusal.
 * Source: `initialize_SSL` in fe-secure-openssl.c (libpq-rules 10 and 18).
 * Throws PgRootCertError `file-too-large`.
 */
export function readClientCertificate(question: FilesQuestion): ClientCertificate {
  const { host, settings, major } = question;
  if (major >= 16 && settings.get('sslcertmode')?.value.startsWith('d')) return NOTHING;
  const file = givenFile(question, 'sslcert') ?? defaultFile(question, 'postgresql.crt');
  if (file === null) return NOTHING;

  const found = { ...NOTHING, certPath: file.path };
  const { errno } = statFile(host, file.at);
  if (errno === 'ENOENT' || errno === 'ENOTDIR') return found;
  if (errno !== null) {
    return {
      ...found,
      ...refuse(`could not open certificate file "${file.path}": ${strerror(errno)}`, denied(errno)),
    };
  }
  const opened = openFile(host, file.at);
  const chain =
    opened.errno === null ? readCertificateChain(opened.bytes) : { reason: strerror(opened.errno) };
  if ('reason' in chain) {
    const code = opened.errno === null ? null : denied(opened.errno);
    return { ...found, ...refuse(`could not read certificate file "${file.path}": ${chain.reason}`, code) };
  }
  return { ...found, certificate: chain.leaf, ...readKey(question, chain.pem) };
}

type KeyPart = Partial<Pick<ClientCertificate, 'keyPath' | 'identity' | 'engine' | 'refusal' | 'code'>>;

/** `chain`: PEM, the client's own certificate first. */
function readKey(question: FilesQuestion, chain: string): KeyPart {
  const { host, settings, major } = question;
  const inEngine = engineKey(question);
  if (inEngine !== null) return inEngine;
  const file = givenFile(question, 'sslkey') ?? defaultFile(question, 'postgresql.key');
  if (file === null) {
    return refuse(
      'certificate does not match private key file "": no private key assigned',
      'client-key-missing',
    );
  }
  const found = { keyPath: file.path };
  const { facts, errno } = statFile(host, file.at);
  if (facts === null) return { ...found, ...keyNotThere(file, errno, major) };
  const unfit = unfitKeyFile(file, facts, host.platform === 'win32');
  if (unfit !== null) return { ...found, ...unfit };

  const opened = openFile(host, file.at);
  if (opened.errno !== null) {
    const refusal = `could not load private key file "${file.path}": ${strerror(opened.errno)}`;
    return { ...found, ...refuse(refusal, denied(opened.errno)) };
  }
  const verdict = readPrivateKey(opened.bytes, {
    certificate: new X509Certificate(chain),
    password: settings.get('sslpassword')?.value || null,
    orDer: major >= 13,
  });
  if ('key' in verdict) return { ...found, identity: new ClientIdentity(chain, verdict.key) };
  const { step, reason, isMismatch } = verdict;
  const code = isMismatch ? 'client-key-mismatch' : null;
  return { ...found, ...refuse(`${step} private key file "${file.path}": ${reason}`, code) };
}

/** Until PostgreSQL 14 any failed stat read as a missing file. */
function keyNotThere({ path }: NamedFile, errno: string, major: number): Refusal {
  const code = denied(errno, 'client-key-missing');
  return errno === 'ENOENT' || major < 15
    ? refuse(`certificate present, but not private key file "${path}"`, code)
    : refuse(`could not stat private key file "${path}": ${strerror(errno)}`, code);
}

/** The rule for files of root came with PostgreSQL 15, and with the minor releases of 2022 for those before. */
function unfitKeyFile({ path }: NamedFile, { kind, uid, mode }: FileFacts, windows: boolean): Refusal | null {
  if (kind !== 'file') return refuse(`private key file "${path}" is not a regular file`);
  if (windows || (mode & (uid === 0 ? 0o037 : 0o077)) === 0) return null;
  return refuse(
    `private key file "${path}" has group or world access; file must have permissions u=rw (0600) or less if owned by the current user, or permissions u=rw,g=r (0640) or less if owned by root`,
    'client-key-permissions',
  );
}

/**
 * `sslkey=ENGINE:KEY`. Engines are not supported here, so what comes of one is left open, unless it can be none: a
 * path with a colon in it, which libpq takes for an engine just the same. null where sslkey names a file.
 */
function engineKey({ host, settings }: FilesQuestion): KeyPart | null {
  const { value = '', secret = false } = settings.get('sslkey') ?? {};
  const colon = value.indexOf(':');
  if (colon === -1 || (host.platform === 'win32' && colon === 1)) return null;
  const name = value.slice(0, colon);
  const shown = secret ? HIDDEN : name;
  if (name === '') return refuse(`could not load SSL engine "": no such engine`);
  const isPath = /[\\/]/.test(name) || statFile(host, host.path.resolve(host.cwd, value)).facts !== null;
  if (!isPath) return { engine: shown };
  return refuse(`could not load SSL engine "${shown}": could not load the shared library`);
}
