import { describe, expect, test } from '@jest/globals';
import { pathFault } from '../../../src/locate/libpq-path.js';
import { locate } from '../../../src/locate/location.js';
import { fakeHost } from '../../support/fake-host.js';
import '../../support/matchers.js';

const long = (length: number) => `C:\\${'x'.repeat(length - 3)}`;

describe('paths that libpq for Windows can open', () => {
  test.each([
    ['English letters', 'C:\\Users\\me\\root.crt', 1252],
    ['an umlaut in Western Europe', 'C:\\Users\\Jürgen Müller\\root.crt', 1252],
    ['Polish in Central Europe', 'C:\\Users\\Łucja\\root.crt', 1250],
    ['Greek in Greece', 'C:\\Users\\Ωμέγα\\root.crt', 1253],
    ['Japanese in Japan', 'C:\\Users\\証明書ソ\\root.crt', 932],
    ['Chinese in China', 'C:\\Users\\证书\\root.crt', 936],
    ['Korean in Korea', 'C:\\Users\\한국\\root.crt', 949],
    ['anything in UTF-8', 'C:\\Users\\Łucja 証明書\\root.crt', 65_001],
    ['anything where the code page is not known', 'C:\\Users\\Łucja\\root.crt', null],
    ['anything where it is one that nobody knows', 'C:\\Users\\Łucja\\root.crt', 437],
    ['259 characters', long(259), null],
  ])('%s', (_title, path, codePage) => {
    expect(pathFault(path, codePage)).toBeNull();
  });

  test.each([
    [
      'Polish in Western Europe',
      'C:\\Users\\Łucja\\root.crt',
      1252,
      'code page 1252, which this Windows uses, has no "Ł"',
    ],
    [
      'an umlaut in Japan',
      'C:\\Users\\Jürgen\\root.crt',
      932,
      'code page 932, which this Windows uses, has no "ü"',
    ],
    ['a smiley', 'C:\\Users\\😀\\root.crt', 1252, 'code page 1252, which this Windows uses, has no "😀"'],
    ['260 characters', long(260), 65_001, 'it has 260 characters, and 259 is the most'],
  ])('not: %s', (_title, path, codePage, fault) => {
    expect(pathFault(path, codePage)).toBe(fault);
  });
});

describe('of the default file it is told', () => {
  const profile = 'C:\\Users\\Łucja';
  const env = { APPDATA: `${profile}\\AppData\\Roaming`, USERPROFILE: profile, SystemRoot: 'C:\\Windows' };
  const codePage = (value: string) => () => ({
    status: 0,
    stdout: Buffer.from(`\r\nHKEY_LOCAL_MACHINE\\…\\CodePage\r\n    ACP    REG_SZ    ${value}\r\n\r\n`),
    stderr: Buffer.alloc(0),
  });

  test('where it cannot be opened', async () => {
    const host = fakeHost({ platform: 'win32', env, exec: codePage('1252') });
    expect((await locate(host)).findings).toEmit('path-unfit-for-libpq');
    expect(host.commands.map(([program]) => program)).toEqual(['C:\\Windows\\System32\\reg.exe']);
    expect((await locate(host, 'C:\\pg\\root.crt')).findings).toEqual([]);
  });

  test('not where it can, or nobody answers', async () => {
    expect((await locate(fakeHost({ platform: 'win32', env, exec: codePage('1250') }))).findings).toEqual([]);
    expect((await locate(fakeHost({ platform: 'win32', env }))).findings).toEqual([]);
  });
});
