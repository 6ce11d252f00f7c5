import { spawn } from 'node:child_process';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { text } from 'node:stream/consumers';
import { fileURLToPath } from 'node:url';
import { type LibpqName, libpqPath, type OpenSslName, openSslPath, partsManifest } from './parts.js';

export interface LibpqQuestion {
  readonly conninfo: string;
  /** The whole environment: nothing is inherited. libpq 15 and newer take the home from HOME, older ones from passwd. */
  readonly env: Readonly<Record<string, string>>;
  /** Default: '18'. */
  readonly libpq?: LibpqName;
  /** The user to ask as; only root may choose. */
  readonly uid?: number;
  /** Default: 20,000. */
  readonly timeoutMs?: number;
}

export interface LibpqVerdict {
  readonly connected: boolean;
  /** PQerrorMessage whole, less its last newline; empty where it connected. */
  readonly message: string;
  /** null where it did not connect. */
  readonly sslInUse: boolean | null;
  /** The server asked for a password, and there was none. */
  readonly needsPassword: boolean;
  /** Such as 180004. */
  readonly libpqVersion: number;
}

/** What `PQconnectdb` makes of the settings, in a new process. Throws where libpq gives no verdict within the time. */
export function askLibpq(question: LibpqQuestion): Promise<LibpqVerdict> {
  const { conninfo, libpq = '18', ...process } = question;
  return askOracle({ ask: 'connect', library: libraryOf(libpq), conninfo }, process);
}

/** The same for many questions, one after another in one process; the limit is for all of them. */
export function askLibpqAll(
  questions: readonly Pick<LibpqQuestion, 'conninfo' | 'env'>[],
  { libpq = '18', ...process }: Pick<LibpqQuestion, 'libpq' | 'uid' | 'timeoutMs'> = {},
): Promise<LibpqVerdict[]> {
  return askOracle({ ask: 'connectAll', library: libraryOf(libpq), questions }, { env: {}, ...process });
}

export type ParsedConninfo =
  | { readonly options: Readonly<Record<string, string>>; readonly message: null }
  | { readonly options: null; readonly message: string };

/**
 * What `PQconninfoParse` makes of each text, all in one process: the options that are set, without defaults, or
 * libpq's error less its last newline. It checks names and quoting; values are checked only on connecting.
 */
export function parseConninfos(
  conninfos: readonly string[],
  libpq: LibpqName = '18',
): Promise<ParsedConninfo[]> {
  return askOracle({ ask: 'parse', library: libraryOf(libpq), conninfos }, { env: {} });
}

export async function parseConninfo(conninfo: string, libpq: LibpqName = '18'): Promise<ParsedConninfo> {
  const [parsed] = await parseConninfos([conninfo], libpq);
  if (parsed === undefined) throw new Error('the oracle gave no answer');
  return parsed;
}

export interface CaFileVerdict {
  readonly loads: boolean;
  /** OpenSSL's reason as libpq prints it; null where it loads, and where OpenSSL has no words for it. */
  readonly reason: string | null;
}

/**
 * Whether OpenSSL's `SSL_CTX_load_verify_locations`, which is what libpq calls, takes each file: a path, or bytes
 * that are written to a temporary file. All in one process, each with a fresh store.
 */
export async function askOpenSsl(
  library: OpenSslName,
  files: readonly (string | Uint8Array)[],
): Promise<CaFileVerdict[]> {
  const folder = await mkdtemp(join(tmpdir(), 'pg-root-cert-openssl-'));
  try {
    const paths: string[] = [];
    for (const [index, file] of files.entries()) {
      const path = typeof file === 'string' ? file : join(folder, `${index}.crt`);
      if (typeof file !== 'string') await writeFile(path, file);
      paths.push(path);
    }
    const path = openSslPath(library) ?? missing(`OpenSSL ${library}`);
    return await askOracle({ ask: 'loadCaFiles', library: path, files: paths }, { env: {} });
  } finally {
    await rm(folder, { recursive: true });
  }
}

const oraclePath = fileURLToPath(new URL('./libpq-oracle.mjs', import.meta.url));

interface OracleProcess {
  readonly env: Readonly<Record<string, string>>;
  readonly uid?: number;
  readonly timeoutMs?: number;
}

async function askOracle<Answer>(
  request: object,
  { env, uid, timeoutMs = 20_000 }: OracleProcess,
): Promise<Answer> {
  const user = uid === undefined ? {} : { uid, gid: uid };
  const child = spawn(process.execPath, [oraclePath], {
    env,
    ...user,
    timeout: timeoutMs,
    killSignal: 'SIGKILL',
  });
  const ended = new Promise<number | NodeJS.Signals | null>((resolve, reject) => {
    child.once('error', reject);
    child.once('close', (status, signal) => resolve(signal ?? status));
  });
  // A child that dies before it has read says why by its status and its stderr.
  child.stdin.on('error', () => {});
  child.stdin.end(JSON.stringify({ ...request, manifest: partsManifest() }));
  const [how, answer, complaint] = await Promise.all([ended, text(child.stdout), text(child.stderr)]);
  if (how !== 0) throw new Error(`the oracle ended with ${how}: ${complaint || 'no word'}`);
  return JSON.parse(answer);
}

const libraryOf = (name: LibpqName): string => libpqPath(name) ?? missing(`libpq ${name}`);

function missing(what: string): never {
  throw new Error(`${what} is not here; ask available() first`);
}
