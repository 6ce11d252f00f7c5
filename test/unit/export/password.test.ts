import { describe, expect, test } from '@jest/globals';
import { passwordFor, type Wanted } from '../../../src/export/password.js';
import { fakeHost } from '../../support/fake-host.js';

const wanted: Wanted = { path: '/home/me/store', format: 'pkcs12', isNew: true };
const HOME = { HOME: '/home/me' };
const VARIABLE = 'PG_ROOT_CERT_STORE_PASSWORD';

describe('where the password comes from', () => {
  test('the file, the environment, the terminal, in this order', async () => {
    const host = fakeHost({ env: { ...HOME, [VARIABLE]: 'from env' }, secret: 'typed in' });
    host.files.put('/home/me/pw', { bytes: 'from file\n', mode: 0o600 });
    expect((await passwordFor(host, { ...wanted, file: 'pw' })).password).toBe('from file');
    expect((await passwordFor(host, wanted)).password).toBe('from env');
    expect((await passwordFor(fakeHost({ secret: 'typed in' }), wanted)).password).toBe('typed in');
    await expect(passwordFor(fakeHost(), wanted)).rejects.toMatchObject({ code: 'store-password-missing' });
  });

  test('an empty variable is none', async () => {
    const host = fakeHost({ env: { ...HOME, [VARIABLE]: '' }, secret: 'typed in' });
    expect((await passwordFor(host, wanted)).password).toBe('typed in');
  });

  test('a file that is no regular one, or not there, is no empty password', async () => {
    const host = fakeHost();
    host.files.put('/home/me/folder', { kind: 'folder' });
    await expect(passwordFor(host, { ...wanted, file: 'folder' })).rejects.toMatchObject({
      code: 'wrong-file-kind',
    });
    await expect(passwordFor(host, { ...wanted, file: 'none' })).rejects.toMatchObject({
      code: 'file-missing',
    });
  });
});

describe('who else can read the file', () => {
  test.each([
    [0o600, []],
    [0o640, ['store-password-exposed']],
    [0o604, ['store-password-exposed']],
  ])('mode %o: %j', async (mode, codes) => {
    const host = fakeHost();
    host.files.put('/home/me/pw', { bytes: 'from file', mode });
    const { findings } = await passwordFor(host, { ...wanted, file: 'pw' });
    expect(findings.map(({ code }) => code)).toEqual(codes);
  });

  test('on Windows modes say nothing', async () => {
    const host = fakeHost({ platform: 'win32' });
    host.files.put('C:\\Users\\me\\pw', { bytes: 'from file\r\n', mode: 0o666 });
    const given = await passwordFor(host, { ...wanted, file: 'pw' });
    expect(given).toEqual({ password: 'from file', findings: [] });
  });
});

describe('what a new store may have', () => {
  const codeOf = async (password: string, more: Partial<Wanted> = {}) => {
    const given = passwordFor(fakeHost({ secret: password }), { ...wanted, ...more });
    return given.then(() => null).catch((error: { code: string }) => error.code);
  };

  test.each([
    ['', 'store-password-unfit'],
    ['12345', 'store-password-unfit'],
    ['123456', null],
    ['pässwörd', 'store-password-unfit'],
    ['tab\tbed', 'store-password-unfit'],
  ])('%j: %s', async (password, code) => {
    expect(await codeOf(password)).toBe(code);
  });

  test('JKS takes every character, and a store that is there every password', async () => {
    expect(await codeOf('pässwörd', { format: 'jks' })).toBeNull();
    expect(await codeOf('ä', { isNew: false })).toBeNull();
  });
});
