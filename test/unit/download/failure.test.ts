import { describe, expect, test } from '@jest/globals';
import { describeFailure, Refused } from '../../../src/download/failure.js';

const circumstances = { proxy: null, stepMs: 10_000 };
const withCode = (code: string, more: object = {}): Error =>
  Object.assign(new Error('any text'), { code, ...more });

describe('describeFailure', () => {
  test.each([
    ['ENOTFOUND', 'host not found'],
    ['EAI_AGAIN', 'the name service does not answer'],
    ['ENETUNREACH', 'the network is unreachable'],
    ['ECONNRESET', 'the connection was cut'],
    ['EMFILE', 'the connection failed (EMFILE)'],
    ['UND_ERR_CONNECT_TIMEOUT', 'timed out after 10 s without a connection'],
    ['UND_ERR_HEADERS_TIMEOUT', 'timed out after 10 s without an answer'],
    ['UND_ERR_BODY_TIMEOUT', 'timed out after 10 s while the file was coming'],
    ['UND_ERR_INFO', 'the connection failed (UND_ERR_INFO)'],
    ['UNABLE_TO_GET_ISSUER_CERT_LOCALLY', 'the certificate of the site is not trusted'],
    ['SELF_SIGNED_CERT_IN_CHAIN', 'the certificate of the site is not trusted'],
    ['CERT_NOT_YET_VALID', 'the certificate of the site is not valid yet'],
    ['CERT_REVOKED', 'the certificate of the site was refused (CERT_REVOKED)'],
    ['ERR_SSL_WRONG_VERSION_NUMBER', 'the TLS handshake failed (ERR_SSL_WRONG_VERSION_NUMBER)'],
  ])('%s', (code, fact) => {
    expect(describeFailure(withCode(code), circumstances)?.fact).toBe(fact);
  });

  test('names the host or port that the system was asked for', () => {
    const fact = (error: Error) => describeFailure(error, circumstances)?.fact;
    const refused = { address: '192.0.2.1', port: 443 };
    expect(fact(withCode('ECONNREFUSED', refused))).toBe('connection refused (192.0.2.1:443)');
    expect(fact(withCode('ECONNREFUSED', { address: '::1', port: 443 }))).toBe(
      'connection refused ([::1]:443)',
    );
    const both = new AggregateError([withCode('ECONNREFUSED', refused)]);
    expect(fact(Object.assign(both, { code: 'ECONNREFUSED' }))).toBe('connection refused (192.0.2.1:443)');
    expect(fact(withCode('EHOSTUNREACH', { address: '192.0.2.1' }))).toBe(
      'the host is unreachable (192.0.2.1)',
    );
    expect(fact(withCode('ENOTFOUND', { hostname: 'pro\u001bxy' }))).toBe('host not found (proxy)');
  });

  test('tells a proxy from a bug by the circumstances, not by the text', () => {
    for (const code of ['UND_ERR_ABORTED', 'UND_ERR_INVALID_ARG']) {
      expect(describeFailure(withCode(code), { ...circumstances, proxy: 'http://p:1/' })?.fact).toBe(
        'the proxy http://p:1/ refused',
      );
    }
    expect(describeFailure(withCode('UND_ERR_INVALID_ARG'), circumstances)).toBeNull();
  });

  test('a refusal stays as it is', () => {
    const refused = new Refused('HTTP 404', ['look']);
    expect(describeFailure(refused, circumstances)).toBe(refused);
  });

  test.each([
    new TypeError('x is not a function'),
    withCode('ERR_INVALID_ARG_TYPE'),
    'text',
    null,
    { code: 'EPIPE' },
  ])('a bug is none: %p', (error) => {
    expect(describeFailure(error, circumstances)).toBeNull();
  });
});
