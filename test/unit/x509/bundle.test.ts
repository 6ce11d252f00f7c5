import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import { readBundle } from '../../../src/x509/bundle.js';
import { damagedFile } from '../../support/arbitrary-root-files.js';
import { toPem } from '../../support/make-certs.js';
import { certificatePem, pemToDer, ROOT_FILES, relabel } from '../../support/root-files.js';

const A = certificatePem('isrg-root-x2');
const B = certificatePem('digicert-global-root-g3');
const bytes = (text: string): Uint8Array => new Uint8Array(Buffer.from(text, 'latin1'));
const join = (segments: readonly { raw: string }[]): string =>
  segments.map((segment) => segment.raw).join('');

describe('readBundle', () => {
  test('segments with their places', () => {
    const key = toPem(Buffer.from('junk'), 'ENCRYPTED PRIVATE KEY');
    const { segments, certificates, problem } = readBundle(bytes(`# one\n${A}\n${key}${B}end`));
    expect(problem).toBeNull();
    expect(segments.map(({ kind, raw }) => [kind, raw])).toEqual([
      ['text', '# one\n'],
      ['certificate', A],
      ['text', '\n'],
      ['other', key],
      ['certificate', B],
      ['text', 'end'],
    ]);
    expect(segments[1]).toMatchObject({ line: 2, certificate: { name: 'ISRG Root X2' } });
    expect(segments[3]).toMatchObject({ label: 'ENCRYPTED PRIVATE KEY' });
    expect(certificates.map((certificate) => certificate.name)).toEqual([
      'ISRG Root X2',
      'DigiCert Global Root G3',
    ]);
  });

  test('a TRUSTED CERTIFICATE is no plain one', () => {
    const { segments, certificates, problem } = readBundle(bytes(relabel(A, 'TRUSTED CERTIFICATE')));
    expect(problem).toBeNull();
    expect(certificates).toEqual([]);
    expect(segments).toMatchObject([{ kind: 'other', label: 'TRUSTED CERTIFICATE' }]);
  });

  test('the line of the block at fault', () => {
    const { problem, segments } = readBundle(bytes(`# one\n${A}${B.replace('M', '!')}`));
    expect(problem).toEqual({ reason: 'bad base64 decode', line: A.split('\n').length + 1 });
    expect(segments).toHaveLength(1);
    expect(readBundle(bytes('')).problem).toEqual({ reason: 'no certificate or crl found', line: null });
  });
});

describe('what can be salvaged', () => {
  const salvaged = (text: string): [number, boolean] => {
    const { certificates, salvageable, problem } = readBundle(bytes(text));
    expect(problem).not.toBeNull();
    return [certificates.length, salvageable];
  };

  test.each<[name: string, text: string]>([
    ['joined', A.trimEnd() + B],
    ['lone CR', (A + B).replaceAll('\n', '\r')],
    ['UTF-16, little endian', Buffer.from(`\ufeff${A}${B}`, 'utf16le').toString('latin1')],
    ['UTF-16, no BOM', Buffer.from(A + B, 'utf16le').toString('latin1')],
    ['UTF-16, big endian', Buffer.from(`\ufeff${A}${B}`, 'utf16le').swap16().toString('latin1')],
    ['indented', (A + B).replace(/^/gm, '    ')],
    ['quoted', (A + B).replace(/^/gm, '> ')],
    ['line breaks written out', (A + B).replaceAll('\n', '\\n')],
    ['four dashes', (A + B).replaceAll('-----', '----')],
    ['a NUL before all', `\0${A}${B}`],
    ['a blank line before END', (A + B).replaceAll('\n-----END', '\n\n-----END')],
  ])('all of it: %s', (_, text) => {
    expect(salvaged(text)).toEqual([2, true]);
  });

  test('a single DER certificate', () => {
    const der = Buffer.from(pemToDer(A)).toString('latin1');
    expect(salvaged(der)).toEqual([1, true]);
    expect(salvaged(`${der}x`)).toEqual([1, false]);
  });

  test.each<[name: string, text: string, certificates: number]>([
    ['nothing', '', 0],
    ['a page of a captive portal', '<html>-----</html>', 0],
    ['a corrupt block beside good ones', A + B.replace('M', '!') + A, 2],
    ['a corrupt DER beside good ones', A + toPem(Buffer.from('junk')) + B, 2],
    ['the last block cut off', A + B.slice(0, 300), 1],
    ['an END line missing', `${A + B.replace(/-----END.*\n/, '')}x`, 1],
    ['a BEGIN line missing', A.trimEnd() + B.replace(/-----BEGIN.*\n/, ''), 1],
    ['a TRUSTED CERTIFICATE beside a good one', A.trimEnd() + relabel(B, 'TRUSTED CERTIFICATE'), 1],
  ])('not all of it: %s', (_, text, certificates) => {
    expect(salvaged(text)).toEqual([certificates, false]);
  });

  test('a certificate request is no lost certificate', () => {
    const request = toPem(Buffer.from('junk'), 'CERTIFICATE REQUEST');
    expect(salvaged(`${request}${A.trimEnd()}${B}`)).toEqual([2, true]);
  });
});

describe('any file', () => {
  test('is made up of its segments', () => {
    for (const { text } of ROOT_FILES) expect(join(readBundle(bytes(text)).segments)).toBe(text);
    fc.assert(
      fc.property(damagedFile, (text) => expect(join(readBundle(bytes(text)).segments)).toBe(text)),
      { numRuns: 200 },
    );
  });

  test('even of arbitrary bytes', () => {
    fc.assert(
      fc.property(fc.uint8Array(), (file) => {
        const { segments, problem } = readBundle(file);
        expect(join(segments)).toBe(Buffer.from(file).toString('latin1'));
        expect(problem).not.toBeNull();
      }),
    );
  });

  test.each([
    ['dashes', '-'.repeat(300_000)],
    ['carriage returns', '\r'.repeat(300_000)],
    ['spaces', ' '.repeat(300_000)],
    ['BEGIN lines', '-----BEGIN CERTIFICATE-----\n'.repeat(10_000)],
    ['labels', `-----BEGIN ${'A '.repeat(150_000)}`],
    ['marks', '-BEGIN \t'.repeat(40_000)],
    ['indefinite lengths', Buffer.from('3080'.repeat(150_000), 'hex').toString('latin1')],
  ])('takes no more than linear time: %s', (_, text) => {
    const start = performance.now();
    readBundle(bytes(text));
    expect(performance.now() - start).toBeLessThan(2000);
  });
});
