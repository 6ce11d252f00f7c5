import type { Provider } from '../../catalog/types.js';
import type { Host } from '../../core/host.js';
import { printable } from '../../core/printable.js';
import { count, listed } from '../../core/words.js';
import { wrap } from '../../core/wrap.js';
import type { ScannedFile } from '../../scan/judge.js';
import type { Scan } from '../../scan/scan.js';
import { faultsOf, isStale, worstFirst } from '../../scan/stale.js';
import type { Paint } from './paint.js';

const MOST_SOUND = 10;
const MOST_PLACES = 12;

/** The JSON fields of `scan` before its findings. */
export function scanDocument({ starts, files, tally }: Scan, wanted: readonly Provider[]) {
  const { mounts, unreadable, limits, ...counts } = tally;
  return {
    paths: starts.map(({ path }) => path),
    for: wanted.map(({ id }) => id),
    files: files.map((file) => ({
      path: file.path,
      format: file.format,
      certificates: file.certificates.map(({ sha256, subject, notAfter, id, state }) => ({
        sha256,
        subject,
        notAfter: notAfter.toISOString(),
        id,
        state,
      })),
      missing: file.missing.map(({ provider, roots, regions }) => ({
        provider,
        roots,
        regions: regions?.missing ?? [],
      })),
    })),
    looked: {
      ...counts,
      otherFileSystems: mounts.paths,
      complete: limits.size === 0 && unreadable.count === 0,
    },
  };
}

/** Each file with what it holds, the worst first. */
export function scanText({ files }: Scan, host: Host, hasFindings: boolean, paint: Paint): string {
  const stale = files.filter(isStale).sort(worstFirst);
  const sound = files.filter((file) => !isStale(file));
  const shown = sound.slice(0, MOST_SOUND);
  const more = sound.length - shown.length;
  const lines = [
    ...[...stale, ...shown].map((file) => fileText(file, host, paint)),
    ...(more > 0 ? [paint.dim(`${more} more in order, all with: pg-root-cert scan --json`)] : []),
  ];
  return [...lines, ...(hasFindings && lines.length > 0 ? [''] : [])].join('\n');
}

function fileText(file: ScannedFile, host: Host, paint: Paint): string {
  const stale = isStale(file);
  const label = stale ? paint.yellow('stale ') : paint.green('ok    ');
  return [
    `${label} ${paint.bold(printable(nearPath(file.path, host), 400))}`,
    ...(stale ? [wrap('       ', faultsOf(file).join('; '), paint.columns)] : []),
    wrap('       ', contentOf(file), paint.columns),
  ].join('\n');
}

/** The format, how many certificates, and the roots of the catalogue among them. */
function contentOf({ certificates, format, fault }: ScannedFile): string {
  if (certificates.length === 0)
    return `${format}, ${fault === null ? 'no certificate in it' : 'not opened'}`;
  const known = certificates.flatMap(({ id }) => id ?? []);
  const all = count(certificates.length, 'certificate');
  if (known.length === 0) return `${format}, ${all}, none in the catalogue`;
  return `${format}, ${all}, ${known.length} in the catalogue: ${listed(known, 2)}`;
}

/** Relative to the present folder where the file lies below it, as people name it. */
function nearPath(path: string, { path: { relative, isAbsolute }, cwd }: Host): string {
  const near = relative(cwd, path);
  return near === '' || near.startsWith('..') || isAbsolute(near) ? path : near;
}

/** What was looked at and what was left out by rule, in the end. */
export function scanSummary({ starts, files, tally }: Scan, seconds: number, paint: Paint): string {
  const stale = files.filter(isStale).length;
  const verdict = stale === 0 ? paint.green('none is stale') : paint.yellow(`${stale} stale`);
  const places = starts.map(({ path }) => printable(path, 200));
  const { mounts, links } = tally;
  return [
    '',
    `${count(tally.files, 'file')} looked at in ${seconds.toFixed(1)} s: ${files.length} with certificates${files.length === 0 ? '' : `, ${verdict}`}`,
    wrap('in ', listed(places, MOST_PLACES), paint.columns),
    ...(links === 0 ? [] : [paint.dim(`${count(links, 'link')} not followed`)]),
    ...(mounts.count === 0
      ? []
      : [
          wrap(
            'other file systems, not entered: ',
            listed(
              mounts.paths.map((path) => printable(path, 200)),
              6,
              mounts.count,
            ),
            paint.columns,
            2,
          ),
        ]),
  ].join('\n');
}
