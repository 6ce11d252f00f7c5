import { printable } from '../core/printable.js';
import { wrap } from '../core/wrap.js';
import type { Client, DefaultFiles, Language, Values } from './types.js';

const COLUMNS = 80;
const LONGEST = 8000;

export interface Known {
  readonly values: Values;
  readonly files: DefaultFiles;
  readonly isAdobe: boolean;
}

/** What belongs to a snippet besides its text, a remark each. Those that begin with two blanks are lines to copy. */
export function remarksOf(client: Client, { values, files, isAdobe }: Known): string[] {
  const { reads, require, password, more } = client;
  const file = reads.byDefault(files) ?? 'no file, for no home is known';
  const byDefault = reads.words.replace('$FILE', () => (file === values.rootFile ? 'the same file' : file));
  return [
    `${client.title}: ${client.place}.`,
    `Root: ${reads.named ? `${values.rootFile}, named here; ` : ''}${byDefault}.`,
    `sslmode=require ${require.words}. ${reads.named ? 'This uses verify-full.' : 'That is what verify-full does.'}`,
    `Password: ${password.replaceAll('~/.pgpass', passwordFile(values.platform))}.`,
    ...(isAdobe ? adobe(client) : []),
    ...(more?.(values) ?? []),
  ];
}

/** Source: libpq, The Password File. */
const passwordFile = (platform: NodeJS.Platform): string =>
  platform === 'win32' ? '%APPDATA%\\postgresql\\pgpass.conf' : '~/.pgpass';

/** Source: Adobe Experience Platform, Query Service guide, Connect clients; psql. */
const adobe = ({ gss }: Client): string[] => [
  'Adobe Query Service: port 80, and TLS 1.2 all the same. Of psql it supports 14.x only. The password is a token of more than 1,000 characters: copy it, never type it.',
  `${gss.charAt(0).toUpperCase()}${gss.slice(1)}.`.replace(/^Gss/, 'gss'),
];

/** Remarks as comments above a text, where its format has comments. */
export function withRemarks(language: Language, remarks: readonly string[], text: string): string {
  const { comment, opening, inComment = (line) => line } = language;
  if (comment === null) return text;
  const lines = remarks
    .flatMap((remark) => commentLines(remark, COLUMNS - comment.length))
    .map((line) => comment + inComment(line));
  if (opening === undefined) return [...lines, text].join('\n');
  return [opening, ...lines, text.slice(opening.length + 1)].join('\n');
}

/** No remark leaves its comment, whatever is in it. */
function commentLines(remark: string, columns: number): string[] {
  const clean = printable(remark, LONGEST);
  if (remark.startsWith('  ')) return [`  ${clean}`];
  return wrap('', clean, columns).split('\n');
}
