import { expect, test } from '@jest/globals';
import { CLOSED, inOneLine } from '../../../src/doctor/verdict-texts.js';

test('a message of libpq in one line keeps what happened, at each address, and drops the guesses', () => {
  const at = (address: string) =>
    `connection to server at "db" (${address}), port 5432 failed: Connection refused\n\tIs the server running on that host and accepting TCP/IP connections?`;
  expect(inOneLine(`${at('192.0.2.1')}\n${at('192.0.2.2')}`)).toBe(
    'connection to server at "db" (192.0.2.1), port 5432 failed: Connection refused; connection to server at "db" (192.0.2.2), port 5432 failed: Connection refused',
  );
  expect(inOneLine(CLOSED)).toBe('server closed the connection unexpectedly');
  expect(inOneLine('FATAL:  no entry\nDETAIL:  of yours')).toBe('FATAL:  no entry; DETAIL:  of yours');
});
