import { describe, expect, test } from '@jest/globals';
import { openSslReason } from '../../../src/postgres/openssl-reason.js';

const error = (facts: object, message = '') => Object.assign(new Error(message), facts);

describe('openSslReason', () => {
  test.each([
    [
      'as Node gives it',
      error({ library: 'SSL routines', reason: 'tlsv1 alert protocol version', code: 'ERR_SSL_X' }),
      'tlsv1 alert protocol version',
    ],
    [
      'in the words of newer versions',
      error({ library: 'SSL routines', reason: 'ssl/tls alert handshake failure', code: 'ERR_SSL_X' }),
      'sslv3 alert handshake failure',
    ],
    ['by its code', error({ code: 'ERR_SSL_WRONG_VERSION_NUMBER' }), 'wrong version number'],
    [
      'by its code, newer',
      error({ code: 'ERR_SSL_SSL/TLS_ALERT_BAD_CERTIFICATE' }),
      'sslv3 alert bad certificate',
    ],
    ['another library', error({ code: 'ERR_OSSL_X509_KEY_VALUES_MISMATCH' }), 'x509 key values mismatch'],
    [
      'within the message of a failed write',
      error(
        { code: 'EPROTO' },
        'write EPROTO 80AC:error:0A00010B:SSL routines:ssl3_get_record:wrong version number:../x.c:355:\n',
      ),
      'wrong version number',
    ],
    ['not by OpenSSL', error({ code: 'ECONNRESET', errno: -104 }), null],
    ['nothing known', error({}), null],
  ])('%s', (_, given, reason) => {
    expect(openSslReason(given)).toBe(reason);
  });
});
