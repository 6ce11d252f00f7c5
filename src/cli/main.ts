import { isatty } from 'node:tty';
import { CODES } from '../core/codes.js';
import { nodeHost } from '../core/node-host.js';
import { notWritten, run, type Streams } from './run.js';

/** With a handler a signal waits for the step at hand, so a file is never left half-way. */
const SIGNALS = { SIGINT: 2, SIGTERM: 15, SIGHUP: 1 } as const;
for (const [signal, number] of Object.entries(SIGNALS)) {
  process.on(signal, () => process.exit(128 + number));
}

const host = nodeHost();
let ended: number | undefined;

const streams: Streams = {
  stdout: (text) => process.stdout.write(text),
  stderr: (text) => {
    // What cannot be told has its exit code all the same.
    if (process.stderr.listenerCount('error') === 0) process.stderr.on('error', () => {});
    process.stderr.write(text);
  },
  // By descriptor: to ask the streams would open them, used or not.
  isTerminal: { stdin: isatty(0), stdout: isatty(1), stderr: isatty(2) },
  // A terminal that does not know its size says 0.
  columns: process.stdout.columns || 80,
};

// A reader that has seen enough (`| head`) is no failure; a result that cannot be written, on a full disk say, is one.
process.stdout.on('error', (error: NodeJS.ErrnoException) => {
  process.exit(error.code === 'EPIPE' ? (ended ?? 0) : notWritten(host, streams, error));
});

// A run that never comes to its end, for a promise that nobody keeps, is a bug and must not look like success.
process.exitCode = CODES['internal-error'].exit;

// No `await` here: the executable takes a CommonJS file.
void run(host, process.argv.slice(2), streams).then((code) => {
  ended = code;
  process.exitCode = code;
});
