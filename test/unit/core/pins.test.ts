import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import { parsePin } from '../../../src/core/pins.js';

const HEX = 'cb3ccbb76031e5e0138f8dd39a23f9de47ffc35e43c1144cea27d46a5ab1cb5f';
const PAIRS = (HEX.toUpperCase().match(/../g) ?? []).join(':');

describe('parsePin', () => {
  test.each([
    HEX,
    HEX.toUpperCase(),
    PAIRS,
    PAIRS.replaceAll(':', ' '),
    `  ${HEX}\n`,
    `sha256:${HEX}`,
    `SHA-256: ${PAIRS}`,
    `SHA256 Fingerprint=${PAIRS}`,
    `sha256 Fingerprint=${PAIRS}`,
    `Fingerprint: ${HEX}`,
  ])('%s', (text) => {
    expect(parsePin(text)).toBe(HEX);
  });

  test.each([
    [HEX.slice(0, 40), 'SHA-1'],
    [`SHA1 Fingerprint=${PAIRS.slice(0, 59)}`, 'SHA-1'],
    [HEX.slice(0, 32), 'MD5'],
    [`md5:${HEX.slice(0, 32)}`, 'MD5'],
  ])('%s is a %s fingerprint', (text, digest) => {
    expect(() => parsePin(text)).toThrow(
      expect.objectContaining({
        code: 'usage',
        exitCode: 2,
        message: expect.stringContaining(`is a ${digest} fingerprint, which is no proof`),
      }),
    );
  });

  test.each([
    '',
    HEX.slice(1),
    `${HEX}0`,
    `sha1:${HEX}`,
    `sha512:${HEX}`,
    `${HEX.slice(0, 63)}g`,
    'sha256/yzzLt2Ax5eATj43TmiP53kf/w15DwRRM6ifUalqxy18=',
    'x'.repeat(100_000),
    HEX.repeat(100_000),
  ])('%.70s is no fingerprint', (text) => {
    expect(() => parsePin(text)).toThrow(
      expect.objectContaining({ code: 'usage', message: expect.stringMatching(/^.{0,150}$/) }),
    );
  });

  test('gives 64 lower-case digits, or the typed error', () => {
    const chars = fc.constantFrom(...'0123456789abcdefABCDEF: =shaSHA-md\u001b');
    fc.assert(
      fc.property(fc.string({ unit: chars, maxLength: 120 }), (text) => {
        try {
          expect(parsePin(text)).toMatch(/^[0-9a-f]{64}$/);
        } catch (error) {
          expect(error).toMatchObject({ code: 'usage' });
        }
      }),
    );
  });
});
