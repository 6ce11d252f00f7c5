import { execFileSync, spawnSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { existsSync, mkdirSync, readFileSync, renameSync, rmSync } from 'node:fs';
import { basename, delimiter, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { partsManifest } from '../support/parts.js';

/** What runs the programs of one language with one PostgreSQL library within their reach. */
export interface Runtime {
  /** argv that runs this program; what has to be compiled is compiled here, once for each content. */
  command(program: string): readonly string[];
  readonly env: Readonly<Record<string, string>>;
}

const GO_PATH = '/usr/share/gocode';
const JDBC_JAR = '/usr/share/java/postgresql.jar';
const PARTS = join(partsManifest(), '..', 'node_modules');
const CACHE = fileURLToPath(new URL('../../.cache/clients/', import.meta.url));

/** Where a program lies on the search path; null where it is not there. */
export function programPath(name: string): string | null {
  const folders = (process.env.PATH ?? '').split(delimiter).filter((folder) => folder !== '');
  return folders.map((folder) => join(folder, name)).find((path) => existsSync(path)) ?? null;
}

/** The first Python, of the one on the search path and the system's own, that has the module. */
export const python = (module: string): Runtime | null =>
  interpreter(['python3', '/usr/bin/python3'], ['-c', `import ${module}`]);
export const perl = (module: string): Runtime | null => interpreter(['perl'], [`-M${module}`, '-e', '1']);
export const ruby = (library: string): Runtime | null => interpreter(['ruby'], ['-r', library, '-e', '1']);
export const php = (extension: string): Runtime | null =>
  interpreter(['php'], ['-r', `exit(extension_loaded("${extension}") ? 0 : 1);`]);

/** This Node.js, with the packages of test/servers/parts for `require`. */
export function node(name: string): Runtime | null {
  if (!existsSync(join(PARTS, name))) return null;
  return { command: (program) => [process.execPath, program], env: { NODE_PATH: PARTS } };
}

/** @param options of the Java runtime */
export function java(options: readonly string[] = []): Runtime | null {
  const [java, javac] = [programPath('java'), programPath('javac')];
  if (java === null || javac === null || !existsSync(JDBC_JAR)) return null;
  return {
    command(program) {
      const classes = built(program, (to) => execFileSync(javac, ['-d', to, program]));
      return [java, ...options, '-cp', [classes, JDBC_JAR].join(delimiter), basename(program, '.java')];
    },
    env: {},
  };
}

/** What makes `go` find the packages of Debian. */
export const GO_ENV = { GO111MODULE: 'off', GOPATH: GO_PATH, GOCACHE: join(CACHE, 'go') };

/** Go with the packages that Debian keeps in /usr/share/gocode. */
export function go(library: string): Runtime | null {
  const go = programPath('go');
  if (go === null || !existsSync(join(GO_PATH, 'src', library))) return null;
  const env = { PATH: process.env.PATH, ...GO_ENV };
  const build = (program: string) => (to: string) =>
    execFileSync(go, ['build', '-o', join(to, 'program'), program], { env });
  return { command: (program) => [join(built(program, build(program)), 'program')], env: {} };
}

function interpreter(names: readonly string[], check: readonly string[]): Runtime | null {
  const able = names.find((name) => spawnSync(name, check, { stdio: 'ignore' }).status === 0);
  return able === undefined ? null : { command: (program) => [able, program], env: {} };
}

/**
 * The folder of what was made of this source. A build that is cut short leaves nothing in its place, and of two at the
 * same time the first one's counts.
 */
function built(source: string, build: (folder: string) => void): string {
  const folder = join(CACHE, createHash('sha256').update(readFileSync(source)).digest('hex'));
  if (existsSync(folder)) return folder;
  const unfinished = `${folder}.${process.pid}`;
  mkdirSync(unfinished, { recursive: true });
  build(unfinished);
  try {
    renameSync(unfinished, folder);
  } catch (error) {
    if (!existsSync(folder)) throw error;
    rmSync(unfinished, { recursive: true });
  }
  return folder;
}
