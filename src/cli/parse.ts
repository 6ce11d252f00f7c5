import yargs, { type ArgumentsCamelCase, type Argv, type Options } from 'yargs';
import { nearest } from '../catalog/nearest.js';
import { commandText } from '../core/command-line.js';
import type { PgRootCertError } from '../core/errors.js';
import { printable } from '../core/printable.js';
import type { Args, Command, OptionSpec } from './command.js';
import { GLOBAL_OPTIONS } from './options.js';
import { commandsText, examplesText, type Group } from './render/help.js';
import { usage } from './usage.js';

export interface Parsed {
  readonly command: Command;
  readonly args: Args;
  /** The help text, where that was asked for. */
  readonly help: string | null;
  readonly version: boolean;
  readonly licenses: boolean;
  readonly json: boolean;
  readonly quiet: boolean;
  /** undefined: as the terminal has it. */
  readonly color: boolean | undefined;
}

const BUILT_IN: Readonly<Record<string, OptionSpec>> = {
  help: { type: 'boolean', alias: 'h', describe: 'show this help' },
  version: { type: 'boolean', alias: 'V', describe: 'show the version' },
  licenses: { type: 'boolean', describe: 'show the licences of all that is in here' },
};

const PURPOSE = `Puts the right root certificate where PostgreSQL clients look for it,
so that sslmode=verify-full works.

pg-root-cert [command] [options]`;

const MORE = 'Without a command it installs. More: pg-root-cert COMMAND --help';
const WIDEST = 100;

/**
 * Reads the command line. Without a command only options may follow, and it means the first of all.
 *
 * @throws PgRootCertError `usage`
 */
export async function parse(
  argv: readonly string[],
  groups: readonly Group[],
  columns: number,
): Promise<Parsed> {
  const commands = groups.flatMap((group) => group.commands);
  const width = Math.min(columns, WIDEST);
  const byDefault = commands[0] as Command;
  let chosen: Command | null = null;
  let help: string | null = null;
  // Asked for by hand: with yargs' own --help every run would lay out the help text, shown or not.
  const choose =
    (command: Command, isOverview = false) =>
    async (values: ArgumentsCamelCase): Promise<void> => {
      chosen = command;
      if (values.help !== true) return;
      const laidOut = await parser.getHelp();
      const examples = examplesText(command.examples, width);
      // Where yargs is given no usage it begins with the name of the program.
      const overview = [PURPOSE, commandsText(groups, width), laidOut.replace(/^pg-root-cert\n+/, '')];
      help = (isOverview ? [...overview, examples, MORE] : [laidOut, examples]).join('\n\n');
    };
  const parser: Argv = yargs([...argv])
    .scriptName('pg-root-cert')
    .locale('en')
    .parserConfiguration({
      'camel-case-expansion': false,
      'dot-notation': false,
      'greedy-arrays': false,
      'parse-positional-numbers': false,
      'strip-aliased': true,
    })
    .help(false)
    .version(false)
    .options(yargsOptions({ ...GLOBAL_OPTIONS, ...BUILT_IN }))
    .group(Object.keys({ ...GLOBAL_OPTIONS, ...BUILT_IN }), 'Options of every command:')
    .wrap(width)
    .exitProcess(false)
    .fail(false)
    .command(
      '$0',
      false,
      (each) =>
        each
          .options(yargsOptions(byDefault.options))
          .group(Object.keys(byDefault.options), `Options of ${byDefault.name}:`),
      choose(byDefault, true),
    );
  // No other can be meant; each that yargs is told of makes a start slower.
  for (const command of commands.filter(({ name }) => argv.includes(name))) {
    parser.command(
      command.name,
      false,
      (each) =>
        each
          .usage(usageText(command))
          .options(yargsOptions(command.options))
          .group(Object.keys(command.options), `Options of ${command.name}:`),
      choose(command),
    );
  }

  const values = await parseWith(parser);
  const command = chosen ?? byDefault;
  if (help === null) {
    assertKnown(values, command, commands);
  }
  const args = argsOf(values);
  return {
    command,
    args,
    help,
    version: values.version === true,
    licenses: values.licenses === true,
    json: args.flag('json'),
    quiet: args.flag('quiet'),
    color: typeof values.color === 'boolean' ? values.color : undefined,
  };
}

type Values = Record<string, unknown> & { _: (string | number)[] };

