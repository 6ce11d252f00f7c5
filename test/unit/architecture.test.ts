import { readdirSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { describe, expect, test } from '@jest/globals';

const SRC = fileURLToPath(new URL('../../src/', import.meta.url));

/** Rooms in tiers: a file imports from its own room and from rooms of earlier tiers. */
const TIERS: readonly (readonly string[])[] = [
  ['core'],
  ['x509'],
  ['catalog', 'keystore'],
  ['postgres'],
  ['locate', 'download', 'validate'],
  ['install'],
  ['inspect', 'explain', 'export', 'snippet', 'script'],
  ['clients', 'scan'],
  ['doctor'],
  ['audit', 'rotate'],
  ['cli', ''],
];

const files = readdirSync(SRC, { recursive: true, encoding: 'utf8' })
  .filter((name) => name.endsWith('.ts'))
  .map((name) => name.split(path.sep).join('/'));
const source = (file: string) => readFileSync(path.join(SRC, file), 'utf8');
const roomOf = (file: string) => (file.includes('/') ? (file.split('/')[0] ?? '') : '');
const tierOf = (room: string) => TIERS.findIndex((rooms) => rooms.includes(room));

function importsOf(file: string): { from: string; target: string }[] {
  const found = source(file).matchAll(/(?:from|import)\s*\(?\s*'([^']+)'/g);
  return [...found].map(([, target = '']) => ({ from: file, target }));
}
const all = files.flatMap(importsOf);
const local = all
  .filter(({ target }) => target.startsWith('.'))
  .map(({ from, target }) => ({ from, target: path.posix.join(path.posix.dirname(from), target) }));

describe('imports point one way', () => {
  test('every room has its tier', () => {
    expect([...new Set(files.map(roomOf))].filter((room) => tierOf(room) < 0)).toEqual([]);
  });

  test('no room imports from its own tier or above', () => {
    const wrong = local.filter(({ from, target }) => {
      const [own, other] = [roomOf(from), roomOf(target)];
      return own !== other && tierOf(other) >= tierOf(own);
    });
    expect(wrong).toEqual([]);
  });

  test('no file imports itself, by whatever detour', () => {
    const importedBy = (file: string) =>
      local.filter(({ from }) => from === file).map(({ target }) => target.replace(/\.js$/, '.ts'));
    const reached = (start: string): ReadonlySet<string> => {
      const found = new Set<string>();
      for (const open = [start]; open.length > 0; ) {
        for (const next of importedBy(open.pop() ?? '')) {
          if (!found.has(next)) open.push(next);
          found.add(next);
        }
      }
      return found;
    };
    expect(files.filter((file) => reached(file).has(file))).toEqual([]);
  });
});

describe('effects stay at the edge', () => {
  const usersOf = (pattern: RegExp) => files.filter((file) => pattern.test(source(file)));

  test('process is touched by the real Host and by main only', () => {
    expect(
      usersOf(
        /\bprocess\.(argv|env|exit|exitCode|stdout|stderr|stdin|platform|cwd|on|kill|geteuid)\b/,
      ).sort(),
    ).toEqual(['cli/main.ts', 'core/node-files.ts', 'core/node-host.ts']);
  });

  test('the file system, child processes and the system are touched by the real Host only', () => {
    const users = all
      .filter(({ target }) => /^node:(fs|child_process|os)(\/|$)/.test(target))
      .map(({ from }) => from);
    expect([...new Set(users)].sort()).toEqual([
      'core/node-assets.ts',
      'core/node-files.ts',
      'core/node-host.ts',
    ]);
  });

  test('only main makes the real Host; only the public API hands it out', () => {
    const users = local.filter(({ target }) => target.endsWith('core/node-host.js')).map(({ from }) => from);
    expect(users.sort()).toEqual(['cli/main.ts', 'index.ts']);
  });

  test('nothing is printed but by cli', () => {
    expect(usersOf(/\bconsole\./)).toEqual([]);
  });
});

describe('packages', () => {
  const usersOf = (name: string) => [
    ...new Set(all.filter(({ target }) => target === name).map(({ from }) => roomOf(from))),
  ];

  test.each([
    ['pkijs', 'x509'],
    ['asn1js', 'x509'],
    ['undici', 'download'],
    ['yargs', 'cli'],
    ['env-paths', 'core'],
    ['jsonc-parser', 'catalog'],
    ['pg/lib/client.js', 'audit'],
  ])('%s is used in %s only', (name, room) => {
    expect(usersOf(name)).toEqual([room]);
  });
});

test('no file is longer than 250 lines', () => {
  expect(files.filter((file) => source(file).split('\n').length > 251)).toEqual([]);
});
