/**
 * How messages are written: the message states the fact, in lower case; `note` adds to it; only `help` suggests. The
 * code in brackets leads to a page: `pg-root-cert explain CODE`.
 */
import type { PgRootCertError } from '../../core/errors.js';
import type { Finding, Help } from '../../core/findings.js';
import type { Paint } from './paint.js';
import { wrap } from './wrap.js';

const NOTE = '  note: ';
const HELP = '  help: ';
const COMMAND_INDENT = ' '.repeat(10);

/** One text a finding. A help that several of them give is said with the first only. */
export function findingTexts(findings: readonly Finding[], paint: Paint): string[] {
  const said = new Set<string>();
  return findings.map((finding) => {
    const helps = finding.help.map((each) => helpText(each, paint)).filter((each) => !said.has(each));
    for (const each of helps) said.add(each);
    const notes = finding.notes.map((note) => wrap(NOTE, note, paint.columns));
    return [headline(finding.severity, finding.code, finding.message, paint), ...notes, ...helps].join('\n');
  });
}

export function noteTexts(notes: readonly string[], paint: Paint): string[] {
  return notes.map((note) => wrap('note: ', note, paint.columns, 2));
}

export function errorText(error: PgRootCertError, paint: Paint): string {
  const helps = error.help.map((each) => helpText({ text: each, commands: [], safety: 'auto' }, paint));
  return [headline('error', error.code, error.message, paint), ...helps].join('\n');
}

function headline(severity: Finding['severity'], code: string, message: string, paint: Paint): string {
  const colour = { error: paint.red, warning: paint.yellow, info: paint.cyan }[severity];
  const label = `${severity}[${code}]`;
  return wrap(`${label}: `, message, paint.columns, 2).replace(label, colour(label));
}

function helpText({ text, commands, safety }: Help, paint: Paint): string {
  const warning = safety === 'weakens-security' ? ' (weakens security)' : '';
  const colon = commands.length > 0 ? ':' : '';
  const [first = '', ...pasted] = `${text}${warning}${colon}`.split('\n');
  const line = wrap(HELP, first, paint.columns);
  const typed = commands.map((argv) => commandText(argv, paint.windows));
  const [only] = typed;
  const words = line.replace('help', paint.cyan('help'));
  if (
    typed.length === 1 &&
    only !== undefined &&
    !line.includes('\n') &&
    line.length + only.length + 2 <= paint.columns
  ) {
    return `${words}  ${paint.bold(only)}`;
  }
  return [words, ...[...pasted, ...typed.map(paint.bold)].map((each) => COMMAND_INDENT + each)].join('\n');
}

/** An argv as somebody would type it. */
export function commandText(argv: readonly string[], windows: boolean): string {
  return argv.map((word) => quote(word, windows)).join(' ');
}

function quote(word: string, windows: boolean): string {
  if ((windows ? /^[\w+=:./\\*-]+$/ : /^[\w@%+=:,./-]+$/).test(word)) return word;
  return windows ? `"${word.replaceAll('"', '""')}"` : `'${word.replaceAll("'", "'\\''")}'`;
}
