import { readdirSync, readFileSync } from 'node:fs';
import { describe, expect, test } from '@jest/globals';
import { pageText } from '../../../src/cli/render/explanation.js';
import { CODES, type Code, type CodeFacts, isCode } from '../../../src/core/codes.js';
import { PATTERNS } from '../../../src/explain/patterns.js';

const FOLDER = new URL('../../../docs/errors/', import.meta.url);
const codes = Object.keys(CODES) as Code[];
const read = (name: string): string => readFileSync(new URL(name, FOLDER), 'utf8');

const SECTIONS = ['## What you see', '## Why it happens', '## What to do', '## More'];

function severityLine(code: Code): string {
  const { severity, exit }: CodeFacts = CODES[code];
  return `Severity: ${severity}${exit === undefined ? '' : ` · exit code ${exit}`}`;
}

/** `- [code](code.md): title`, the title on the same line or the next. */
function entries(markdown: string): { code: string; target: string; title: string }[] {
  return [...markdown.matchAll(/^- \[([a-z-]+)\]\(([^)]+)\):\s+(.+)$/gm)].map(([, code, target, title]) => ({
    code: code ?? '',
    target: target ?? '',
    title: title ?? '',
  }));
}

test('there is a page for every code, and no other', () => {
  const pages = readdirSync(FOLDER).filter((name) => name !== 'README.md');
  expect(pages.sort()).toEqual(codes.map((code) => `${code}.md`).sort());
});

test('the index has every code with its title, in the order of the list', () => {
  const expected = codes.map((code) => ({ code, target: `${code}.md`, title: CODES[code].title }));
  expect(entries(read('README.md'))).toEqual(expected);
});

describe.each(codes)('the page of %s', (code) => {
  const page = read(`${code}.md`);
  const lines = page.split('\n');

  test('is laid out within 80 columns, with every word and the commands as they are', () => {
    const shown = pageText(page, 80);
    const isCommand = (line: string) => line.startsWith('    ');
    const tooWide = (line: string) => line.length > 80 && line.trim().includes(' ') && !isCommand(line);
    expect(shown.split('\n').filter(tooWide)).toEqual([]);
    expect(shown.split(/\s+/)).toEqual(page.trim().split(/\s+/));
    expect(shown.split('\n').filter(isCommand)).toEqual(lines.filter(isCommand));
    expect(shown.match(/^(#|- )/gm)).toEqual(page.match(/^(#|- )/gm));
  });

  test('begins with the code, its meaning and its severity', () => {
    expect(lines[0]).toBe(`# ${code}`);
    expect(lines[2]).toMatch(/^[A-Za-z].*/);
    expect(lines.filter((line) => line.startsWith('Severity:'))).toEqual([severityLine(code)]);
  });

  test('has its four sections in order', () => {
    expect(lines.filter((line) => line.startsWith('## '))).toEqual(SECTIONS);
  });

  test('shows the message as it is printed', () => {
    expect(page).toContain(`\n    ${CODES[code].severity}[${code}]: `);
  });

  test('is short, and fits a terminal', () => {
    expect(lines.length).toBeGreaterThan(15);
    expect(lines.length).toBeLessThanOrEqual(41);
    expect(lines.filter((line) => line.length > 100)).toEqual([]);
    expect(page).not.toMatch(/<[a-z/]|\t|\r|```/i);
    expect(page.endsWith('\n')).toBe(true);
  });

  test('links to pages that are there, with their titles', () => {
    const links = entries(page);
    expect(links.length).toBeGreaterThan(0);
    expect([...page.matchAll(/\]\(/g)]).toHaveLength(links.length);
    for (const link of links) {
      expect(link.target).toBe(`${link.code}.md`);
      expect(isCode(link.code) && CODES[link.code].title).toBe(link.title);
      expect(link.code).not.toBe(code);
    }
  });

  test('never begins with what weakens security', () => {
    const todo = page.slice(page.indexOf('## What to do'), page.indexOf('## More'));
    const firstCommand = todo.search(/^ {4}/m);
    const weakens = todo.indexOf('Weakens security');
    if (weakens >= 0) expect(firstCommand).toBeLessThan(weakens);
    expect(todo.slice(0, weakens < 0 ? undefined : weakens)).not.toMatch(
      /^ {4}.*(sslmode=(disable|allow|prefer|require)\b|--vouch)/m,
    );
  });
});

test('every code about the server and the client files is a cause of some error text', () => {
  const named = new Set(
    PATTERNS.flatMap(({ causes, afterTlsFailure }) => [...causes, ...(afterTlsFailure?.causes ?? [])]).map(
      ({ code }) => code,
    ),
  );
  const server = codes.slice(codes.indexOf('host-unreachable'), codes.indexOf('permission-denied'));
  const clientFiles = codes.slice(codes.indexOf('crl-expired'), codes.indexOf('usage'));
  expect([...server, ...clientFiles].filter((code) => !named.has(code))).toEqual([]);
});
