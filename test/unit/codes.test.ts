import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { describe, expect, test } from '@jest/globals';
import { CODES, type Code, type CodeFacts, isCode } from '../../src/core/codes.js';
import { finding } from '../../src/core/findings.js';

const TEST_FOLDER = fileURLToPath(new URL('..', import.meta.url));
const codes = Object.keys(CODES) as Code[];

/** Tests that name codes without anything emitting them. */
const NAMES_ONLY = [/[/\\]codes\.test\.ts$/, /[/\\]unit[/\\]explain[/\\]/];

function testFiles(): readonly string[] {
  return readdirSync(TEST_FOLDER, { recursive: true, encoding: 'utf8' })
    .filter((name) => name.endsWith('.test.ts') && !name.includes('node_modules'))
    .map((name) => join(TEST_FOLDER, name))
    .filter((path) => !NAMES_ONLY.some((pattern) => pattern.test(path)));
}

/** The codes that stand as a string of their own in a test: in a matcher, or in a table that one consumes. */
function emitted(): ReadonlySet<string> {
  const found = testFiles().flatMap((path) => [...readFileSync(path, 'utf8').matchAll(/'([a-z][a-z-]*)'/g)]);
  return new Set(found.map(([, literal]) => literal ?? '').filter(isCode));
}

describe('codes', () => {
  test.each(codes)('%s is kebab-case and has a title that completes "this means: …"', (code) => {
    expect(code).toMatch(/^[a-z]+(-[a-z]+)*$/);
    expect(CODES[code].title).toMatch(/^[a-zA-Z].*[^.]$/);
    expect(CODES[code].title).not.toMatch(/^[A-Z][a-z]/);
  });

  test('every finding has the severity of its code', () => {
    for (const code of codes) expect(finding(code, 'x').severity).toBe(CODES[code].severity);
  });

  test('what can end a command does so with an exit code of the contract', () => {
    const exits = codes.map((code): CodeFacts => CODES[code]).flatMap(({ exit }) => exit ?? []);
    expect([...new Set(exits)].sort((a, b) => a - b)).toEqual([2, 3, 4, 5, 70]);
  });

  test('each is emitted by some test', () => {
    const seen = emitted();
    expect(codes.filter((code) => !seen.has(code))).toEqual([]);
  });
});
