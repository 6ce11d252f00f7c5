import type { Host } from '../../core/host.js';
import { roamingFolder } from '../../locate/homes.js';
import { HIDDEN } from '../../postgres/refusal.js';
import type { Settings } from '../../postgres/settings.js';

/** What the client's files are looked for by. */
export interface FilesQuestion {
  readonly host: Host;
  readonly settings: Settings;
  readonly major: number;
  /** The user's home by that libpq's rules (`userHome`); not asked for on Windows, where AppData counts. */
  readonly homeFolder: string | null;
}

export interface NamedFile {
  /** As libpq writes it in its messages: relative where it was given so, `***` where it may hold a password. */
  readonly path: string;
  /** The absolute path. */
  readonly at: string;
  readonly isDefault: boolean;
}

/**
 * The home that libpq of this major takes on Unix, as its source gives it; null where there is none, and on Windows.
 * Source: `pqGetHomeDirectory` in fe-connect.c; HOME counts since PostgreSQL 15 (libpq-rules 1).
 */
export function userHome(host: Host, major: number): string | null {
  if (host.platform === 'win32') return null;
  return (major >= 15 && host.env.HOME) || host.user.passwdHome || null;
}

/** `~/.postgresql`, on Windows `%APPDATA%/postgresql`, spelled as libpq does. */
function defaultFolder({ host, homeFolder }: FilesQuestion): string | null {
  if (host.platform !== 'win32') return homeFolder === null ? null : `${homeFolder}/.postgresql`;
  const roaming = roamingFolder(host);
  return roaming === null ? null : `${roaming}/postgresql`;
}

/** The file that a parameter names; null where it is empty or not given. */
export function givenFile({ host, settings }: FilesQuestion, parameter: string): NamedFile | null {
  const setting = settings.get(parameter);
  if (!setting?.value) return null;
  const { value, secret } = setting;
  return { path: secret ? HIDDEN : value, at: host.path.resolve(host.cwd, value), isDefault: false };
}

/** The default file of this name; null where no home is known. */
export function defaultFile(question: FilesQuestion, name: string): NamedFile | null {
  const folder = defaultFolder(question);
  if (folder === null) return null;
  const path = `${folder}/${name}`;
  return { path, at: question.host.path.resolve(question.host.cwd, path), isDefault: true };
}
