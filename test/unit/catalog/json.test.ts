import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import { JsonError, type JsonNode, lineAndColumn, readJson } from '../../../src/catalog/json.js';

function plain(node: JsonNode): unknown {
  if (node.kind === 'scalar') return node.value;
  if (node.kind === 'array') return node.items.map(plain);
  return Object.fromEntries([...node.members].map(([name, member]) => [name, plain(member)]));
}

function attempt(read: () => unknown): { value: unknown } | 'refused' {
  try {
    return { value: read() };
  } catch (error) {
    if (error instanceof JsonError || error instanceof SyntaxError) return 'refused';
    throw error;
  }
}

describe('readJson', () => {
  test('reads what JSON.parse reads', () => {
    fc.assert(
      fc.property(fc.jsonValue(), fc.constantFrom(0, 2), (value, spaces) => {
        const text = JSON.stringify(value, null, spaces);
        expect(plain(readJson(text))).toEqual(JSON.parse(text));
      }),
    );
  });

  test('refuses what JSON.parse refuses', () => {
    const piece = fc.constantFrom(
      ...[
        '{',
        '}',
        '[',
        ']',
        ':',
        ',',
        '"a"',
        '"b"',
        '"',
        '\\',
        '\\u12',
        '\\n',
        '\n',
        ' ',
        '1',
        '-',
        '0',
        '.5',
        'e9',
      ],
      ...['true', 'null', 'NaN', '\u0001', '\u00a0', '//', "'", '\ufeff'],
    );
    fc.assert(
      fc.property(fc.array(piece, { maxLength: 8 }), (pieces) => {
        const text = pieces.join('');
        const expected = attempt(() => JSON.parse(text));
        const got = attempt(() => plain(readJson(text)));
        // JSON.parse takes the last of two members of one name; here that is refused.
        if (got === 'refused' && expected !== 'refused') expect(text).toMatch(/"([ab])"[\s\S]*"\1"/);
        else expect(got).toEqual(expected);
      }),
      { numRuns: 3000 },
    );
  });

  test.each([
    ['{"a": 1,}', 1, 9, 'unexpected "}"'],
    ['{"a": 1', 1, 8, 'the text ends too early'],
    ['', 1, 1, 'the text ends too early'],
    ['{\n  "a": 1\n  "b": 2\n}', 3, 3, 'unexpected "\\""'],
    ['{\n  "a": yes\n}', 2, 8, 'unexpected "yes"'],
    ['["a\n"]', 1, 2, 'not a valid string'],
    ['["a]', 1, 2, 'a string has no end'],
    ['[1] 2', 1, 5, 'unexpected "2"'],
    ['{"a": 1, "a": 2}', 1, 10, '"a" is given twice'],
    ['{a: 1}', 1, 2, 'unexpected "a"'],
    ["['a']", 1, 2, 'unexpected "\'"'],
    ['['.repeat(100), 1, 66, 'nested too deeply'],
  ])('%p fails at %i:%i, %s', (text, line, column, fact) => {
    expect.assertions(2);
    try {
      readJson(text);
    } catch (error) {
      if (!(error instanceof JsonError)) throw error;
      expect(error.message).toBe(fact);
      expect(lineAndColumn(text, error.at)).toEqual({ line, column });
    }
  });

  test('a member named __proto__ is a member', () => {
    const node = readJson('{"__proto__": 1}');
    expect(node.kind === 'object' && node.members.get('__proto__')).toMatchObject({ value: 1, at: 14 });
  });

  test('a string as long as a file takes no stack', () => {
    const long = 'a\\n'.repeat(300_000);
    expect(readJson(`"${long}"`)).toMatchObject({ kind: 'scalar', value: 'a\n'.repeat(300_000) });
  });
});