async function parseWith(parser: Argv): Promise<Values> {
  try {
    return (await parser.parseAsync()) as Values;
  } catch (error) {
    if (error instanceof Error && error.name === 'YError') {
      throw usage(error.message.charAt(0).toLowerCase() + error.message.slice(1));
    }
    throw error;
  }
}

/** Arguments stay in `_`: as yargs' own positionals they would lose a lone `-`. */
function usageText({ name, positional, summary }: Command): string {
  const line = `  $0 ${[name, positional?.spec].filter(Boolean).join(' ')} [options]`;
  const argument = positional === undefined ? [] : ['', `  ${positional.name}: ${positional.describe}`];
  return [summary, '', line, ...argument].join('\n');
}

function yargsOptions(specs: Readonly<Record<string, OptionSpec>>): Record<string, Options> {
  return Object.fromEntries(
    Object.entries(specs).map(([name, { type, describe, alias, array, value }]) => [
      name,
      {
        type,
        describe: value === undefined ? describe : `${value}: ${describe}`,
        ...(alias === undefined ? {} : { alias }),
        ...(array === undefined ? {} : { array: true }),
        ...(type === 'boolean' ? {} : { requiresArg: true }),
      },
    ]),
  );
}

function assertKnown(values: Values, command: Command, commands: readonly Command[]): void {
  const [first] = values._;
  if (first !== undefined && first !== command.name) throw unknownCommand(String(first), commands);
  const known: Readonly<Record<string, OptionSpec>> = { ...command.options, ...GLOBAL_OPTIONS, ...BUILT_IN };
  const aliases = Object.values(known).flatMap(({ alias }) => alias ?? []);
  const own = new Set([...Object.keys(known), ...aliases, '_', '$0']);
  const unknown = Object.keys(values).find((name) => !own.has(name));
  if (unknown !== undefined) throw unknownOption(unknown, Object.keys(known), command);
  if (command.positional === undefined && values._.length > 1) {
    throw usage(`${command.name} takes no "${printable(String(values._[1]))}"`, [
      `see pg-root-cert ${command.name} --help`,
    ]);
  }
}

/** What other tools call so. */
const OTHER_WORDS = [
  { id: 'remove', name: 'uninstall' },
  { id: 'remove', name: 'delete' },
  { id: 'remove', name: 'rm' },
  { id: 'status', name: 'list' },
  { id: 'status', name: 'ls' },
  { id: 'verify', name: 'check' },
  { id: '--help', name: 'help' },
  { id: '--version', name: 'version' },
];

function unknownCommand(name: string, commands: readonly Command[]): PgRootCertError {
  const [likely] = nearest(name, [
    ...commands.map((each) => ({ id: each.name, name: each.name })),
    ...OTHER_WORDS,
  ]);
  return usage(`there is no command "${printable(name)}"`, [
    likely === undefined
      ? `to install a root of that name: ${commandText(['pg-root-cert', 'install', printable(name)], false)}`
      : `did you mean pg-root-cert ${likely}?`,
    'see all commands: pg-root-cert --help',
  ]);
}

function unknownOption(name: string, known: readonly string[], command: Command): PgRootCertError {
  const [likely] = nearest(
    name,
    known.map((id) => ({ id, name: id })),
  );
  const written = name.length === 1 ? `-${name}` : `--${printable(name)}`;
  return usage(`${command.name} has no option ${written}`, [
    ...(likely === undefined ? [] : [`did you mean --${likely}?`]),
    `see pg-root-cert ${command.name} --help`,
  ]);
}

function argsOf(values: Values): Args {
  const text = (name: string): string | undefined => {
    const value = values[name];
    if (value === undefined) return undefined;
    if (value === '') throw usage(`--${name} needs a value`);
    if (Array.isArray(value)) throw usage(`--${name} may be given once only`);
    return String(value);
  };
  return {
    positional: values._.slice(1).map(String),
    text,
    list: (name) =>
      [values[name]]
        .flat()
        .filter((each) => each !== undefined)
        .map(String),
    flag: (name) => [values[name]].flat().includes(true),
    amount: (name) => {
      const value = text(name);
      if (value === undefined) return undefined;
      const amount = Number(value);
      if (!(amount > 0 && amount <= 1_000_000)) throw usage(`--${name} needs a number above 0`);
      return amount;
    },
  };
}
