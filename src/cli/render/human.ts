/**
 * How messages are written: the message states the fact, in lower case; `note` adds to it; only `help` suggests. The
 * code in brackets leads to a page: `pg-root-cert explain CODE`.
 */
import type { PgRootCertError } from '../../core/errors.js';
import type { Finding, Help } from '../../core/findings.js';
import type { Paint } from './paint.js';

/** One text a finding. A help that several of them give is said with the first only. */
export function findingTexts(findings: readonly Finding[], paint: Paint): string[] {
  const said = new Set<string>();
  return findings.map((finding) => {
    const helps = finding.help.map((each) => helpText(each, paint)).filter((each) => !said.has(each));
    for (const each of helps) said.add(each);
    const notes = finding.notes.map((note) => `  note: ${note}`);
    return [headline(finding.severity, finding.code, finding.message, paint), ...notes, ...helps].join('\n');
  });
}

export function errorText(error: PgRootCertError, paint: Paint): string {
  return [headline('error', error.code, error.message, paint), ...error.help.map((each) => `  ${paint.cyan('help')}: ${each}`)].join('\n');
}

function headline(severity: Finding['severity'], code: string, message: string, paint: Paint): string {
  const colour = { error: paint.red, warning: paint.yellow, info: paint.cyan }[severity];
  return `${colour(`${severity}[${code}]`)}: ${message}`;
}

function helpText({ text, commands, safety }: Help, paint: Paint): string {
  const warning = safety === 'weakens-security' ? ' (weakens security)' : '';
  const line = `  ${paint.cyan('help')}: ${text.replaceAll('\n', '\n          ')}${warning}`;
  if (commands.length === 0) return line;
  const [only, ...more] = commands.map((argv) => paint.bold(commandText(argv, paint.windows)));
  if (more.length === 0 && only !== undefined && line.length + only.length < paint.columns) return `${line}:  ${only}`;
  return [`${line}:`, ...[only, ...more].map((command) => `          ${command}`)].join('\n');
}

/** An argv as somebody would type it. */
export function commandText(argv: readonly string[], windows: boolean): string {
  return argv.map((word) => quote(word, windows)).join(' ');
}

function quote(word: string, windows: boolean): string {
  if (/^[\w@%+=:,./\\*-]+$/.test(word) && (windows || !/[\\*]/.test(word))) return word;
  return windows ? `"${word.replaceAll('"', '""')}"` : `'${word.replaceAll("'", "'\\''")}'`;
}
