import type { Catalog, Provider } from '../catalog/types.js';
import { type Finding, finding, type Help, help } from '../core/findings.js';
import { printable } from '../core/printable.js';
import type { Missing, ScannedCertificate, ScannedFile } from './judge.js';
import type { Scan } from './scan.js';
import type { Limit, Limits, Named } from './tally.js';

const MOST_NAMES = 3;
const MOST_IDS = 6;
const MOST_REGIONS = 40;
const MB = 1024 ** 2;

/** A few of a list in words, and how many more there are. */
function listed(names: readonly string[], most: number): string {
  const more = names.length - most;
  return more > 0 ? `${names.slice(0, most).join(', ')} and ${more} more` : names.join(', ');
}

const count = (number: number, one: string, many = `${one}s`): string =>
  `${number.toLocaleString('en')} ${number === 1 ? one : many}`;

export const expiredOf = ({ certificates }: ScannedFile): readonly ScannedCertificate[] =>
  certificates.filter(({ state }) => state === 'expired');
const supersededOf = ({ certificates }: ScannedFile): readonly ScannedCertificate[] =>
  certificates.filter(({ superseded }) => superseded);

export const isStale = (file: ScannedFile): boolean =>
  expiredOf(file).length > 0 || supersededOf(file).length > 0 || file.missing.length > 0;

/** What is wrong with a file, each in a few words; empty for one that is not stale. */
export function faultsOf(file: ScannedFile): string[] {
  const [expired, superseded] = [expiredOf(file).length, supersededOf(file).length];
  const all = file.certificates.length;
  return [
    ...(expired === 0
      ? []
      : [
          all === 1
            ? 'its one certificate has expired'
            : `${expired} of its ${all} certificates ${expired === 1 ? 'has' : 'have'} expired`,
        ]),
    ...(superseded === 0 ? [] : [`${count(superseded, 'root')} retired, with no successor there`]),
    ...file.missing.map(missingWords),
  ];
}

function missingWords({ provider, roots, regions }: Missing): string {
  if (regions === null || regions.missing.length === 0) {
    return `${count(roots.length, 'root')} of ${provider} ${roots.length === 1 ? 'is' : 'are'} missing`;
  }
  const { missing, count: all } = regions;
  return `${missing.length} of ${all} regions of ${provider} ${missing.length === 1 ? 'is' : 'are'} missing`;
}

/** One finding for each stale file and each store that stayed shut, then those about the scan as a whole. */
export function scanFindings(
  catalog: Catalog,
  { files, tally }: Scan,
  wanted: readonly Provider[],
  limits: Limits,
): Finding[] {
  return [
    ...files
      .filter(isStale)
      .sort(worstFirst)
      .map((file) => staleFinding(catalog, file)),
    ...wanted.filter((provider) => !files.some((file) => holds(catalog, file, provider))).map(notFound),
    ...files.flatMap((file) => lockedFinding(file) ?? []),
    ...incompleteFindings(tally.limits, tally.unreadable, limits),
  ];
}

/** The more has expired or is missing, the earlier; then by path. */
export function worstFirst(one: ScannedFile, other: ScannedFile): number {
  const weight = (file: ScannedFile): number =>
    expiredOf(file).length +
    supersededOf(file).length +
    file.missing.reduce((sum, { roots }) => sum + roots.length, 0);
  return weight(other) - weight(one) || (one.path < other.path ? -1 : 1);
}

function staleFinding(catalog: Catalog, file: ScannedFile): Finding {
  const dated = ({ name, notAfter }: ScannedCertificate): string =>
    `"${printable(name, 60)}" (${notAfter.toISOString().slice(0, 10)})`;
  const expired = expiredOf(file).map(dated);
  const superseded = supersededOf(file).map(({ name }) => `"${printable(name, 60)}"`);
  return finding('stale-bundle', `${printable(file.path, 400)}: ${faultsOf(file).join('; ')}`, {
    notes: [
      ...(expired.length === 0 ? [] : [`expired: ${listed(expired, MOST_NAMES)}`]),
      ...(superseded.length === 0 ? [] : [`retired: ${listed(superseded, MOST_NAMES)}`]),
      ...file.missing.flatMap(missingNotes),
    ],
    help: wayOut(providerOf(catalog, file)),
  });
}

function missingNotes({ provider, regions, others }: Missing): string[] {
  const names = regions?.missing ?? [];
  return [
    ...(names.length === 0
      ? []
      : [`no root of these regions of ${provider}: ${listed(names, MOST_REGIONS)}`]),
    ...(others.length === 0 ? [] : [`missing of ${provider}: ${listed(others, MOST_IDS)}`]),
  ];
}

/**
 * The provider whose present roots the file should hold: one with something missing, else one that it once served. A
 * general trust store, of which the catalogue knows the lesser part, is nobody's.
 */
function providerOf(catalog: Catalog, { missing, certificates }: ScannedFile): string | null {
  const [lacking] = missing;
  if (lacking !== undefined) return lacking.provider;
  if (certificates.filter(({ id }) => id !== null).length * 2 < certificates.length) return null;
  const gone = certificates.filter(({ state, superseded }) => state === 'expired' || superseded);
  const formerOf = (id: string) => {
    const root = catalog.root(id);
    return root === null ? [] : catalog.formerProvidersOf(root);
  };
  return gone.flatMap(({ id }) => (id === null ? [] : formerOf(id)))[0]?.id ?? null;
}

function wayOut(provider: string | null): Help[] {
  return [
    help('update what this file came with, or have its owner do it', [], 'review'),
    ...(provider === null
      ? []
      : [
          help(
            `get the present roots of ${provider}`,
            [['pg-root-cert', 'install', provider, '--file', 'FILE']],
            'review',
          ),
        ]),
  ];
}

const holds = (catalog: Catalog, { certificates }: ScannedFile, { roots }: Provider): boolean =>
  certificates.some(({ sha256 }) => roots.includes(catalog.bySha256(sha256)?.id ?? ''));

function notFound({ id, roots }: Provider): Finding {
  return finding('provider-roots-not-found', `no file here holds a root of ${id}`, {
    notes: [`its roots: ${listed(roots, MOST_IDS)}`],
    help: [help('install them where libpq looks', [['pg-root-cert', 'install', id]])],
  });
}

function lockedFinding({ path, format, fault, certificates }: ScannedFile): Finding | null {
  if (fault === null || (fault === 'password' && certificates.length > 0)) return null;
  const why = {
    password: 'none of the passwords tried opens it',
    unsupported: 'it uses an algorithm that is not known here',
    'too-costly': 'its password takes more work to check than is done here',
    damaged: 'it is damaged',
  }[fault];
  return finding('keystore-locked', `${printable(path, 400)} (${format}) could not be read whole: ${why}`, {
    help:
      fault === 'password'
        ? [help('put its password into a file, and name that: --password-file FILE', [], 'review')]
        : [help('look at it with its own tool: keytool -list -keystore FILE', [], 'review')],
  });
}

function incompleteFindings(
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
