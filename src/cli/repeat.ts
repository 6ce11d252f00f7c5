import { commandText } from '../core/command-line.js';
import { PgRootCertError } from '../core/errors.js';
import type { Finding } from '../core/findings.js';
import type { Host } from '../core/host.js';
import type { Args, Command, Outcome } from './command.js';

const REPEATED = ['file', 'catalog'] as const;

export interface Repeat {
  readonly outcome: (outcome: Outcome) => Outcome;
  readonly error: (error: PgRootCertError) => PgRootCertError;
}

/**
 * Makes advice that works when it is typed: with the --file and --catalog of this run, wherever the advised command
 * takes them and does not name others.
 */
export function repeatOptions(
  host: Host,
  command: Command,
  args: Args,
  commands: readonly Command[],
): Repeat {
  const given = REPEATED.flatMap((name) => {
    const [value, ...more] = command.options[name] === undefined ? [] : args.list(name);
    if (!value || more.length > 0) return [];
    return [{ name, words: [`--${name}`, name === 'file' ? host.path.resolve(host.cwd, value) : value] }];
  });
  const missingIn = (advised: string | undefined, line: string): string[] => {
    const options = commands.find(({ name }) => name === advised)?.options ?? {};
    return given.flatMap(({ name, words }) =>
      options[name] === undefined || line.includes(`--${name}`) ? [] : words,
    );
  };
  const argv = (words: readonly string[]): readonly string[] =>
    words[0] === 'pg-root-cert' ? [...words, ...missingIn(words[1], words.join(' '))] : words;
  const line = (text: string): string => {
    const advised = /: pg-root-cert ([a-z]+)\b/.exec(text)?.[1];
    return [text, commandText(missingIn(advised, text), host.platform === 'win32')].filter(Boolean).join(' ');
  };
  const finding = (each: Finding): Finding => ({
    ...each,
    help: each.help.map((help) => ({ ...help, commands: help.commands.map(argv) })),
  });
  const error = (each: PgRootCertError): PgRootCertError =>
    new PgRootCertError(each.code, each.message, {
      help: each.help.map(line),
      findings: each.findings.map(finding),
      ...(each.path === null ? {} : { path: each.path }),
      cause: each.cause,
    });
  const outcome = (each: Outcome): Outcome => {
    const findings = each.findings.map(finding);
    const document = 'findings' in each.document ? { ...each.document, findings } : each.document;
    return { ...each, findings, document, ...(each.error === undefined ? {} : { error: error(each.error) }) };
  };
  return given.length === 0 ? { outcome: (each) => each, error: (each) => each } : { outcome, error };
}
