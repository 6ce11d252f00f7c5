import { PgRootCertError } from '../core/errors.js';
import { onFile } from '../core/file-errors.js';
import { type Finding, finding, help } from '../core/findings.js';
import type { Host } from '../core/host.js';
import { readText } from '../core/text-file.js';
import type { WritableFormat } from '../keystore/add-to-store.js';

const PASSWORD_VARIABLE = 'PG_ROOT_CERT_STORE_PASSWORD';
const OTHERS_READ = 0o044;
const FILE_LIMIT = 64 * 1024;
/** keytool's own rule. */
const SHORTEST = 6;

export interface Wanted {
  readonly path: string;
  readonly format: WritableFormat;
  /** A password for a new store is asked for twice, and must be one that its readers take. */
  readonly isNew: boolean;
  readonly file?: string;
}

export interface Given {
  readonly password: string;
  readonly findings: readonly Finding[];
}

/**
 * A store's password: from a file, else the environment, else the terminal. Never from the command line, where every
 * user of the machine can read it.
 *
 * @throws PgRootCertError `store-password-missing`, `store-password-unfit`, or a file error
 */
export async function passwordFor(host: Host, wanted: Wanted): Promise<Given> {
  const given = fromFile(host, wanted) ?? fromEnvironment(host) ?? (await fromTerminal(host, wanted));
  if (given === null) {
    throw new PgRootCertError('store-password-missing', `${wanted.path} needs a password`, {
      help: [
        'put it into a file that only you can read: --password-file FILE',
        `or into the environment: ${PASSWORD_VARIABLE}`,
        'or run this at a terminal, where it is asked for',
      ],
      path: wanted.path,
    });
  }
  const problem = wanted.isNew ? problemOf(given.password, wanted.format) : null;
  if (problem !== null) throw unfit(wanted.path, problem);
  return given;
}

function fromFile(host: Host, { file }: Wanted): Given | null {
  if (file === undefined) return null;
  const [password = ''] = readText(host, file, FILE_LIMIT).split(/\r?\n/, 1);
  const path = host.path.resolve(host.cwd, file);
  return { password, findings: host.platform === 'win32' ? [] : readByOthers(host, path) };
}

/** Said and not refused: secrets that a container is given are mostly so, and a trust store holds no secret. */
function readByOthers(host: Host, path: string): Finding[] {
  const mode = onFile('look at', path, () => host.files.lookThrough(path))?.mode ?? 0;
  if ((mode & OTHERS_READ) === 0) return [];
  return [
    finding(
      'store-password-exposed',
      `others can read the password in ${path} (mode ${mode.toString(8).padStart(4, '0')})`,
      { help: [help('keep it to yourself', [['chmod', '600', path]])] },
    ),
  ];
}

function fromEnvironment(host: Host): Given | null {
  const password = host.env[PASSWORD_VARIABLE];
  return password ? { password, findings: [] } : null;
}

async function fromTerminal(host: Host, { path, isNew, format }: Wanted): Promise<Given | null> {
  const password = await host.askSecret(isNew ? `new password for ${path}: ` : `password of ${path}: `);
  if (password === null) return null;
  if (!isNew || problemOf(password, format) !== null) return { password, findings: [] };
  const again = await host.askSecret('once more: ');
  if (again !== password) throw unfit(path, { fact: 'the two passwords differ', help: 'run this again' });
  return { password, findings: [] };
}

interface Problem {
  readonly fact: string;
  readonly help: string;
}

/** Java refuses both: keytool what is shorter, PBEKey for PKCS#12 what is not printable ASCII. */
function problemOf(password: string, format: WritableFormat): Problem | null {
  const help = 'choose another';
  if (password.length < SHORTEST) {
    return { fact: `keytool wants a password of at least ${SHORTEST} characters`, help };
  }
  if (format === 'jks' || /^[ -~]*$/.test(password)) return null;
  return { fact: 'Java opens a PKCS#12 store only with a password of plain ASCII characters', help };
}

function unfit(path: string, { fact, help }: Problem): PgRootCertError {
  return new PgRootCertError('store-password-unfit', fact, { help: [help], path });
}
