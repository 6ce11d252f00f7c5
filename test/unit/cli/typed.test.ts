import { describe, expect, test } from '@jest/globals';
import { asTyped } from '../../../src/cli/render/typed.js';
import { wrap } from '../../../src/core/wrap.js';

describe('commands as this user has to type them', () => {
  const text = 'help: pg-root-cert undo, then pg-root-cert install --file /x/pg-root-cert/data';
  test.each([
    [{}, text],
    [
      { npm_command: 'exec' },
      'help: npx pg-root-cert undo, then npx pg-root-cert install --file /x/pg-root-cert/data',
    ],
    [
      { npm_lifecycle_event: 'start', npm_package_name: 'pg-root-cert' },
      'help: npm start -- undo, then npm start -- install --file /x/pg-root-cert/data',
    ],
    [{ npm_lifecycle_event: 'start', npm_package_name: 'somebody-elses' }, text],
  ])('%j', (env, expected) => {
    expect(asTyped(text, env)).toBe(expected);
  });
});

describe('wrap', () => {
  test.each([
    ['note: ', 'short', 80, 'note: short'],
    ['note: ', 'one two three', 14, 'note: one two\n      three'],
    ['note: ', '/a/very/long/path', 10, 'note: /a/very/long/path'],
    ['note: ', 'see /a/very/long/path', 12, 'note: see\n      /a/very/long/path'],
    ['note: ', 'one two three', Number.POSITIVE_INFINITY, 'note: one two three'],
  ])('%j %j at %d', (label, words, columns, expected) => {
    expect(wrap(label, words, columns)).toBe(expected);
  });
});
