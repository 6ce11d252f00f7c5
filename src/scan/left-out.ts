import { type Finding, finding, help } from '../core/findings.js';
import { printable } from '../core/printable.js';
import { count } from '../core/words.js';
import type { Limit, Limits, Named } from './tally.js';

const MOST_NAMES = 3;
const MB = 1024 ** 2;

/** What a limit or a permission kept from being looked at. */
export function leftOutFindings(
  limits: ReadonlyMap<Limit, Named>,
  unreadable: Named,
  { files, fileBytes, totalBytes, bundles, depth }: Limits,
): Finding[] {
  const words: Readonly<Record<Limit, (named: Named) => string>> = {
    time: (at) => `the time was up at ${such(at)} (--timeout)`,
    files: (at) => `${count(files, 'file')} looked at, up to ${such(at)} (--max-files)`,
    'total-bytes': (at) => `${count(totalBytes, 'byte')} read, up to ${such(at)}`,
    bundles: (at) => `${count(bundles, 'file')} with certificates found, up to ${such(at)}`,
    depth: (named) => `${count(named.count, 'folder')} left out, below ${depth} others: ${such(named)}`,
    'file-size': (named) =>
      `${count(named.count, 'file')} of more than ${Math.round(fileBytes / MB)} MB left out: ${such(named)} (--max-size)`,
  };
  const notes = [...limits].map(([limit, named]) => words[limit](named));
  return [
    ...(notes.length === 0
      ? []
      : [
          finding('scan-incomplete', 'not everything was looked at', {
            notes,
            help: [help('name the folders that matter, or allow more by these options', [], 'review')],
          }),
        ]),
    ...(unreadable.count === 0
      ? []
      : [
          finding(
            'scan-unreadable',
            `${count(unreadable.count, 'file or folder', 'files or folders')} could not be read`,
            {
              notes: unreadable.paths.slice(0, MOST_NAMES).map((path) => printable(path, 300)),
              help: [help('run this as a user who may read them', [], 'review')],
            },
          ),
        ]),
  ];
}

const such = ({ count: all, paths }: Named): string =>
  `${all === 1 ? '' : 'such as '}${printable(paths[0] ?? '', 300)}`;
