import { spawnSync } from 'node:child_process';
import { mkdtempSync, readdirSync, readFileSync, rmSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, sep } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';

interface Metafile {
  readonly outputs: Record<
    string,
    {
      readonly inputs: Record<string, { readonly bytesInOutput: number }>;
      readonly imports: readonly { path: string; kind: string; external?: boolean }[];
    }
  >;
}

const root = fileURLToPath(new URL('../../..', import.meta.url));
const folder = mkdtempSync(join(tmpdir(), 'pg-root-cert-build-'));
const first = join(folder, 'first');
const second = join(folder, 'second');
let metafile: Metafile;

function build(out: string): Metafile {
  const account = `${out}.json`;
  const argv = [join(root, 'scripts', 'build.mjs'), '--out', out, '--metafile', account];
  const { status, stderr } = spawnSync(process.execPath, argv, { cwd: folder, encoding: 'utf8' });
  expect({ status, stderr }).toEqual({ status: 0, stderr: '' });
  return JSON.parse(readFileSync(account, 'utf8')) as Metafile;
}

function filesOf(out: string): string[] {
  return readdirSync(out, { recursive: true, encoding: 'utf8' })
    .filter((name) => statSync(join(out, name)).isFile())
    .sort();
}

const text = (name: string): string => readFileSync(join(first, name), 'utf8');

/** The folders of the packages that a chunk has bytes of. */
function packagesIn(output: string): Set<string> {
  const inputs = Object.entries(metafile.outputs[output]?.inputs ?? {});
  return new Set(
    inputs
      .filter(([, { bytesInOutput }]) => bytesInOutput > 0)
      .flatMap(([path]) => /^(?:.*\/)?node_modules\/(?:@[^/]+\/)?[^/]+/.exec(path)?.[0] ?? []),
  );
}

/** What is loaded with an output before any `import()` of it is reached. */
function staticClosure(output: string, found = new Set<string>()): Set<string> {
  if (found.has(output)) return found;
  found.add(output);
  for (const { path, kind, external } of metafile.outputs[output]?.imports ?? []) {
    if (kind === 'import-statement' && external !== true) staticClosure(path, found);
  }
  return found;
}

beforeAll(() => {
  metafile = build(first);
  build(second);
}, 60_000);

afterAll(() => rmSync(folder, { recursive: true, force: true }));

test('two builds give the same bytes', () => {
  expect(filesOf(second)).toEqual(filesOf(first));
  const differing = filesOf(first).filter(
    (name) => !readFileSync(join(first, name)).equals(readFileSync(join(second, name))),
  );
  expect(differing).toEqual([]);
});

test('no path of this machine is in it', () => {
  const places = [root, folder].map((path) => path.replace(/[\\/]$/, ''));
  expect(filesOf(first).filter((name) => places.some((path) => text(name).includes(path)))).toEqual([]);
});

test.each(['cli', 'index'])('%s loads neither pkijs nor undici with itself', (entry) => {
  const loaded = [...staticClosure(`dist/${entry}.js`)].flatMap((output) => [...packagesIn(output)]);
  expect(loaded).not.toContain('node_modules/pkijs');
  expect(loaded).not.toContain('node_modules/asn1js');
  expect(loaded).not.toContain('node_modules/undici');
  expect(loaded).not.toContain('node_modules/jsonc-parser');
  expect(loaded).not.toContain('node_modules/pg');
});

test('of node-postgres the client comes, in a chunk of its own, and no more', () => {
  const chunks = Object.keys(metafile.outputs).filter((output) => packagesIn(output).has('node_modules/pg'));
  expect(chunks).toHaveLength(1);
  expect(chunks[0]).toMatch(/^dist\/chunks\/pg-/);
  const all = Object.keys(metafile.outputs).flatMap((output) => [...packagesIn(output)]);
  for (const name of [
    'pg-native',
    'pg-cloudflare',
    'pg-pool',
    'pg-types',
    'pg-connection-string',
    'pgpass',
  ]) {
    expect(all).not.toContain(`node_modules/${name}`);
  }
});

test('each package is there once', () => {
  const stems = filesOf(first).flatMap(
    (name) => /^chunks[\\/](?!chunk-)(.+)-[A-Z0-9]+\.js$/.exec(name)?.[1] ?? [],
  );
  expect(stems).toEqual([...new Set(stems)]);
});

