import { describe, expect, test } from '@jest/globals';
import { findNodeAtLocation } from 'jsonc-parser';
import { readJson } from '../../../src/catalog/json.js';

const read = (text: string) => readJson(text, (at, fact) => new Error(`${at}: ${fact}`));

describe('readJson', () => {
  test.each([
    ['', '0: value expected'],
    ['{"a": 1', '7: close brace expected'],
    ['{"a": [1', '8: close bracket expected'],
    ['{"a": 1,}', '8: property name expected'],
    ['[1,]', '3: value expected'],
    ['{\n  "a": 1\n  "b": 2\n}', '13: comma expected'],
    ['{"a": yes}', '6: invalid symbol'],
    ['{a: 1}', '1: invalid symbol'],
    ["['a']", '1: invalid symbol'],
    ['[1] 2', '4: end of file expected'],
    ['[1] // one', '4: invalid comment token'],
    ['/**/[1]', '0: invalid comment token'],
    ['["a\n"]', '1: unexpected end of string'],
    ['["a\u0001"]', '1: invalid character'],
    ['["\\x"]', '1: invalid escape character'],
  ])('refuses %j, %s', async (text, fact) => {
    await expect(read(text)).rejects.toThrow(fact);
  });

  test.each([
    ['{"a": 1, "a": 2}', '9: "a" is given twice'],
    ['{"a": 1, "\\u0061": 2}', '9: "a" is given twice'],
    ['[{"a": {"b": 1}}, {"c": [{"d": 1, "e": {"d": 2}, "d": 3}]}]', '49: "d" is given twice'],
  ])('refuses %j, %s', async (text, fact) => {
    await expect(read(text)).rejects.toThrow(fact);
  });

  test('takes the same name in an object, in the one around it and in the next', async () => {
    expect((await read('[{"a": {"a": 1}, "b": [{"a": 2}]}, {"a": 3}]')).children).toHaveLength(2);
  });

  test.each([
    ['[', ']'],
    ['{"a":', '}'],
  ])('reads 64 levels of %s and no more', async (open, close) => {
    const nested = (levels: number): string =>
      `${open.repeat(levels)}1${close.repeat(levels)}`.replace('[1]', '[]');
    expect((await read(nested(64))).offset).toBe(0);
    await expect(read(nested(65))).rejects.toThrow(`${64 * open.length}: nested too deeply`);
    await expect(read(open.repeat(200_000))).rejects.toThrow(`${64 * open.length}: nested too deeply`);
  });

  test('a member named __proto__ is a member', async () => {
    expect(findNodeAtLocation(await read('{"__proto__": 1}'), ['__proto__'])).toMatchObject({
      value: 1,
      offset: 14,
    });
  });
});
