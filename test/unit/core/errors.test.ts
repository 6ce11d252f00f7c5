import { describe, expect, test } from '@jest/globals';
import { PgRootCertError } from '../../../src/core/errors.js';
import { fileError } from '../../../src/core/file-errors.js';

describe('fileError', () => {
  test.each([
    ['ENOSPC', 'disk-full'],
    ['EACCES', 'permission-denied'],
    ['EROFS', 'read-only'],
    ['EIO', 'io-error'],
  ])('%s becomes %s, exit 5', (errno, code) => {
    const typed = fileError(Object.assign(new Error('x'), { code: errno }), 'write', '/a/root.crt');
    expect(typed).toBeInstanceOf(PgRootCertError);
    expect(typed).toMatchObject({ code, exitCode: 5, path: '/a/root.crt' });
  });

  test.each(['EPERM', 'EACCES'])('%s on Windows may be a file that is open elsewhere', (errno) => {
    const of = (path: string) => fileError(Object.assign(new Error('x'), { code: errno }), 'write', path);
    for (const path of ['C:\\a b\\root.crt', '\\\\server\\home\\root.crt']) {
      expect(of(path)).toMatchObject({
        code: 'permission-denied',
        message: `could not write ${path}: access denied; it may be open in another program`,
        help: [expect.stringContaining(`icacls "${path}"`)],
      });
    }
    expect(of('/a/root.crt')).toMatchObject({ help: [expect.not.stringContaining('icacls')] });
  });

  test('a path in advice is one word for the shell', () => {
    const error = Object.assign(new Error('x'), { code: 'EACCES' });
    const told = (path: string) => fileError(error, 'write', path);
    expect(told('/home/my files/a')).toMatchObject({ help: ["see who owns it: ls -ld '/home/my files/a'"] });
    expect(told('/home/me/root.crt')).toMatchObject({ help: ['see who owns it: ls -ld /home/me/root.crt'] });
  });

  test('what is no system error comes back as it is', () => {
    const bug = new TypeError('x is undefined');
    expect(fileError(bug, 'write', '/a')).toBe(bug);
  });
});
