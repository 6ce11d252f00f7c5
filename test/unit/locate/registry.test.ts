import { expect, test } from '@jest/globals';
import { registryText } from '../../../src/locate/registry.js';

const exported = (lines: string) =>
  Buffer.from(
    `\ufeffWindows Registry Editor Version 5.00\r\n\r\n[HKEY_CURRENT_USER\\…]\r\n${lines}\r\n`,
    'utf16le',
  );

test.each([
  ['REG_SZ', String.raw`"AppData"="D:\\Benutzer\\J\"ürgen"`, 'D:\\Benutzer\\J"ürgen'],
  ['REG_EXPAND_SZ', '"AppData"=hex(2):25,00,41,00,25,00,00,00', '%A%'],
  ['in lines, as reg.exe writes it', '"AppData"=hex(2):25,00,\\\r\n  41,00,25,00,\\\r\n  00,00', '%A%'],
  ['a name in other letters', '"Other"="x"\r\n"APPDATA"="y"', 'y'],
])('%s', (_title, lines, text) => {
  expect(registryText(exported(lines), 'AppData')).toBe(text);
});

test.each([
  ['nothing', ''],
  ['another kind', '"AppData"=dword:00000001'],
  ['broken', '"AppData"=hex(2):2'],
  ['cut off', '"AppData"="D:\\'],
])('no text: %s', (_title, lines) => {
  expect(registryText(exported(lines), 'AppData')).toBeNull();
});
