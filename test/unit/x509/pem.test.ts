import { describe, expect, test } from '@jest/globals';
import { readPem } from '../../../src/x509/pem.js';
import { OPENSSL_1_1_1, STRICTEST, scanPem } from '../../../src/x509/pem-scan.js';
import { certificatePem, ROOT_FILES, relabel } from '../../support/root-files.js';

const A = certificatePem('isrg-root-x2');
const B = certificatePem('digicert-global-root-g3');

describe('what OpenSSL makes of a root file, as recorded', () => {
  test.each(ROOT_FILES)('$name: 3.0 says $openssl3', ({ text, openssl3, certificates }) => {
    const reading = readPem(text);
    expect(reading.problem?.reason ?? null).toBe(openssl3);
    if (openssl3 !== null) return;
    const distinct = new Set(reading.blocks.map((block) => block.certificate?.sha256).filter(Boolean));
    expect(distinct.size).toBe(certificates);
  });

  test.each(ROOT_FILES)('$name: 1.1.1 says $openssl111', ({ text, openssl111 }) => {
    expect(readPem(text, OPENSSL_1_1_1).problem === null).toBe(openssl111 === null);
  });
});

describe('scanPem', () => {
  test('the place of each block and of a fault', () => {
    const text = `# one\r\n${A}text\n${B}`;
    const { blocks, fault, end } = scanPem(text);
    expect(fault).toBeNull();
    expect(end).toBe(text.length);
    expect(blocks.map(({ start, end: to }) => text.slice(start, to))).toEqual([A, B]);
    expect(blocks.map(({ line }) => line)).toEqual([2, 3 + A.split('\n').length - 1]);
    expect(scanPem(`${text}${A.trimEnd()}x\n`).fault).toEqual({
      reason: 'bad end line',
      line: text.split('\n').length,
    });
  });

  test('a line that starts with NUL ends the reading', () => {
    const { blocks, end } = scanPem(`${A}\0\n${B}`);
    expect(blocks).toHaveLength(1);
    expect(end).toBe(A.length);
  });

  test('text behind a dash is told of', () => {
    const [block] = scanPem(A.replace(/\n(?=-----END)/, '\n- more\n')).blocks;
    expect(block?.hidesText).toBe(true);
    expect(scanPem(A).blocks[0]?.hidesText).toBe(false);
  });

  test('bytes above 0x7f at the end of a line are white space to a signed char alone', () => {
    const text = A.replace('CERTIFICATE-----\n', 'CERTIFICATE-----\xa0\n');
    expect(scanPem(text).blocks).toHaveLength(1);
    expect(scanPem(text, STRICTEST).blocks).toHaveLength(0);
  });

  test('a label is kept as it stands', () => {
    expect(scanPem(relabel(A, ' any thing ')).blocks[0]?.label).toBe(' any thing ');
  });
});
