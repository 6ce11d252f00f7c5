import { type Finding, finding, help } from '../core/findings.js';
import type { Host } from '../core/host.js';
import { runSystemProgram } from '../core/windows.js';

/** MAX_PATH, which counts the NUL at the end (Microsoft, "Maximum Path Length Limitation"). */
const MAX_PATH = 260;

/** The code pages that Windows has for 8-bit programs, by their names in the WHATWG Encoding Standard. */
const ENCODINGS: Readonly<Record<number, string>> = {
  874: 'windows-874',
  932: 'shift_jis',
  936: 'gbk',
  949: 'euc-kr',
  950: 'big5',
  ...Object.fromEntries(Array.from({ length: 9 }, (_, at) => [1250 + at, `windows-${1250 + at}`])),
};
const UTF_8 = 65_001;

export const isAscii = (text: string): boolean => !/[^ -~]/.test(text);

/**
 * Why libpq for Windows cannot open a file by this path, though Windows can: it goes through the functions for 8-bit
 * text (fopen, stat), which know the letters of one code page and paths of 259 characters. null where it can, or where
 * nobody knows. `codePage` is `ansiCodePage`'s.
 */
export function pathFault(path: string, codePage: number | null): string | null {
  if (path.length >= MAX_PATH) return `it has ${path.length} characters, and ${MAX_PATH - 1} is the most`;
  if (isAscii(path) || codePage === null || codePage === UTF_8) return null;
  const letters = lettersOf(codePage);
  const missing = letters === null ? undefined : [...path].find((letter) => !letters.has(letter));
  return missing === undefined ? null : `code page ${codePage}, which this Windows uses, has no "${missing}"`;
}

const known = new Map<number, ReadonlySet<string> | null>();

/** Every letter of a code page, put together once; null for one that is not known. */
function lettersOf(codePage: number): ReadonlySet<string> | null {
  const encoding = ENCODINGS[codePage];
  const letters =
    known.get(codePage) ?? (encoding === undefined ? null : lettersIn(encoding, codePage < 1250));
  known.set(codePage, letters);
  return letters;
}

/** What the single bytes of an encoding mean, and with `inPairs` the pairs of a high byte and another. */
function lettersIn(encoding: string, inPairs: boolean): ReadonlySet<string> {
  const decoder = new TextDecoder(encoding);
  const bytes = Array.from({ length: 256 }, (_, byte) => byte);
  const high = inPairs ? bytes.slice(0x80) : [];
  const pairs = high.flatMap((lead) => bytes.slice(0x40).map((trail) => [lead, trail]));
  const texts = [...bytes.map((byte) => [byte]), ...pairs].map((each) =>
    decoder.decode(Uint8Array.from(each)),
  );
  return new Set(texts.filter((text) => !text.includes('\ufffd')));
}

/** The code page of 8-bit programs on this Windows (ACP); null where the registry does not say. */
export async function ansiCodePage(host: Host): Promise<number | null> {
  const key = 'HKLM\\SYSTEM\\CurrentControlSet\\Control\\Nls\\CodePage';
  const result = await runSystemProgram(host, 'reg.exe', ['query', key, '/v', 'ACP']);
  const value = /\bACP\s+REG_SZ\s+(\d+)/.exec(Buffer.from(result?.stdout ?? []).toString('latin1'))?.[1];
  return value === undefined ? null : Number(value);
}

/** `pathFault` for this machine, which is asked for its code page only where that matters. Never on other systems. */
export async function faultForLibpq(host: Host, path: string): Promise<string | null> {
  if (host.platform !== 'win32') return null;
  return pathFault(path, isAscii(path) ? null : await ansiCodePage(host));
}

/** `fault` is `pathFault`'s. */
export function unfitFinding(path: string, fault: string): Finding {
  return finding('path-unfit-for-libpq', `libpq cannot open ${path}: ${fault}`, {
    notes: ['for libpq it is not there, whatever it holds'],
    help: [
      help(
        'put the roots where libpq can open them, and tell it: PGSSLROOTCERT=PATH',
        [['pg-root-cert', 'install', '--file', 'PATH']],
        'review',
      ),
    ],
  });
}
