import { execFileSync } from 'node:child_process';
import { mkdirSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { describe, expect, test } from '@jest/globals';
import { nodeFiles } from '../../../src/core/node-files.js';
import { emptyFolder } from '../../support/stores.js';

const unix = process.platform === 'win32' ? test.skip : test;
const errno = (code: string) => expect.objectContaining({ code });
const LIMITS = { headLength: 8, limit: 100 };

describe('readIf', () => {
  const file = (bytes: string) => {
    const at = path.join(emptyFolder(), 'f');
    writeFileSync(at, bytes);
    return at;
  };
  const read = (at: string, wanted: (head: Uint8Array, whole: boolean) => boolean = () => true) => {
    const bytes = nodeFiles.readIf(at, LIMITS, wanted);
    return bytes && Buffer.from(bytes).toString('latin1');
  };

  test.each(['', 'short', 'as the h', 'longer than its head'])('%j comes whole', (text) => {
    expect(read(file(text))).toBe(text);
  });

  test('the head decides, and is told whether there is more', () => {
    const seen: [string, boolean][] = [];
    const look = (head: Uint8Array, whole: boolean) => {
      seen.push([Buffer.from(head).toString('latin1'), whole]);
      return false;
    };
    expect(read(file('longer than its head'), look)).toBeNull();
    expect(read(file('short'), look)).toBeNull();
    expect(seen).toEqual([
      ['longer t', false],
      ['short', true],
    ]);
  });

  test('what was read stays, whatever is read next', () => {
    const first = nodeFiles.readIf(file('first'), LIMITS, () => true);
    read(file('other'));
    expect(Buffer.from(first ?? []).toString()).toBe('first');
  });

  test('a file past the limit is refused only where it is wanted', () => {
    const large = file('x'.repeat(101));
    expect(() => read(large)).toThrow(errno('EFBIG'));
    expect(read(large, () => false)).toBeNull();
  });

  unix('links, folders and pipes are refused, and a pipe does not block', () => {
    const folder = emptyFolder();
    writeFileSync(path.join(folder, 'f'), 'x');
    symlinkSync('f', path.join(folder, 'link'));
    execFileSync('mkfifo', [path.join(folder, 'pipe')]);
    expect(() => read(path.join(folder, 'link'))).toThrow(errno('ELOOP'));
    expect(() => read(folder)).toThrow(errno('EISDIR'));
    expect(() => read(path.join(folder, 'pipe'))).toThrow(errno('EINVAL'));
    expect(() => read(path.join(folder, 'none'))).toThrow(errno('ENOENT'));
  });
});

describe('entries', () => {
  unix('have their own kind, what a link leads to aside', () => {
    const folder = emptyFolder();
    writeFileSync(path.join(folder, 'file'), '');
    mkdirSync(path.join(folder, 'folder'));
    symlinkSync('folder', path.join(folder, 'link'));
    execFileSync('mkfifo', [path.join(folder, 'pipe')]);
    const kinds = [...nodeFiles.entries(folder)].map(({ name, kind }) => `${name} ${kind}`);
    expect(kinds.sort()).toEqual(['file file', 'folder folder', 'link link', 'pipe other']);
  });

  test('a folder is shut when the loop is left', () => {
    const folder = emptyFolder();
    for (let i = 0; i < 2000; i++) writeFileSync(path.join(folder, `${i}`), '');
    for (let i = 0; i < 3000; i++) for (const _ of nodeFiles.entries(folder)) break;
    expect([...nodeFiles.entries(folder)]).toHaveLength(2000);
    rmSync(folder, { recursive: true });
    expect(() => [...nodeFiles.entries(folder)]).toThrow(errno('ENOENT'));
  });
});