test('yargs comes with the command line, and not with the library', () => {
  const loadedBy = (entry: string) =>
    [...staticClosure(`dist/${entry}.js`)].flatMap((output) => [...packagesIn(output)]);
  expect(loadedBy('cli')).toContain('node_modules/yargs');
  expect(loadedBy('index')).not.toContain('node_modules/yargs');
});

test('pkijs and undici are in chunks of their own', () => {
  const chunks = Object.keys(metafile.outputs).filter((output) => output.startsWith('dist/chunks/'));
  const homes = (name: string) => chunks.filter((chunk) => packagesIn(chunk).has(`node_modules/${name}`));
  expect(homes('pkijs')).toHaveLength(1);
  expect(homes('undici')).toHaveLength(1);
  expect(homes('pkijs')).not.toEqual(homes('undici'));
});

test('the command line is executable, by node', () => {
  expect(text('cli.js')).toMatch(/^#!\/usr\/bin\/env node\n/);
  if (sep === '/') expect(statSync(join(first, 'cli.js')).mode & 0o777).toBe(0o755);
});

test('the types lead to no file that is missing', () => {
  const missing = filesOf(join(first, 'types')).flatMap((name) =>
    [...text(join('types', name)).matchAll(/from '(\.[^']+)\.js'/g)]
      .map(([, path]) => join('types', name, '..', `${path}.d.ts`))
      .filter((path) => !filesOf(first).includes(path)),
  );
  expect(missing).toEqual([]);
});

describe('what is said of the bundled packages', () => {
  interface Component {
    readonly group?: string;
    readonly name: string;
    readonly version: string;
    readonly purl: string;
    readonly hashes: readonly { alg: string; content: string }[];
    readonly licenses: readonly unknown[];
  }
  interface Bom {
    readonly bomFormat: string;
    readonly specVersion: string;
    readonly serialNumber: string;
    readonly metadata: { readonly component: { readonly 'bom-ref': string } };
    readonly components: readonly Component[];
    readonly dependencies: readonly { ref: string; dependsOn: readonly string[] }[];
  }

  function bundled(): string[] {
    const folders = new Set(Object.keys(metafile.outputs).flatMap((output) => [...packagesIn(output)]));
    const names = [...folders].map((path) => {
      const { name, version } = JSON.parse(readFileSync(join(root, path, 'package.json'), 'utf8'));
      return `${name} ${version}`;
    });
    return [...new Set(names)].sort();
  }

  const bom = (): Bom => JSON.parse(text('sbom.cdx.json')) as Bom;

  test('the notices name each, with the text of its licence', () => {
    const notices = text('THIRD_PARTY_NOTICES.txt');
    const sections = notices.split(/^-{78}$/m).slice(1);
    const named = sections.flatMap((section) => {
      const [names = '', ...rest] = section.trim().split('\n\n');
      expect(rest.join('\n\n')).toMatch(/copyright/i);
      return names.split('\n').map((line) => line.replace(/ \([^)]+\)$/, ''));
    });
    expect(named.sort()).toEqual(bundled());
    expect(named.map((name) => name.split(' ')[0])).toEqual(
      expect.arrayContaining(['pkijs', 'undici', 'yargs']),
    );
  });

  test('the bill of materials lists each once, with its hash and licence', () => {
    const { bomFormat, specVersion, serialNumber, components } = bom();
    expect({ bomFormat, specVersion }).toEqual({ bomFormat: 'CycloneDX', specVersion: '1.6' });
    expect(serialNumber).toMatch(
      /^urn:uuid:[0-9a-f]{8}-[0-9a-f]{4}-8[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/,
    );
    const names = components.map(
      ({ group, name, version }) => `${group ? `${group}/` : ''}${name} ${version}`,
    );
    expect(names.sort()).toEqual(bundled());
    for (const { hashes, licenses, purl } of components) {
      expect(hashes[0]).toMatchObject({ alg: 'SHA-512', content: expect.stringMatching(/^[0-9a-f]{128}$/) });
      expect(licenses).toHaveLength(1);
      expect(purl).toMatch(/^pkg:npm\/(%40[^/]+\/)?[^/@]+@\d/);
    }
  });

  test('its dependencies are all in it', () => {
    const { metadata, components, dependencies } = bom();
    const known = components.map(({ purl }) => purl);
    expect(dependencies.map(({ ref }) => ref).sort()).toEqual(
      [metadata.component['bom-ref'], ...known].sort(),
    );
    for (const { dependsOn } of dependencies) expect(known).toEqual(expect.arrayContaining([...dependsOn]));
  });
});
