import { PgRootCertError } from '../core/errors.js';
import { errnoOf, onFile } from '../core/file-errors.js';
import type { Host } from '../core/host.js';

/**
 * One run at a time per file, by Lamport's bakery algorithm ("A New Solution of Dijkstra's Concurrent Programming
 * Problem", 1974) with folders for registers: a run says that it is choosing, takes a number above all it sees, and
 * waits for those before it. Nobody ever takes a lock over: a run that was killed is told by its process number and
 * simply not waited for, so there is no moment in which two runs break the same stale lock.
 */
export interface Lock {
  release(): void;
}

/** A run on another machine (a home on a network) can't be asked whether it lives; its entry counts this long. */
const FOREIGN_ENTRY_MS = 2 * 60_000;
const POLL_MS = 15;

interface Entry {
  readonly kind: 'choosing' | 'ticket';
  readonly number: number;
  readonly run: string;
  readonly file: string;
}

/**
 * Waits for the lock. `folder` is made where it isn't there, and is gone again when nobody holds or wants it.
 *
 * @throws PgRootCertError `lock-timeout`, or a file error
 */
export async function takeLock(host: Host, folder: string, timeoutMs: number): Promise<Lock> {
  const { files, path } = host;
  const machine = Buffer.from(host.process.hostName).toString('hex').slice(0, 32);
  const run = `${machine}-${host.process.pid}-${host.randomHex(6)}`;
  const choosing = path.join(folder, `choosing.0.${run}`);
  const deadline = host.now().getTime() + timeoutMs;
  let mine = choosing;
  const release = (): void => {
    discard(() => files.removeFolder(mine));
    discard(() => files.removeFolder(folder));
  };
  try {
    enter(host, folder, choosing);
    const number = 1 + Math.max(0, ...liveEntries(host, folder, run, machine).map((entry) => entry.number));
    const ticket = path.join(folder, `ticket.${number}.${run}`);
    onFile('lock', ticket, () => files.rename(choosing, ticket));
    mine = ticket;
    const before = (other: Entry): boolean =>
      other.kind === 'choosing' || other.number < number || (other.number === number && other.run < run);
    for (;;) {
      // Twice, for a list is no snapshot: who was choosing in the first has its number in the second.
      const waitFor =
        liveEntries(host, folder, run, machine).find(before) ??
        liveEntries(host, folder, run, machine).find(before);
      if (waitFor === undefined) return { release };
      if (host.now().getTime() > deadline) throw timedOut(waitFor, timeoutMs);
      await host.sleep(POLL_MS);
    }
  } catch (error) {
    release();
    throw error;
  }
}

/** The folder may go away between its making and ours, with the run that held the lock before. */
function enter(host: Host, folder: string, choosing: string): void {
  for (let attempt = 0; ; attempt++) {
    discard(() => host.files.makeFolder(folder, 0o700), 'EEXIST');
    try {
      host.files.makeFolder(choosing, 0o700);
      return;
    } catch (error) {
      if (errnoOf(error) !== 'ENOENT' || attempt >= 100)
        onFile('lock', folder, () => {
          throw error;
        });
    }
  }
}

function liveEntries(host: Host, folder: string, run: string, machine: string): Entry[] {
  return onFile('lock', folder, () => host.files.list(folder))
    .map(parseEntry)
    .filter((entry): entry is Entry => entry !== null && entry.run !== run)
    .filter((entry) => isLive(host, host.path.join(folder, entry.file), entry, machine));
}

function parseEntry(file: string): Entry | null {
  const match = /^(choosing|ticket)\.(\d{1,12})\.([0-9a-f]+-\d+-[0-9a-f]+)$/.exec(file);
  if (match === null) return null;
  return { kind: match[1] as Entry['kind'], number: Number(match[2]), run: match[3] as string, file };
}

/** Entries of dead runs are cleared away; their names are theirs alone, so that is safe at any time. */
function isLive(host: Host, path: string, entry: Entry, machine: string): boolean {
  const madeAt = host.files.look(path)?.modifiedMs;
  if (madeAt === undefined) return false;
  const [owner, pid] = entry.run.split('-');
  const live =
    owner === machine
      ? madeAt > host.process.bootedMs - 10_000 && host.process.isAlive(Number(pid))
      : host.now().getTime() - madeAt < FOREIGN_ENTRY_MS;
  if (!live) discard(() => host.files.removeFolder(path));
  return live;
}

function timedOut(entry: Entry, timeoutMs: number): PgRootCertError {
  const pid = entry.run.split('-')[1];
  return new PgRootCertError(
    'lock-timeout',
    `another run (process ${pid}) has held the lock for over ${timeoutMs / 1000} s`,
    {
      help: ['wait for it to end, then run this again', 'or wait longer: --timeout SECONDS'],
    },
  );
}

/** For steps whose failure changes nothing: the entry is gone already, or the folder is in use. */
function discard(step: () => void, only?: string): void {
  try {
    step();
  } catch (error) {
    const errno = errnoOf(error);
    if (errno === null) throw error;
    if (only !== undefined && errno !== only)
      onFile('lock', 'the data folder', () => {
        throw error;
      });
  }
}
