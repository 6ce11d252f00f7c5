import { onFile } from '../core/file-errors.js';
import type { Host } from '../core/host.js';
import { type DataFolder, identityOf, tagOf } from './data-folder.js';
import type { Undoing } from './undoing.js';

/** The file before a change: what `undo` puts back. */
export interface Before {
  readonly sha256: string;
  readonly mode: number;
  readonly backup: string;
}

/** One change of one file, written before the change is made. `after` is null where the file was deleted. */
export interface JournalEntry {
  readonly schemaVersion: 1;
  readonly time: string;
  readonly command: string;
  readonly path: string;
  readonly real: string;
  /** null where there was no file. */
  readonly before: Before | null;
  readonly after: { readonly sha256: string } | null;
  /** True where the file's folder was made for it. */
  readonly madeFolder: boolean;
}

export interface RecordedEntry extends JournalEntry {
  readonly file: string;
}

const ENTRY_LIMIT = 64 * 1024;

/** A time as a part of file names that sort by age. */
export function stamp(now: Date): string {
  return now.toISOString().replaceAll(/[-:.]/g, '');
}

export function record(host: Host, data: DataFolder, entry: JournalEntry, undoing: Undoing): void {
  const name = `${entry.time.replaceAll(/[-:.]/g, '')}-${tagOf(entry.real)}-${host.randomHex(4)}.json`;
  const file = host.path.join(data.journal, name);
  undoing.add(() => host.files.remove(file));
  const bytes = Buffer.from(`${JSON.stringify(entry, null, 1)}\n`);
  onFile('write the journal', file, () => host.files.writeNew(file, { bytes, mode: 0o600 }));
  onFile('write the journal', data.journal, () => host.files.syncFolder(data.journal));
}

/** The changes of one file, the newest first. Entries that can't be read are passed over: they can't be undone. */
export function entriesFor(host: Host, data: DataFolder, real: string): RecordedEntry[] {
  const tag = tagOf(real);
  return onFile('read the journal', data.journal, () => host.files.list(data.journal))
    .filter((name) => name.split('-')[1] === tag)
    .sort()
    .reverse()
    .flatMap((name) => {
      const file = host.path.join(data.journal, name);
      const entry = parseEntry(onFile('read the journal', file, () => host.files.read(file, ENTRY_LIMIT)));
      return entry !== null && identityOf(entry.real) === identityOf(real) ? [{ ...entry, file }] : [];
    });
}

function parseEntry(bytes: Uint8Array): JournalEntry | null {
  try {
    const value = JSON.parse(Buffer.from(bytes).toString('utf8')) as JournalEntry;
    const sound =
      value.schemaVersion === 1 &&
      typeof value.real === 'string' &&
      (value.before === null || typeof value.before.backup === 'string') &&
      (value.after === null || typeof value.after.sha256 === 'string');
    return sound ? value : null;
  } catch {
    return null;
  }
}
