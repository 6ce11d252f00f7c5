/**
 * How messages are written: the message states the fact, in lower case; `note` adds to it; only `help` suggests. The
 * code in brackets leads to a page: `pg-root-cert explain CODE`.
 */
import { commandText } from '../../core/command-line.js';
import type { PgRootCertError } from '../../core/errors.js';
import type { Finding, Help } from '../../core/findings.js';
import { wrap } from '../../core/wrap.js';
import type { Paint } from './paint.js';

const NOTE = '  note: ';
const HELP = '  help: ';
const COMMAND_INDENT = ' '.repeat(10);

/** One text a finding. A help that several of them give is said with the first only. */
export function findingTexts(findings: readonly Finding[], paint: Paint): string[] {
  const said = new Set<string>();
  return findings.map((finding) => {
    const helps = finding.help.map((each) => findingHelp(each, paint)).filter((each) => !said.has(each));
    for (const each of helps) said.add(each);
    const notes = finding.notes.map((note) => wrap(NOTE, note, paint.columns));
    return [headline(finding.severity, finding.code, finding.message, paint), ...notes, ...helps].join('\n');
  });
}

export function noteTexts(notes: readonly string[], paint: Paint): string[] {
  return notes.map((note) => wrap('note: ', note, paint.columns, 2));
}

export function errorText(error: PgRootCertError, paint: Paint): string {
  const helps = error.help.map((each) => errorHelp(each, paint));
  return [headline('error', error.code, error.message, paint), ...helps].join('\n');
}

function headline(severity: Finding['severity'], code: string, message: string, paint: Paint): string {
  const colour = { error: paint.red, warning: paint.yellow, info: paint.cyan }[severity];
  const label = `${severity}[${code}]`;
  return wrap(`${label}: `, message, paint.columns, 2).replace(label, colour(label));
}

function findingHelp({ text, commands, safety }: Help, paint: Paint): string {
  const warning = safety === 'weakens-security' ? ' (weakens security)' : '';
  const typed = commands.map((argv) => commandText(argv, paint.windows));
  return helpText(`${text}${warning}`, typed, paint);
}

/** A command that ends the text gets a line of its own where there is no room: broken, it could not be copied. */
function errorHelp(text: string, paint: Paint): string {
  const [, words = '', command] = /^(.+): (pg-root-cert [a-z].*)$/.exec(text) ?? [];
  const fits = HELP.length + text.length <= paint.columns;
  return command === undefined || fits ? helpText(text, [], paint) : helpText(words, [command], paint);
}

function helpText(text: string, typed: readonly string[], paint: Paint): string {
  const [first = '', ...pasted] = `${text}${typed.length > 0 ? ':' : ''}`.split('\n');
  const line = wrap(HELP, first, paint.columns);
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
