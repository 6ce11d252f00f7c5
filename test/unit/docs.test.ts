import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { dirname, join, relative, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import { describe, expect, test } from '@jest/globals';
import { GROUPS } from '../../src/cli/commands/index.js';
import { parse } from '../../src/cli/parse.js';

const PROJECT = fileURLToPath(new URL('../..', import.meta.url));

const pages = [
  'README.md',
  ...readdirSync(join(PROJECT, 'docs'), { recursive: true, encoding: 'utf8' })
    .filter((name) => name.endsWith('.md'))
    .map((name) => join('docs', name)),
];

const read = (page: string): string => readFileSync(join(PROJECT, page), 'utf8');

const FENCED = /^ *```[^\n]*\n([\s\S]*?)^ *```$/gm;

const withoutCode = (text: string): string => text.replace(FENCED, '').replace(/`[^`\n]+`/g, '');

/** The anchors that GitHub makes of a page's headings. */
function anchors(text: string): ReadonlySet<string> {
  const headings = [...text.replace(FENCED, '').matchAll(/^#+ (.+)$/gm)];
  return new Set(
    headings.map(([, heading = '']) =>
      heading
        .toLowerCase()
        .replace(/[^\p{L}\p{N} _-]/gu, '')
        .replaceAll(' ', '-'),
    ),
  );
}

function brokenLinks(page: string): string[] {
  const links = [...withoutCode(read(page)).matchAll(/\]\(([^)\s]+)\)/g)].map(([, target = '']) => target);
  return links
    .filter((target) => !/^[a-z]+:/.test(target))
    .filter((target) => {
      const [path = '', anchor] = target.split('#');
      const file = path === '' ? join(PROJECT, page) : resolve(PROJECT, dirname(page), path);
      if (!existsSync(file)) return true;
      return anchor !== undefined && !anchors(readFileSync(file, 'utf8')).has(anchor);
    });
}

/** The lines of fenced and of indented blocks, those that go on after a backslash joined. */
function codeLines(text: string): string[] {
  const fenced = [...text.matchAll(FENCED)].map(([, block = '']) => block);
  const indented = text.replace(FENCED, '').match(/^ {4,}.*$/gm) ?? [];
  return [...fenced, ...indented]
    .join('\n')
    .replace(/\\\n\s*/g, ' ')
    .split('\n');
}

const MESSAGE = /^\s*(?:(?:error|warning|info)\[|note:)/;
const INSTALLS_IT = /\bnpm install\b/;
const CALL = /^(?:pg-root-cert|\.\/pg-root-cert-[\d.]+\.tgz)$/;
const END = /^(?:\||\|\||&&|;|>|2>&1)$/;

/** The words of a line as a shell, or a list in YAML, has them. */
function wordsOf(line: string): string[] {
  const plain = line.replace(/^\s*argv: \[(.*)\]$/, (_, list: string) => list.replaceAll(',', ''));
  return [...plain.matchAll(/(?:"[^"]*"|'[^']*'|[^\s"'()])+/g)].map(([word]) => word.replace(/["']/g, ''));
}

/** The arguments of every call of pg-root-cert that a reader could type. `[options]` is how usage is written. */
function callsIn(text: string): string[][] {
  return codeLines(text)
    .filter((line) => !MESSAGE.test(line) && !INSTALLS_IT.test(line))
    .flatMap((line) => {
      const words = wordsOf(line);
      const start = words.findIndex((word) => CALL.test(word)) + 1;
      if (start === 0) return [];
      const rest = words.slice(start);
      const end = rest.findIndex((word) => END.test(word));
      return [end === -1 ? rest : rest.slice(0, end)];
    })
    .filter((argv) => !argv.some((word) => /^\[.*\]$/.test(word)));
}

describe('documentation', () => {
  test.each(pages)('%s: every link leads somewhere', (page) => {
    expect(brokenLinks(page)).toEqual([]);
  });

  test.each(pages)('%s: every command line is one that is understood', async (page) => {
    for (const argv of callsIn(read(page))) {
      await expect(parse(argv, GROUPS, 100)).resolves.toBeDefined();
    }
  });

  test('commands are found in all their forms, and messages are not taken for any', () => {
    const text = [
      '```sh',
      '$ pg-root-cert',
      'sudo -u ana -H pg-root-cert install adobe --quiet',
      "psql … 2>&1 | pg-root-cert explain 'a b' > out",
      'npx ./pg-root-cert-0.1.0.tgz status \\',
      '  --json',
      'npm install --global ./pg-root-cert-0.1.0.tgz',
      'pg-root-cert [command] [options]',
      'error[changed-since]: it has changed since pg-root-cert last wrote it',
      '```',
      '    argv: [pg-root-cert, verify, adobe]',
    ].join('\n');
    expect(callsIn(text)).toEqual([
      [],
      ['install', 'adobe', '--quiet'],
      ['explain', 'a b'],
      ['status', '--json'],
      ['verify', 'adobe'],
    ]);
  });

  test('every command and option is on the page of commands', () => {
    const text = read('docs/commands.md');
    for (const { name, options } of GROUPS.flatMap(({ commands }) => commands)) {
      expect(anchors(text)).toContain(name);
      for (const option of Object.keys(options)) expect(text).toContain(`\`--${option}`);
    }
  });

  test('fingerprints are those of the catalogue', () => {
    const manifest = JSON.parse(read('certs/manifest.json')) as { roots: { sha256: string }[] };
    const pins = new Set(manifest.roots.map(({ sha256 }) => sha256));
    const written = read('README.md').match(/\b[0-9a-f]{64}\b/g) ?? [];
    expect(written.length).toBeGreaterThan(4);
    expect(written.filter((each) => !pins.has(each))).toEqual([]);
  });

  test('the index names every page', () => {
    const index = read('docs/README.md');
    const own = pages.filter((page) => dirname(page) === 'docs' && page !== join('docs', 'README.md'));
    expect(own.filter((page) => !index.includes(`](${relative('docs', page)}`))).toEqual([]);
  });
});
