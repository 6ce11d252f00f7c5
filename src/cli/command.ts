import type { PgRootCertError } from '../core/errors.js';
import type { Finding } from '../core/findings.js';
import type { Host } from '../core/host.js';
import type { Paint } from './render/paint.js';

/** An option of the command line, as yargs takes it. */
export interface OptionSpec {
  readonly type: 'string' | 'number' | 'boolean';
  readonly describe: string;
  readonly alias?: string;
  /** May be given several times. */
  readonly array?: true;
  /** What the value is called in help, such as PATH. */
  readonly value?: string;
}

/** The values of a command line: options by name, and the positional arguments. */
export interface Args {
  readonly positional: readonly string[];
  text(name: string): string | undefined;
  list(name: string): readonly string[];
  flag(name: string): boolean;
  /** A number above 0, or undefined where the option isn't given. @throws PgRootCertError `usage` */
  amount(name: string): number | undefined;
}

export interface Context {
  readonly host: Host;
  /** All commands, for the one that completes their names. */
  readonly commands: readonly Command[];
  /** A line that is shown while the command works; nowhere but on a terminal. */
  readonly onProgress: (line: string) => void;
  /** True where stdin is a terminal. */
  readonly interactive: boolean;
  /** Says something to the person at the terminal at once, on stderr. */
  readonly hint: (text: string) => void;
}

/** What a command has to say. The documents of JSON and of people are made from the same facts. */
export interface Outcome {
  /** 1: some finding is an error. */
  readonly exitCode: 0 | 1;
  /** What ended the command, where it has a document all the same; its exit code counts. */
  readonly error?: PgRootCertError;
  /** The fields of the JSON document after schemaVersion, command and ok. */
  readonly document: Readonly<Record<string, unknown>>;
  /** The result for people, without a last newline; empty for none. */
  readonly text: (paint: Paint) => string;
  /** True where not a character of the text may be changed, for it is a file of somebody's. */
  readonly isVerbatim?: true;
  /** What else people should know, on stderr. */
  readonly notes?: readonly string[];
  readonly findings: readonly Finding[];
  /** What comes after the findings, where these are the result. */
  readonly closing?: (paint: Paint) => string;
  /** What --quiet leaves of the result, on stderr: the errors that are no findings. */
  readonly quietText?: (paint: Paint) => string;
  /** True where the findings are the result (stdout), false where they are remarks (stderr). */
  readonly findingsAreResult: boolean;
}

export interface Command {
  readonly name: string;
  /** The arguments as help shows them, such as `[source…]`. */
  readonly positional?: { readonly spec: string; readonly name: string; readonly describe: string };
  readonly summary: string;
  readonly options: Readonly<Record<string, OptionSpec>>;
  readonly examples: readonly (readonly [string, string])[];
  run(context: Context, args: Args): Promise<Outcome>;
}
