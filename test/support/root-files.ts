import { readFileSync } from 'node:fs';
import { makeKey, toPem } from './make-certs.js';

/** A root file and what OpenSSL's SSL_CTX_load_verify_locations said of it: null, or its first reason. */
export interface RootFile {
  readonly name: string;
  /** The bytes as latin1. */
  readonly text: string;
  /** OpenSSL 3.0.19 on x86-64, recorded. */
  readonly openssl3: string | null;
  /** OpenSSL 1.1.1 on x86-64, recorded. */
  readonly openssl111: string | null;
  /** How many certificates OpenSSL 3.0 has in its store, the TRUSTED ones left out. */
  readonly certificates: number;
}

export const certificatePem = (id: string): string =>
  readFileSync(new URL(`../../certs/${id}.pem`, import.meta.url), 'latin1').replace(/^#.*\n/gm, '');

export const pemToDer = (pem: string): Uint8Array =>
  new Uint8Array(Buffer.from(pem.replace(/-----[^-]*-----|\s/g, ''), 'base64'));

const A = certificatePem('isrg-root-x2');
const B = certificatePem('digicert-global-root-g3');
const DER = pemToDer(A);
const BASE64 = Buffer.from(DER).toString('base64');
const LINES = A.split('\n').slice(1, -2);
const BEGIN = '-----BEGIN CERTIFICATE-----';
const END = '-----END CERTIFICATE-----';
const BOM = '\xef\xbb\xbf';
const BLANKS = ' '.repeat(254);

const CRL = `-----BEGIN X509 CRL-----
MIGjMEsCAQEwCgYIKoZIzj0EAwIwDDEKMAgGA1UEAwwBeBcNMjYxMTIxMDk0ODE5
WhcNMjYxMjIxMDk0ODE5WqAOMAwwCgYDVR0UBAMCAQIwCgYIKoZIzj0EAwIDSAAw
RQIgTpYecHR3m0LSykshw76t12bHV8oJJhYXPUfrymHWlKMCIQC56RCOZbVqVWL2
lN6So9/nBVNmn2I2cq92a+vih19nlA==
-----END X509 CRL-----
`;
const PKCS8 = makeKey().export({ type: 'pkcs8', format: 'pem' }).toString();
const SEC1 = makeKey().export({ type: 'sec1', format: 'pem' }).toString();
const JUNK = Buffer.from('junk');

export const relabel = (pem: string, label: string): string =>
  pem.replace(/(BEGIN|END) [^-]+/g, `$1 ${label}`);
const wrap = (data: string): string => `${BEGIN}\n${data}\n${END}\n`;
const columns = (width: number): string => wrap(BASE64.replace(new RegExp(`.{${width}}(?=.)`, 'g'), '$&\n'));
const replaceEnd = (pem: string, end: string): string => pem.replace(`${END}\n`, end);
const encrypted = (label: string, dek: string): string =>
  `-----BEGIN ${label}-----\nProc-Type: 4,ENCRYPTED\n${dek}\n\nanVuaw==\n-----END ${label}-----\n`;
const utf16 = (text: string): string => Buffer.from(text, 'utf16le').toString('latin1');

type Row = readonly [
  name: string,
  text: string,
  openssl3: string | null,
  openssl111: string | null,
  certificates: number,
];

const NONE = 'no certificate or crl found';
const BASE64_ERROR = 'bad base64 decode';
const END_ERROR = 'bad end line';

const ROWS: readonly Row[] = [
  ['one certificate', A, null, null, 1],
  ['two certificates', A + B, null, null, 2],
  ['no newline at the end', A.trimEnd(), null, null, 1],
  ['empty', '', NONE, NONE, 0],
  ['white space', ' \n\t\r\n', NONE, NONE, 0],
  ['a comment', '# roots of our servers\n', NONE, NONE, 0],
  ['comments around', `# one: a\n${A}text\n${B}  more`, null, null, 2],
  ['CRLF', A.replaceAll('\n', '\r\n'), null, null, 1],
  ['CR CR LF', A.replaceAll('\n', '\r\r\n'), null, null, 1],
  ['lone CR', A.replaceAll('\n', '\r'), NONE, NONE, 0],
  ['lone CR between base64 lines only', wrap(LINES.join('\r')), null, null, 1],
  ['lone CR behind a comment line', `# one\r${A}`, NONE, NONE, 0],
  ['LF and then lone CR', A + B.replaceAll('\n', '\r'), null, null, 1],
  ['BOM', BOM + A, null, NONE, 1],
  ['BOM before a comment', `${BOM}# one\n${A}`, null, null, 1],
  ['BOM and an empty line', `${BOM}\n${A}`, null, null, 1],
  ['two files with BOM joined', BOM + A + BOM + B, null, NONE, 2],
  ['BOM twice', BOM + BOM + A, NONE, NONE, 0],
  ['BOM behind a comment', `# one\n${BOM}${A}`, NONE, NONE, 0],
  ['UTF-16 with BOM', `\xff\xfe${utf16(A)}`, NONE, NONE, 0],
  ['UTF-16 without BOM', utf16(A), NONE, NONE, 0],
  ['DER', Buffer.from(DER).toString('latin1'), NONE, NONE, 0],
  ['duplicates', A + A, null, null, 1],
  ['joined without a newline', A.trimEnd() + B, END_ERROR, END_ERROR, 0],
  ['END and BEGIN on one line, alone', `${END}${A}`, NONE, NONE, 0],
  ['BEGIN indented', ` ${A}`, NONE, NONE, 0],
  ['BEGIN behind text', `x${A}`, NONE, NONE, 0],
  ['BEGIN behind 254 characters', 'x'.repeat(254) + A, null, null, 1],
  ['BEGIN behind 253 characters', 'x'.repeat(253) + A, NONE, NONE, 0],
  ['BEGIN in lower case', A.replace(BEGIN, BEGIN.toLowerCase()), NONE, NONE, 0],
  ['BEGIN with four dashes', A.replace(BEGIN, '----BEGIN CERTIFICATE-----'), NONE, NONE, 0],
  ['BEGIN ends with four dashes', A.replace(BEGIN, '-----BEGIN CERTIFICATE----'), NONE, NONE, 0],
  ['BEGIN with six dashes', A.replace(BEGIN, `-${BEGIN}`), NONE, NONE, 0],
  ['BEGIN with text behind it', A.replace(BEGIN, `${BEGIN} x`), NONE, NONE, 0],
  ['BEGIN with spaces behind it', A.replace(BEGIN, `${BEGIN}  \t`), null, null, 1],
  ['BEGIN with a Latin-1 letter behind it', A.replace(BEGIN, `${BEGIN}\xe9`), null, null, 1],
  ['END with a Latin-1 letter behind it', replaceEnd(A, `${END}\xe9\n`), null, null, 1],
  ['END with text behind it', replaceEnd(A, `${END}x\n`), END_ERROR, END_ERROR, 0],
  ['END with spaces behind it', replaceEnd(A, `${END}   \n`), null, null, 1],
  [
    'END with 229 spaces behind it, joined',
    replaceEnd(A, `${END}${BLANKS.slice(0, 229)}`) + B,
    null,
    null,
    2,
  ],
  ['END indented', replaceEnd(A, ` ${END}\n`), END_ERROR, 'short header', 0],
  ['END missing', replaceEnd(A, ''), END_ERROR, 'short header', 0],
  ['END missing between two', replaceEnd(A, '') + B, null, null, 1],
  ['END of another label', replaceEnd(A, '-----END X-----\n'), END_ERROR, END_ERROR, 0],
  ['BEGIN missing', A.replace(`${BEGIN}\n`, ''), NONE, NONE, 0],
  ['BEGIN twice', `${BEGIN}\n${A}`, 'PEM lib', 'PEM lib', 0],
  ['END twice', `${A}${END}\n`, null, null, 1],
  ['cut off', A.slice(0, 400), END_ERROR, 'short header', 0],
  ['cut off after a good one', B + A.slice(0, 400), END_ERROR, 'short header', 0],
  ['nothing between BEGIN and END', `${BEGIN}\n${END}\n`, 'PEM lib', 'PEM lib', 0],
  ['nothing, then a good one', `${BEGIN}\n${END}\n${A}`, 'PEM lib', 'PEM lib', 0],
  ['a line missing', wrap(LINES.toSpliced(3, 1).join('\n')), 'too long', 'too long', 0],
  ['a line twice', wrap(LINES.toSpliced(3, 0, LINES[3] ?? '').join('\n')), 'wrong tag', 'wrong tag', 0],
  ['the last line missing', wrap(LINES.slice(0, -1).join('\n')), 'too long', 'too long', 0],
  ['a digit missing', wrap(BASE64.slice(1)), BASE64_ERROR, BASE64_ERROR, 0],
  ['a character outside base64', wrap(BASE64.replace('M', '!')), BASE64_ERROR, BASE64_ERROR, 0],
  [
    'a character outside base64, after a good one',
    B + wrap(BASE64.replace('M', '!')),
    BASE64_ERROR,
    BASE64_ERROR,
    0,
  ],
  ['a vertical tab inside', wrap(`\x0b${BASE64}`), BASE64_ERROR, BASE64_ERROR, 0],
  ['spaces inside', wrap(BASE64.replace(/.{10}/g, '$& ')), null, null, 1],
  ['lines indented', wrap(LINES.map((line) => `  ${line}`).join('\n')), null, null, 1],
  ['padding twice', wrap(`${BASE64}==`), BASE64_ERROR, BASE64_ERROR, 0],
  ['text behind a dash', wrap(`${LINES.join('\n')}\n-- the end`), null, null, 1],
  ['a comment inside', wrap(`# one\n${LINES.join('\n')}`), BASE64_ERROR, BASE64_ERROR, 0],
  ['blank line after BEGIN', wrap(`\n${LINES.join('\n')}`), null, null, 1],
  ['two blank lines after BEGIN', wrap(`\n\n${LINES.join('\n')}`), END_ERROR, END_ERROR, 0],
  ['blank line before END', wrap(`${LINES.join('\n')}\n`), 'PEM lib', 'PEM lib', 0],
  [
    'blank line in the middle',
    wrap(LINES.toSpliced(3, 0, '').join('\n')),
    'not proc type',
    'not proc type',
    0,
  ],
  ['blank line after BEGIN, long lines', wrap(`\n${BASE64}`), 'PEM lib', 'PEM lib', 0],
  [
    'blank line after BEGIN, short lines',
    wrap(`\n${BASE64.replace(/.{48}(?=.)/g, '$&\n')}`),
    END_ERROR,
    END_ERROR,
    0,
  ],
  ['a header', wrap(`X: y\n\n${LINES.join('\n')}`), 'not proc type', 'not proc type', 0],
  ['a header without a blank line', wrap(`X: y\n${LINES.join('\n')}`), 'PEM lib', 'PEM lib', 0],
  ['one long line', wrap(BASE64), null, null, 1],
  ['lines of 76', columns(76), null, null, 1],
  ['lines of 253', columns(253), null, null, 1],
  ['lines of 254', columns(254), null, 'PEM lib', 1],
  ['lines of 255', columns(255), null, null, 1],
  ['lines of one', columns(1), null, null, 1],
  ['254 blanks inside', wrap(LINES.toSpliced(3, 0, BLANKS).join('\n')), 'not proc type', END_ERROR, 0],
  ['NUL before all', `\0${A}`, NONE, NONE, 0],
  ['NUL behind all', `${A}\0`, null, null, 1],
  ['a line of NULs, then another', `${A}\0\0\n${B}`, null, null, 1],
  ['NUL in a comment', `# \0 one\n${A}`, null, null, 1],
  ['NUL behind END', replaceEnd(A, `${END}\0\n`), null, null, 1],
  ['control Z behind all', `${A}\x1a`, null, null, 1],
  ['bytes behind the DER', toPem(Buffer.concat([DER, JUNK])), null, null, 1],
  ['DER cut off', toPem(DER.subarray(0, 300)), 'too long', 'too long', 0],
  ['DER of another kind', toPem(Buffer.from('020101', 'hex')), 'wrong tag', 'wrong tag', 0],
  ['junk in place of DER', toPem(JUNK), 'too long', 'too long', 0],
  ['X509 CERTIFICATE', relabel(A, 'X509 CERTIFICATE'), null, null, 1],
  ['TRUSTED CERTIFICATE', relabel(A, 'TRUSTED CERTIFICATE'), null, null, 0],
  [
    'TRUSTED CERTIFICATE with junk behind',
    toPem(Buffer.concat([DER, JUNK]), 'TRUSTED CERTIFICATE'),
    'too long',
    'too long',
    0,
  ],
  ['PKCS7', relabel(A, 'PKCS7'), NONE, NONE, 0],
  ['an unknown label', relabel(A, 'ROOT'), NONE, NONE, 0],
  ['an unknown label and a good one', relabel(A, 'ROOT') + B, null, null, 1],
  ['an unknown label, not base64', relabel(wrap('!!!!'), 'ROOT') + A, BASE64_ERROR, BASE64_ERROR, 0],
  ['no label', relabel(A, ''), NONE, NONE, 0],
  ['CRL', CRL, null, null, 0],
  ['CRL and a certificate', CRL + A, null, null, 1],
  ['junk CRL', A + toPem(JUNK, 'X509 CRL'), 'too long', 'too long', 0],
  ['PRIVATE KEY alone', PKCS8, NONE, NONE, 0],
  ['PRIVATE KEY and a certificate', PKCS8 + A, null, null, 1],
  ['EC PRIVATE KEY and a certificate', A + SEC1, null, null, 1],
  ['EC PRIVATE KEY in a PRIVATE KEY block', A + relabel(SEC1, 'PRIVATE KEY'), null, null, 1],
  ['EC key in an RSA PRIVATE KEY block', A + relabel(SEC1, 'RSA PRIVATE KEY'), 'unsupported', 'wrong tag', 0],
  ['junk PRIVATE KEY', A + toPem(JUNK, 'PRIVATE KEY'), 'unsupported', null, 0],
  ['junk EC PRIVATE KEY', A + toPem(JUNK, 'EC PRIVATE KEY'), 'unsupported', 'too long', 0],
  ['junk ENCRYPTED PRIVATE KEY', A + toPem(JUNK, 'ENCRYPTED PRIVATE KEY'), null, null, 1],
  ['junk key of an unknown kind', A + toPem(JUNK, 'FOO PRIVATE KEY'), 'unsupported', null, 0],
  ['junk PUBLIC KEY', A + toPem(JUNK, 'PUBLIC KEY'), null, null, 1],
  [
    'encrypted RSA PRIVATE KEY',
    A + encrypted('RSA PRIVATE KEY', `DEK-Info: AES-128-CBC,${'0F'.repeat(16)}`),
    null,
    null,
    1,
  ],
  [
    'encrypted with an unknown cipher',
    A + encrypted('RSA PRIVATE KEY', `DEK-Info: FOO-CBC,${'0F'.repeat(16)}`),
    'unsupported encryption',
    'unsupported encryption',
    0,
  ],
  [
    'encrypted, initialisation vector cut off',
    A + encrypted('RSA PRIVATE KEY', 'DEK-Info: AES-128-CBC,0F0F'),
    'bad iv chars',
    'bad iv chars',
    0,
  ],
  [
    'encrypted without an initialisation vector',
    A + encrypted('RSA PRIVATE KEY', 'DEK-Info: AES-128-CBC'),
    'unsupported encryption',
    'unsupported encryption',
    0,
  ],
  ['encrypted without DEK-Info', A + encrypted('RSA PRIVATE KEY', 'X: y'), 'not dek info', 'not dek info', 0],
  [
    'encrypted CERTIFICATE',
    A + encrypted('CERTIFICATE', `DEK-Info: AES-128-CBC,${'0F'.repeat(16)}`),
    'wrong final block length',
    'wrong final block length',
    0,
  ],
];

export const ROOT_FILES: readonly RootFile[] = ROWS.map(
  ([name, text, openssl3, openssl111, certificates]) => ({ name, text, openssl3, openssl111, certificates }),
);
