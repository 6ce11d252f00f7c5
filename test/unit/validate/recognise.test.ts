import { gzipSync } from 'node:zlib';
import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import { recognise } from '../../../src/validate/recognise.js';
import { makeCertificate, makeKey, toPem } from '../../support/make-certs.js';

const key = makeKey('rsa-2048');
const der = (type: 'pkcs1' | 'pkcs8'): Buffer => key.export({ type, format: 'der' });
const hex = (text: string): Buffer => Buffer.from(text.padEnd(200, '0'), 'hex');
const S3 =
  '<?xml version="1.0" encoding="UTF-8"?>\n<Error><Code>AccessDenied</Code><Message>Access Denied</Message></Error>';

describe('recognise', () => {
  test.each<[string, string | Uint8Array]>([
    ['empty', ''],
    ['empty', ' \r\n\ufeff'],
    ['an HTML page', '\n<!doctype html><title>Sign in</title>'],
    ['an HTML page', '<HTML><body>Moved'],
    ['an HTML page', '<?xml version="1.0"?><!DOCTYPE html PUBLIC "x"><html xmlns="x">'],
    ['an XML error document (AccessDenied)', S3],
    ['an XML error document (NoSuchKey)', '<Error><Code>NoSuchKey\u001b</Code></Error>'],
    ['an XML document', '<?xml version="1.0"?><rss/>'],
    ['a JSON document', '{"message": "Not Found"}'],
    ['a Git LFS pointer', 'version https://git-lfs.github.com/spec/v1\noid sha256:00'],
    ['text without a certificate', 'see the wiki'],
    ['a private key', toPem(der('pkcs8'), 'PRIVATE KEY')],
    ['a private key', toPem(der('pkcs8'), 'ENCRYPTED PRIVATE KEY')],
    ['a private key', toPem(der('pkcs8'), 'OPENSSH PRIVATE KEY')],
    ['a public key', toPem(hex('30'), 'PUBLIC KEY')],
    ['a certificate request', toPem(hex('30'), 'NEW CERTIFICATE REQUEST')],
    ['a certificate revocation list', toPem(hex('30'), 'X509 CRL')],
    ['a PKCS#7 file', toPem(hex('30'), 'PKCS7')],
    ['an OpenSSL trusted certificate', toPem(hex('30'), 'TRUSTED CERTIFICATE')],
    ['a PEM block that cannot be read', toPem(hex('30'), 'CERTIFICATE')],
    ['a PEM block of another kind', toPem(hex('30'), 'DH PARAMETERS')],
    ['a private key in DER', der('pkcs8')],
    ['a private key in DER', der('pkcs1')],
    ['a private key in DER', makeKey().export({ type: 'sec1', format: 'der' })],
    ['a PKCS#12 store', hex('308209e702010330')],
    ['a PKCS#7 file in DER', hex('3082051a06092a864886f70d010702')],
    ['a Java key store', hex('feedfeed00000002')],
    ['DER that is no certificate, or a cut-off one', makeCertificate({ subject: 'x' }).der.subarray(0, 100)],
    ['a gzip archive', gzipSync('x')],
    ['a zip archive', hex('504b0304')],
    ['binary data of another kind', hex('7f454c4602')],
  ])('%s', (what, content) => {
    const bytes = typeof content === 'string' ? Buffer.from(content) : content;
    expect(recognise(bytes)).toMatchObject({ what });
  });

  test('never throws, whatever the bytes', () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 64 }), (bytes) => {
        expect(recognise(bytes).what).not.toBe('');
      }),
    );
  });
});
