import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import { printable } from '../../../src/core/printable.js';

describe('printable', () => {
  test.each([
    ['DigiCert Global Root G2', 'DigiCert Global Root G2'],
    ['Főtanúsítvány 認証局 🔒', 'Főtanúsítvány 認証局 🔒'],
    ['red \u001b[31malert\u001b[0m', 'red [31malert[0m'],
    ['two\r\nlines\tand a tab', 'two lines and a tab'],
    ['\u202Egnp.exe\u2066 \u200Bhidden\u00AD', 'gnp.exe hidden'],
    ['C1 \u009b2J and NUL \u0000', 'C1 2J and NUL'],
    ['line\u2028separator', 'lineseparator'],
    ['half \ud83d a pair', 'half  a pair'],
    ['tag \u{E0041}\u{E0042}', 'tag'],
  ])('%j', (text, shown) => {
    expect(printable(text)).toBe(shown);
  });

  test('is cut to its limit, counted in code points', () => {
    expect(printable('🔒'.repeat(201))).toBe(`${'🔒'.repeat(199)}…`);
    expect(printable('🔒'.repeat(200))).toBe('🔒'.repeat(200));
    expect(printable('abcdef', 4)).toBe('abc…');
    expect(printable('x'.repeat(10_000_000))).toHaveLength(200);
  });

  test('never holds a control character, and stays as it is when shown again', () => {
    fc.assert(
      fc.property(
        fc.string({ unit: 'binary', maxLength: 60 }),
        fc.integer({ min: 1, max: 40 }),
        (text, limit) => {
          const shown = printable(text, limit);
          expect(shown).not.toMatch(/[\p{Cc}\p{Cf}\p{Cs}\p{Zl}\p{Zp}]/u);
          expect(Array.from(shown).length).toBeLessThanOrEqual(limit);
          expect(printable(shown, limit)).toBe(shown);
        },
      ),
    );
  });
});
