import assert from 'node:assert/strict';
import { readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { homedir } from 'node:os';
import { join, sep } from 'node:path';
import { buildInto } from './dist.mjs';
import { node, npx, tsc } from './pack.mjs';
import { inProject, root } from './project.mjs';

/** @typedef {import('./pack.mjs').Packed} Packed */
/** @typedef {{ name: string, check: (packed: Packed) => Promise<string | void> | string | void }} PackageCheck */

const TARBALL_LIMIT = 700_000;
const UNPACKED_LIMIT = 3_000_000;

const REQUIRED_FILES = [
  'LICENSE',
  'README.md',
  'CHANGELOG.md',
  'certs/manifest.json',
  'dist/cli.js',
  'dist/index.js',
  'dist/types/index.d.ts',
  'dist/THIRD_PARTY_NOTICES.txt',
  'dist/sbom.cdx.json',
  'docs/errors/root-crt-missing.md',
];

const CONSUMER = `import { type Catalog, loadCatalog, nodeHost, PgRootCertError } from 'pg-root-cert';
const catalog: Catalog = await loadCatalog(nodeHost());
export const ids: readonly string[] = catalog.roots.map(({ id }) => id);
export const isOurs = (error: unknown): boolean => error instanceof PgRootCertError;
`;

const LIBRARY_USE = `import { loadCatalog, nodeHost } from 'pg-root-cert';
const { roots } = await loadCatalog(nodeHost());
if (roots.length < 100) throw new Error('only ' + roots.length + ' roots');
console.log(import.meta.resolve('pg-root-cert/certs/manifest.json'), roots.length);
`;

/** @param {number} size */
const kilobytes = (size) => `${Math.round(size / 1000)} KB`;

/** @param {string} path */
const readJson = (path) => JSON.parse(readFileSync(path, 'utf8'));

/** Every file below a folder, as relative path and bytes. @param {string} folder @returns {Map<string, Buffer>} */
function contents(folder) {
  const files = readdirSync(folder, { recursive: true, withFileTypes: true }).filter((entry) =>
    entry.isFile(),
  );
  return new Map(
    files.map(({ parentPath, name }) => [
      join(parentPath, name).slice(folder.length + 1),
      readFileSync(join(parentPath, name)),
    ]),
  );
}

/** @type {readonly PackageCheck[]} */
export const CHECKS = [
  {
    name: 'the tarball is small',
    check: ({ tarballSize }) => {
      assert.ok(tarballSize <= TARBALL_LIMIT, `${kilobytes(tarballSize)}, limit ${kilobytes(TARBALL_LIMIT)}`);
      return kilobytes(tarballSize);
    },
  },
  {
    name: 'it is small on disk',
    check: ({ unpackedSize }) => {
      assert.ok(
        unpackedSize <= UNPACKED_LIMIT,
        `${kilobytes(unpackedSize)}, limit ${kilobytes(UNPACKED_LIMIT)}`,
      );
      return kilobytes(unpackedSize);
    },
  },
  {
    name: 'what belongs into it is there',
    check: ({ files }) => {
      const missing = REQUIRED_FILES.filter((path) => !files.includes(path));
      assert.ok(missing.length === 0, `missing: ${missing.join(', ')}`);
    },
  },
  {
    name: 'package.json asks for no other package and runs nothing at install',
    check: ({ installed }) => {
      const manifest = readJson(join(installed, 'package.json'));
      const fields = ['dependencies', 'optionalDependencies', 'peerDependencies', 'bundleDependencies'];
      assert.deepEqual(
        fields.filter((field) => field in manifest),
        [],
      );
      const hooks = ['preinstall', 'install', 'postinstall'];
      assert.deepEqual(
        hooks.filter((hook) => hook in (manifest.scripts ?? {})),
        [],
      );
    },
  },
  {
    name: 'one package is installed',
    check: ({ consumer }) => {
      const packages = readdirSync(join(consumer, 'node_modules')).filter((name) => !name.startsWith('.'));
      assert.deepEqual(packages, ['pg-root-cert']);
    },
  },
  {
    name: 'the binary has its first line',
    check: ({ installed }) => {
      const { bin } = readJson(join(installed, 'package.json'));
      assert.match(readFileSync(join(installed, bin['pg-root-cert']), 'utf8'), /^#!\/usr\/bin\/env node\n/);
    },
  },
  {
    name: 'npx runs it',
    check: async ({ folder, consumer, installed }) => {
      const version = (await npx(['--no-install', 'pg-root-cert', '--version'], folder, consumer)).trim();
      assert.equal(version, readJson(join(installed, 'package.json')).version);
      return version;
    },
  },
  {
    name: 'it installs a root without a network',
    check: async ({ folder, consumer }) => {
      const argv = ['--no-install', 'pg-root-cert', 'install', '--offline', '--json'];
      const { ok, targets } = JSON.parse(await npx(argv, folder, consumer));
      assert.equal(ok, true);
      assert.match(readFileSync(targets[0].path, 'utf8'), /-----BEGIN CERTIFICATE-----/);
    },
  },
  {
    name: 'it validates RSA and elliptic-curve roots',
    check: async ({ folder, consumer }) => {
      const argv = ['--no-install', 'pg-root-cert', 'install', 'aws-rds', '--offline', '--json'];
      const { added } = JSON.parse(await npx(argv, folder, consumer)).targets[0];
      assert.ok(added.length > 50, `only ${added.length} roots`);
      return `${added.length} roots`;
    },
  },
  {
    name: 'it explains a code',
    check: async ({ folder, consumer }) => {
      const argv = ['--no-install', 'pg-root-cert', 'explain', 'root-crt-missing'];
      assert.match(await npx(argv, folder, consumer), /root\.crt/);
    },
  },
  {
    name: 'the library can be imported',
    check: async ({ folder, consumer }) => {
      await node(['--input-type=module', '-e', LIBRARY_USE], folder, consumer);
    },
  },
  {
    name: 'the types suit a strict consumer',
    check: async ({ folder, consumer }) => {
      writeFileSync(join(consumer, 'consumer.ts'), CONSUMER);
      const types = ['--types', 'node', '--typeRoots', inProject('node_modules', '@types')];
      const options = ['--strict', '--noEmit', '--module', 'nodenext', '--target', 'es2023', ...types];
      await tsc([...options, 'consumer.ts'], folder, consumer).catch((error) => {
        throw new Error(error.stdout || error.message);
      });
    },
  },
  {
    name: 'a second build gives the same bytes',
    check: async ({ folder }) => {
      const again = join(folder, 'again');
      await buildInto(again);
      assert.deepEqual(contents(again), contents(inProject('dist')));
    },
  },
  {
    name: 'no path of this machine is in dist',
    check: () => {
      const paths = [root, `${homedir()}${sep}`];
      const found = [...contents(inProject('dist'))].filter(([, bytes]) =>
        paths.some((path) => bytes.includes(path)),
      );
      assert.deepEqual(
        found.map(([name]) => name),
        [],
      );
    },
  },
  {
    name: 'no package-lock.json holds a download address',
    check: () => {
      for (const folder of [
        '.',
        'test/servers/parts',
        'test/windows/parts',
        'test/nodes',
        'scripts/standalone',
      ])
        assert.doesNotMatch(
          readFileSync(inProject(folder, 'package-lock.json'), 'utf8'),
          /"resolved"/,
          folder,
        );
    },
  },
];
