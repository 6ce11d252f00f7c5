// What the bundle gives yargs in place of lib/platform-shims/esm.mjs: only what an English command line needs. yargs'
// own looks up packages, callers and a file of texts relative to itself, where a bundled yargs has something else.
import { readdirSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { format, inspect } from 'node:util';
import cliui from 'cliui';
import Parser from 'yargs-parser';
import stringWidth from './string-width.mjs';

/** @param {string} what */
const unsupported = (what) => () => {
  throw new Error(`the bundled yargs has no ${what}`);
};

/** @param {unknown} actual @param {unknown} expected @param {string} [message] */
function strictEqual(actual, expected, message) {
  if (actual !== expected) throw new Error(message ?? `${actual} is not ${expected}`);
}

/** @param {unknown} actual @param {unknown} unexpected @param {string} [message] */
function notStrictEqual(actual, unexpected, message) {
  if (actual === unexpected) throw new Error(message ?? `it is ${unexpected}`);
}

/** As y18n without a file of texts: the text that is asked for is the text. */
const english = {
  /** @param {string} text @param {readonly unknown[]} values */
  __: (text, ...values) => format(text, ...values),
  /** @param {string} one @param {string} many @param {number} count @param {readonly unknown[]} values */
  __n: (one, many, count, ...values) => {
    const text = count === 1 ? one : many;
    return text.includes('%d') ? format(text, count, ...values) : format(text, ...values);
  },
  getLocale: () => 'en',
  setLocale: () => {},
  updateLocale: unsupported('other languages'),
};

export default {
  assert: { strictEqual, notStrictEqual },
  cliui,
  findUp: () => undefined,
  /** @param {string} name */
  getEnv: (name) => process.env[name],
  getCallerFile: unsupported('caller'),
  getProcessArgvBin: () => 'pg-root-cert',
  inspect,
  mainFilename: '',
  Parser,
  path,
  process: {
    argv: () => process.argv,
    cwd: () => process.cwd(),
    emitWarning: process.emitWarning,
    execPath: () => process.execPath,
    exit: process.exit,
    nextTick: process.nextTick,
    stdColumns: process.stdout.columns ?? null,
  },
  readdirSync,
  readFileSync,
  require: unsupported('require'),
  stringWidth,
  y18n: english,
};
