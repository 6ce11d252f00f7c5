import { describe, expect, test } from '@jest/globals';
import { redactUrl } from '../../../src/core/redact.js';

describe('redactUrl', () => {
  test.each([
    ['https://example.org/a/b.pem', 'https://example.org/a/b.pem'],
    ['https://example.org:8443/a.pem#part', 'https://example.org:8443/a.pem'],
    ['https://user:secret@example.org/a', 'https://***@example.org/a'],
    ['https://token@example.org/a', 'https://***@example.org/a'],
    ['http://user:secret@proxy.example.org:3128', 'http://***@proxy.example.org:3128/'],
    ['https://example.org/a?sig=secret&v=1&flag', 'https://example.org/a?sig=***&v=***&***'],
    ['user:secret@proxy.example.org:3128', '***@proxy.example.org:3128'],
    ['http://user:se cret@bad host/', 'http://***@bad host/'],
    ['http://user:secret@[half?x=secret#secret', 'http://***@[half?x=***'],
    ['socks5://user:secret@proxy:1080', 'socks5://***@proxy:1080'],
    ['http://user:p@ss@wo rd@bad host/', 'http://***@bad host/'],
    ['not an address', 'not an address'],
  ])('%s', (url, expected) => {
    expect(redactUrl(url)).toBe(expected);
  });

  test('a hostile address cannot drive the terminal', () => {
    const hostile = [
      'https://example.org/\u001b[2J\u0007\u202Emep',
      'no address \u001b]0;title\u0007\r\nerror: \u202E\u2028',
      'https://example.org/?\u009b31m=\u001b[31m',
    ];
    for (const url of hostile) expect(redactUrl(url)).not.toMatch(/[\p{Cc}\p{Cf}\p{Zl}\p{Zp}]/u);
  });
});
