import { describe, expect, test } from '@jest/globals';
import { type Merged, mergeBundle, readBundle, removeFromBundle } from '../../../src/x509/bundle.js';
import { parseCertificate } from '../../../src/x509/certificate.js';
import type { Certificate } from '../../../src/x509/types.js';
import { makeCertificate } from '../../support/make-certs.js';
import { certificatePem, pemToDer, ROOT_FILES, relabel } from '../../support/root-files.js';

const A = certificatePem('isrg-root-x2');
const B = certificatePem('digicert-global-root-g3');
const G2 = certificatePem('digicert-global-root-g2');
const BOM = '\xef\xbb\xbf';
const bytes = (text: string): Uint8Array => new Uint8Array(Buffer.from(text, 'latin1'));
const text = (file: Uint8Array): string => Buffer.from(file).toString('latin1');

function parsed(pem: string): Certificate {
  const certificate = parseCertificate(pemToDer(pem));
  if (certificate === null) throw new Error('no certificate');
  return certificate;
}

const a = parsed(A);
const b = parsed(B);
const g2 = parsed(G2);

function merged(file: string | null, ...add: Certificate[]): Merged & { text: string } {
  const result = mergeBundle(file === null ? null : bytes(file), add);
  if ('refused' in result) throw new Error(`refused: ${result.refused.reason}`);
  return { ...result, text: text(result.bytes) };
}

const ADDED = `# DigiCert Global Root G2 (pg-root-cert)\n${G2}`;

