import { describe, expect, test } from '@jest/globals';
import {
  oldError,
  parseAuthentication,
  parseErrorFields,
  SSL_REQUEST,
  startupMessage,
  TERMINATE,
} from '../../../src/postgres/packets.js';

describe('what is sent', () => {
  test('SSLRequest and Terminate', () => {
    expect(Buffer.from(SSL_REQUEST).toString('hex')).toBe('0000000804d2162f');
    expect(Buffer.from(TERMINATE).toString('latin1')).toBe('X\0\0\0\x04');
  });

  test('the start-up packet: length, 3.0, names and values each ended by NUL, one more NUL', () => {
    const packet = startupMessage([
      ['user', 'ünï'],
      ['database', 'db'],
    ]);
    expect(Buffer.from(packet).toString('utf8')).toBe('\0\0\0\x20\0\x03\0\0user\0ünï\0database\0db\0\0');
    expect(packet).toHaveLength(0x20);
  });
});

describe('ErrorResponse', () => {
  const error = (text: string) => parseErrorFields(Buffer.from(text));

  test('its fields', () => {
    expect(error('SFATAL\0VFATAL\0C28000\0Mno entry\0Dbecause\0Htry\0Fauth.c\0\0')).toEqual({
      severity: 'FATAL',
      sqlstate: '28000',
      message: 'no entry',
      detail: 'because',
      hint: 'try',
    });
  });

  test.each([
    ['nothing', '', ''],
    ['no end', 'Mcut of', 'cut of'],
    ['text behind the end', 'Mfirst\0\0Msecond\0', 'first'],
    ['a field without text', 'M\0\0', ''],
    ['unprintable characters', 'M\x1b[31mred\0\0', '\x1b[31mred'],
  ])('%s', (_, body, message) => {
    expect(error(body)).toMatchObject({ message, detail: null, hint: null });
  });

  test('bytes that are no UTF-8 are replaced', () => {
    expect(parseErrorFields(Buffer.from([0x4d, 0x61, 0xff, 0x62, 0, 0])).message).toBe('a\ufffdb');
  });

  test('the form before protocol 3 is all message', () => {
    expect(oldError(Buffer.from('FATAL:  too many clients\n'))).toEqual({
      severity: '',
      sqlstate: '',
      message: 'FATAL:  too many clients\n',
      detail: null,
      hint: null,
    });
  });
});

describe('requests for authentication', () => {
  const request = (number: number, rest = '') =>
    parseAuthentication(Buffer.concat([Buffer.from([0, 0, 0, number]), Buffer.from(rest)]));

  test.each([
    [0, 'ok'],
    [3, 'password'],
    [5, 'md5'],
    [7, 'gss'],
    [9, 'sspi'],
    [2, '2'],
    [99, '99'],
  ])('%i is %s', (number, method) => {
    expect(request(number)).toEqual({ method, mechanisms: [] });
  });

  test.each([
    ['SCRAM-SHA-256-PLUS\0SCRAM-SHA-256\0\0', 'scram-sha-256', ['SCRAM-SHA-256-PLUS', 'SCRAM-SHA-256']],
    ['OAUTHBEARER\0\0', 'oauth', ['OAUTHBEARER']],
    ['SOMETHING\0\0', 'sasl', ['SOMETHING']],
    ['', 'sasl', []],
  ])('SASL with %j', (list, method, mechanisms) => {
    expect(request(10, list)).toEqual({ method, mechanisms });
  });
});
