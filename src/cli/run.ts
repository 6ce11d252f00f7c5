import { PgRootCertError } from '../core/errors.js';
import { fileError } from '../core/file-errors.js';
import type { Host } from '../core/host.js';
import type { Command, Outcome } from './command.js';
import { COMMANDS, GROUPS } from './commands/index.js';
import { install } from './commands/install.js';
import { licenses } from './licenses.js';
import { type Parsed, parse } from './parse.js';
import { progressLine } from './progress.js';
import { errorText, findingTexts, noteTexts } from './render/human.js';
import { errorJson, outcomeJson } from './render/json.js';
import { makePaint, type Paint } from './render/paint.js';
import { asTyped } from './render/typed.js';
import { type Repeat, repeatOptions } from './repeat.js';
import { version } from './version.js';

export interface Streams {
  readonly stdout: (text: string) => void;
  readonly stderr: (text: string) => void;
  readonly isTerminal: { readonly stdin: boolean; readonly stdout: boolean; readonly stderr: boolean };
  readonly columns: number;
}

/** Runs one command line and returns the process's exit code. All that is printed is printed here. */
export async function run(host: Host, argv: readonly string[], streams: Streams): Promise<number> {
  let parsed: Parsed | null = null;
  let repeat: Repeat | null = null;
  try {
    parsed = await parse(argv, GROUPS, streams.columns);
    if (parsed.help !== null) return print(streams, `${parsed.help}\n`);
    if (parsed.version) return print(streams, `${version(host)}\n`);
    if (parsed.licenses) return print(streams, licenses(host));
    const { command, args } = parsed;
    const live = streams.isTerminal.stderr && !parsed.json && !parsed.quiet && !host.env.CI;
    const progress = progressLine(streams.stderr, live ? streams.columns : null);
    const hint = (text: string) => {
      if (!parsed?.quiet) streams.stderr(`${text}\n`);
    };
    const interactive = streams.isTerminal.stdin;
    const context = { host, commands: COMMANDS, onProgress: progress.show, interactive, hint };
    repeat = repeatOptions(host, command, args, COMMANDS);
    const outcome = repeat.outcome(await command.run(context, args).finally(progress.clear));
    printOutcome(host, streams, parsed, command, outcome);
    return outcome.error?.exitCode ?? outcome.exitCode;
  } catch (error) {
    const typed = repeat?.error(typedError(error)) ?? typedError(error);
    printError(host, streams, parsed, argv, typed);
    return typed.exitCode;
  }
}

function print(streams: Streams, text: string): number {
  streams.stdout(text);
  return 0;
}

function printOutcome(
  host: Host,
  streams: Streams,
  parsed: Parsed,
  command: Command,
  outcome: Outcome,
): void {
  if (parsed.json) {
    streams.stdout(outcomeJson(command.name, outcome));
    return;
  }
  const out = paintFor(host, streams, parsed, 'stdout');
  const err = paintFor(host, streams, parsed, 'stderr');
  const shown = parsed.quiet
    ? outcome.findings.filter(({ severity }) => severity === 'error')
    : outcome.findings;
  const asResult = outcome.findingsAreResult && !parsed.quiet;
  const remarks = findingTexts(shown, asResult ? out : err);
  const result = parsed.quiet ? '' : outcome.text(out);
  const closing = asResult && outcome.closing !== undefined ? [outcome.closing(out)] : [];
  const toStdout = [...(result === '' ? [] : [result]), ...(asResult ? remarks : []), ...closing];
  const failure = outcome.error === undefined ? [] : [errorText(outcome.error, err)];
  const kept = parsed.quiet ? (outcome.quietText?.(err) ?? '') : '';
  const notes = parsed.quiet ? [] : noteTexts(outcome.notes ?? [], err);
  const toStderr = [...notes, ...(asResult ? [] : remarks), ...(kept === '' ? [] : [kept]), ...failure];
  const whole = (lines: readonly string[]): string => `${lines.join('\n')}\n`;
  const typed = (lines: readonly string[]): string => asTyped(whole(lines), host.env);
  if (toStdout.length > 0) streams.stdout((outcome.isVerbatim ? whole : typed)(toStdout));
  if (toStderr.length > 0) streams.stderr(typed(toStderr));
}

function printError(
  host: Host,
  streams: Streams,
  parsed: Parsed | null,
  argv: readonly string[],
  error: PgRootCertError,
): void {
  const command = parsed?.command.name ?? commandNamed(argv);
  if (parsed?.json ?? argv.includes('--json')) {
    const dryRun = parsed?.args.flag('dry-run') ?? argv.includes('--dry-run');
    streams.stdout(errorJson(command, error, dryRun));
    return;
  }
  const paint = paintFor(host, streams, parsed, 'stderr');
  const findings = parsed?.quiet ? [] : findingTexts(error.findings, paint);
  streams.stderr(asTyped(`${[...findings, errorText(error, paint)].join('\n')}\n`, host.env));
}

/** For a command line that could not be read: the command it seems to mean. */
function commandNamed(argv: readonly string[]): string {
  const first = argv.find((word) => !word.startsWith('-'));
  return COMMANDS.find(({ name }) => name === first)?.name ?? install.name;
}

/** Says that the result could not be written, and returns the exit code for that. */
export function notWritten(host: Host, streams: Streams, cause: unknown): number {
  const error = typedError(fileError(cause, 'write', 'standard output'));
  printError(host, streams, null, [], error);
  return error.exitCode;
}

const typedError = (error: unknown): PgRootCertError =>
  error instanceof PgRootCertError ? error : bug(error);

function bug(error: unknown): PgRootCertError {
  const stack = error instanceof Error ? (error.stack ?? error.message) : String(error);
  return new PgRootCertError('internal-error', `this should not happen: ${stack}`, {
    help: [
      'report it, with the text above: https://github.com/pg-root-cert/pg-root-cert/issues',
      'what was there has not been replaced by half-written content',
    ],
    cause: error,
  });
}

/** Colour only on a terminal, and not where NO_COLOR, CI, TERM=dumb or --no-color forbid it; --color insists. */
function paintFor(host: Host, streams: Streams, parsed: Parsed | null, stream: 'stdout' | 'stderr'): Paint {
  const { NO_COLOR, CI, TERM } = host.env;
  const byDefault = streams.isTerminal[stream] && !NO_COLOR && !CI && TERM !== 'dumb';
  const columns = streams.isTerminal[stream] ? streams.columns : Number.POSITIVE_INFINITY;
  return makePaint(parsed?.color ?? byDefault, columns, host.platform === 'win32');
}
