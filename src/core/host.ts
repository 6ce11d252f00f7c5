import type { Socket } from 'node:net';
import type { PlatformPath } from 'node:path';

/** What a look at a path tells. `mode` holds the permission bits only (0o7777); on Windows uid and gid say nothing. */
export interface FileFacts {
  readonly kind: 'file' | 'folder' | 'link' | 'other';
  readonly mode: number;
  readonly uid: number;
  readonly gid: number;
  readonly size: number;
  readonly modifiedMs: number;
  /** The number of the file system that it lies on. */
  readonly device: number;
}

/** An entry of a folder; a link is a link, whatever it leads to. */
export interface FolderEntry {
  readonly name: string;
  readonly kind: FileFacts['kind'];
}

export interface NewFile {
  readonly bytes: Uint8Array;
  /** Permission bits, less the umask unless `exactMode`. */
  readonly mode: number;
  readonly exactMode?: boolean;
  /** The group to give the file to, where it must differ from the one it is born with. */
  readonly gid?: number;
  /** False: without a fsync. */
  readonly sync?: boolean;
}

/**
 * The file system, as few calls as the product needs. Synchronous: a run changes one file, and nothing may come
 * between its steps. Every call throws the system's own error (`code` is the errno's name); `fileError` turns
 * those into typed errors.
 */
export interface HostFiles {
  /** lstat; null where there is nothing. */
  look(path: string): FileFacts | null;
  /** stat, so links are followed; null where there is nothing. */
  lookThrough(path: string): FileFacts | null;
  /** A regular file's bytes. Throws EFBIG past `limit`, EISDIR or EINVAL for what is not a regular file. */
  read(path: string, limit: number): Uint8Array;
  /**
   * A regular file's bytes, or null where `wanted` says no to the first `headLength` of them (`whole`: there are no more).
   * A link is refused with ELOOP, by systems that can; further as `read`. The head is only lent.
   */
  readIf(
    path: string,
    limits: { readonly headLength: number; readonly limit: number },
    wanted: (head: Uint8Array, whole: boolean) => boolean,
  ): Uint8Array | null;
  readLink(path: string): string;
  realPath(path: string): string;
  list(path: string): readonly string[];
  /** The same one by one, in the system's own order, however many there are; the folder is open meanwhile. */
  entries(path: string): Iterable<FolderEntry>;
  makeFolder(path: string, mode: number): void;
  /** Creates a file that is not there yet (never through a link), writes it whole and fsyncs it. */
  writeNew(path: string, file: NewFile): void;
  rename(from: string, to: string): void;
  remove(path: string): void;
  removeFolder(path: string): void;
  setMode(path: string, mode: number): void;
  /** fsync of a folder, so that a rename in it lasts; nothing on Windows, which cannot. */
  syncFolder(path: string): void;
}

export interface HostUser {
  /** The effective user; null on Windows. */
  readonly uid: number | null;
  readonly gid: number | null;
  readonly name: string | null;
  /** The home that the password database names; null where it names none, or on Windows. */
  readonly passwdHome: string | null;
}

export interface ExecResult {
  /** null where a signal or the time limit ended it. */
  readonly status: number | null;
  readonly stdout: Uint8Array;
  readonly stderr: Uint8Array;
}

export interface HostProcess {
  readonly pid: number;
  readonly hostName: string;
  /** When this machine started, in milliseconds since 1970. */
  readonly bootedMs: number;
  /** True if a process of this number runs on this machine. */
  isAlive(pid: number): boolean;
}

/** A TCP port, or the path of a Unix socket (one that begins with NUL is Linux's abstract kind). */
export type Endpoint = { readonly address: string; readonly port: number } | { readonly path: string };

/** The network, but for downloads, which have a client of their own. */
export interface HostNetwork {
  /** A connection on its way: `connect` or `error` follows. */
  connect(to: Endpoint): Socket;
  /**
   * The addresses of a name, in the order of the system's getaddrinfo. Rejects with Node's error: `code` is
   * `ENOTFOUND`, `EAI_AGAIN` and the like, `errno` the number of getaddrinfo's own answer.
   */
  lookup(name: string): Promise<readonly string[]>;
}

/**
 * Everything outside the program. Only `cli/main.ts` makes the real one; tests inject their own, with
 * `path.win32` and a file system in memory.
 */
export interface Host {
  readonly platform: NodeJS.Platform;
  readonly env: Readonly<Record<string, string | undefined>>;
  readonly cwd: string;
  readonly path: PlatformPath;
  readonly files: HostFiles;
  readonly network: HostNetwork;
  readonly user: HostUser;
  readonly process: HostProcess;
  /**
   * The folder for backups and the journal, by each system's custom.
   * @throws PgRootCertError `home-not-found`
   */
  dataFolder(): Promise<string>;
  now(): Date;
  sleep(ms: number): Promise<void>;
  /** Blocks the whole process, for a wait in which nothing else may run. */
  pause(ms: number): void;
  /** Lower-case hexadecimal digits that nobody can guess. */
  randomHex(bytes: number): string;
  /** A file of the package itself, such as `certs/manifest.json`. */
  asset(name: string): Uint8Array;
  stdin(limit: number): Promise<Uint8Array>;
  /**
   * A line that a person types at the terminal, not shown there; the prompt goes to stderr. null where stdin is no
   * terminal, or where it ends without a line.
   */
  askSecret(prompt: string): Promise<string | null>;
  /** Runs a program by its absolute path; null where it is not there. Never a shell. */
  exec(file: string, argv: readonly string[], options: { timeoutMs: number }): Promise<ExecResult | null>;
}
