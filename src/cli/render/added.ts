import { printable } from '../../core/printable.js';
import { wrap } from '../../core/wrap.js';
import type { Accepted } from '../../install/accept.js';
import type { Change } from '../../install/change.js';
import { changeText } from './change.js';
import type { Paint } from './paint.js';

interface Told {
  readonly dryRun: boolean;
  readonly undo: readonly string[];
  /** Those that the operator gave. */
  readonly pins: ReadonlySet<string>;
  /** Where they came from, if it is the same for all of them. */
  readonly from?: string;
  readonly paint: Paint;
}

/** What became of a file that roots were to be added to, and where they came from. */
export function addedText(
  change: Change,
  accepted: readonly Accepted[],
  { pins, from: origin, ...told }: Told,
): string {
  if (!change.changed) return inPlaceText(accepted, change.path, told.paint);
  const added = new Set(change.added.map(({ sha256 }) => sha256));
  const from = accepted
    .filter(({ certificate }) => added.has(certificate.sha256))
    .map((each) => origin ?? originOf(each, pins));
  return changeText(change, { ...told, from: [...new Set(from)] });
}

function inPlaceText(accepted: readonly Accepted[], path: string, paint: Paint): string {
  const names = accepted.map(({ certificate }) => `"${printable(certificate.name)}"`);
  const what =
    names.length > 3
      ? `all ${names.length} roots are`
      : `${names.join(' and ')} ${names.length === 1 ? 'is' : 'are'}`;
  return wrap('ok: ', `${what} in ${path} already`, paint.columns, 2).replace('ok', paint.green);
}

const CAME_FROM = {
  download: 'downloaded',
  embedded: 'from the catalogue',
  file: 'as given',
  url: 'downloaded',
} as const;

/** Where a root came from, and what vouches for it. */
function originOf({ certificate, root, source }: Accepted, pins: ReadonlySet<string>): string {
  const pinned = pins.has(certificate.sha256) ? 'the one you gave' : root === null ? null : "the catalogue's";
  return `${CAME_FROM[source]}; ${pinned === null ? 'nobody has checked it but you' : `its SHA-256 is ${pinned}`}`;
}
