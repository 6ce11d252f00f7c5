import { expect, test } from '@jest/globals';
import { readTargets } from '../../../src/doctor/targets.js';
import { fakeHost } from '../../support/fake-host.js';

const LINES = '# production\r\nhost=a\r\n\r\n  host=b dbname=Bücher\r\n';

test.each([
  ['in UTF-8', Buffer.from(LINES)],
  ["with a byte order mark, as Windows' editors write it", Buffer.from(`\ufeff${LINES}`)],
  ['in UTF-16, as PowerShell 5 redirects', Buffer.from(`\ufeff${LINES}`, 'utf16le')],
])('a file with a target a line, %s', (_name, bytes) => {
  const host = fakeHost();
  host.files.put('/home/me/targets.txt', { bytes });
  expect(readTargets(host, 'targets.txt')).toEqual(['host=a', 'host=b dbname=Bücher']);
});