describe('mergeBundle', () => {
  test('into no file', () => {
    expect(merged(null, g2)).toMatchObject({
      text: ADDED,
      added: [g2],
      kept: [],
      dropped: [],
      mended: false,
    });
  });

  test('behind what is there', () => {
    expect(merged(`# mine\n${A}`, g2)).toMatchObject({
      text: `# mine\n${A}${ADDED}`,
      added: [g2],
      kept: [a],
    });
  });

  test('several, each once', () => {
    expect(merged(A, b, g2, a, b).text).toBe(`${A}# DigiCert Global Root G3 (pg-root-cert)\n${B}${ADDED}`);
  });

  test('nothing to do: the very same bytes', () => {
    const file = bytes(`# mine${A.replaceAll('\n', ' \r\n')}`.replace('# mine', '# mine\r\n'));
    const result = mergeBundle(file, [a]);
    expect(result).toMatchObject({ added: [], kept: [a], mended: false });
    expect('bytes' in result && result.bytes).toBe(file);
  });

  test('a missing last newline', () => {
    expect(merged(A.trimEnd(), g2).text).toBe(`${A}${ADDED}`);
    expect(merged(A.trimEnd(), a).text).toBe(A.trimEnd());
  });

  test("the file's own line end", () => {
    const crlf = (file: string): string => file.replaceAll('\n', '\r\n');
    expect(merged(crlf(A), g2).text).toBe(crlf(A + ADDED));
    expect(merged(crlf(A).trimEnd(), g2).text).toBe(crlf(A + ADDED));
    expect(merged(`# mine\n${crlf(A)}`, g2).text).toBe(`# mine\n${crlf(A)}${ADDED}`);
  });

  test.each([
    ['empty', ''],
    ['white space', ' \n\t\n'],
    ['comments', '# mine\n\n  # and more'],
    ['comments with lone CR', '# mine\r# and more\r'],
  ])('into a file without certificates: %s', (_, file) => {
    const gap = file === '' || file.endsWith('\n') ? '' : '\n';
    expect(merged(file, g2).text).toBe(file + gap + ADDED);
    expect(merged(file).text).toBe(file);
  });

  test('a BOM goes', () => {
    expect(merged(BOM + A)).toMatchObject({ text: A, mended: true });
    expect(merged(`${BOM}# mine\n`, g2).text).toBe(`# mine\n${ADDED}`);
    expect(merged(BOM + A + BOM + B).text).toBe(A + B);
    // All at once, or a second merge would find another to take.
    expect(merged(`${BOM}${BOM}mine\n${A}`).text).toBe(`mine\n${A}`);
  });

  test('further copies go, the text around them stays', () => {
    const copy = A.replaceAll('\n', '\r\n');
    expect(merged(`# one\n${A}# two\n${copy}# three\n${B}${A}`)).toMatchObject({
      text: `# one\n${A}# two\n# three\n${B}`,
      kept: [a, b],
      dropped: [a, a],
      mended: false,
    });
  });

  test('lone CRs that hide certificates become LF', () => {
    expect(merged((A + B).replaceAll('\n', '\r'), g2).text).toBe(A + B + ADDED);
    expect(merged(A + B.replaceAll('\n', '\r'))).toMatchObject({ text: A + B, kept: [a, b], mended: true });
    expect(merged(`# one\r# two\r${A}`).text).toBe(`# one\n# two\n${A}`);
  });

  test('lone CRs that hide nothing stay', () => {
    const file = `# one\rtwo\n${A}`;
    expect(merged(file, g2).text).toBe(file + ADDED);
  });

  test.each([
    [
      'lines of 254',
      `-----BEGIN CERTIFICATE-----\n${A.split('\n')
        .slice(1, -2)
        .join('')
        .replace(/.{254}/g, '$&\n')}\n-----END CERTIFICATE-----\n`,
    ],
    [
      'a letter that only a signed char strips',
      A.replace('END CERTIFICATE-----', 'END CERTIFICATE-----\xe9'),
    ],
  ])('a block that not every OpenSSL reads is written anew: %s', (_, block) => {
    expect(merged(`# one\n${block}# two\n${B}`)).toMatchObject({
      text: `# one\n${A}# two\n${B}`,
      mended: true,
    });
  });

  test('a block that every OpenSSL reads stays odd', () => {
    const odd = relabel(A, 'X509 CERTIFICATE').replaceAll('\n', '  \n').replace('-----\n', '-----\n\n');
    expect(merged(odd, a).text).toBe(odd);
  });

  test('an encrypted key behind a BOM stays a key', () => {
    const key =
      '-----BEGIN RSA PRIVATE KEY-----\nProc-Type: 4,ENCRYPTED\nDEK-Info: DES-CBC,0011223344556677\n\nanVuaw==\n-----END RSA PRIVATE KEY-----\n';
    expect(merged(A + BOM + key).text).toBe(A + key);
  });

  test('a TRUSTED CERTIFICATE does not stand for the certificate', () => {
    const trusted = relabel(G2, 'TRUSTED CERTIFICATE');
    expect(merged(trusted, g2).text).toBe(trusted + ADDED);
  });

  test('before what OpenSSL never comes to', () => {
    expect(merged(`${A}\0\n${B}`, g2).text).toBe(`${A}${ADDED}\0\n${B}`);
  });

  test('a copy that hides another certificate stays', () => {
    const file = A + A.replace(/-----END.*\n/, '') + B;
    expect(merged(file, a).text).toBe(file);
  });

  test.each(ROOT_FILES.filter(({ openssl3 }) => openssl3 !== null))(
    '$name: refused or mended',
    ({ text: file, openssl3 }) => {
      const result = mergeBundle(bytes(file), [g2]);
      if ('refused' in result) expect(result.refused.reason).toBe(openssl3);
      else expect(text(result.bytes).replaceAll('\r\n', '\n')).toContain(ADDED);
    },
  );

  test.each<[string, string]>([
    ['text that is no comment', 'hello\n'],
    ['DER', Buffer.from(a.der).toString('latin1')],
    ['UTF-16', Buffer.from(`\ufeff${A}`, 'utf16le').toString('latin1')],
    ['joined', A.trimEnd() + B],
    ['an indented certificate alone', ` ${A}`],
    ['NULs', '\0\0\0'],
  ])('refused: %s', (_, file) => {
    expect(mergeBundle(bytes(file), [g2])).toEqual({ refused: readBundle(bytes(file)).problem });
  });

  test.each([
    'a\n-----BEGIN CERTIFICATE-----\nAAAA',
    '-----END CERTIFICATE-----',
    '-'.repeat(300),
    `${'x'.repeat(251)}-----BEGIN CERTIFICATE-----`,
    'naïve \u202e\x1b[2J\r\n\0',
    '',
  ])('a hostile name makes one harmless comment: %j', (name) => {
    const { der } = makeCertificate({ subject: name });
    const certificate = parseCertificate(der);
    if (certificate === null) throw new Error('no certificate');
    const result = merged(A, certificate);
    const [comment = '', begin] = result.text.slice(A.length).split('\n');
    expect(comment).toMatch(/^# [ -~]{0,100} \(pg-root-cert\)$/);
    expect(comment).not.toContain('--');
    expect(begin).toBe('-----BEGIN CERTIFICATE-----');
  });
});

describe('removeFromBundle', () => {
  test('takes our comment along, and no other', () => {
    const { bytes: file } = merged(`# mine\n${A}`, g2, b);
    const without = removeFromBundle(file, ({ sha256 }) => sha256 === g2.sha256);
    expect(without).toEqual({ bytes: merged(`# mine\n${A}`, b).bytes, removed: [g2], kept: [a, b] });
    const more = removeFromBundle(file, ({ sha256 }) => sha256 === a.sha256);
    expect('bytes' in more && more.bytes && text(more.bytes).startsWith('# mine\n# DigiCert')).toBe(true);
  });

  test('every copy', () => {
    expect(removeFromBundle(bytes(A + B + A), ({ sha256 }) => sha256 === a.sha256)).toEqual({
      bytes: bytes(B),
      removed: [a],
      kept: [b],
    });
  });

  test('the last certificate leaves no file', () => {
    expect(removeFromBundle(bytes(`# mine\n${A}`), () => true)).toEqual({
      bytes: null,
      removed: [a],
      kept: [],
    });
  });

  test('nothing to remove: the very same bytes', () => {
    const file = bytes(BOM + A);
    const result = removeFromBundle(file, () => false);
    expect(result).toMatchObject({ removed: [], kept: [a] });
    expect('bytes' in result && result.bytes).toBe(file);
  });

  test('refuses what cannot be read', () => {
    expect(removeFromBundle(bytes(A.trimEnd() + B), () => true)).toEqual({
      refused: { reason: 'bad end line', line: 1 },
    });
  });

  test('refuses to take out text that is not read', () => {
    const file = A.replace(/-----END.*\n/, '') + B;
    expect(readBundle(bytes(file)).certificates).toEqual([a]);
    expect(removeFromBundle(bytes(file), () => true)).toEqual({
      refused: { reason: 'bad end line', line: 1 },
    });
  });
});
