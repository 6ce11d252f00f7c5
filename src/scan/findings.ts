import type { Catalog, Provider } from '../catalog/types.js';
import { type Finding, finding, type Help, help } from '../core/findings.js';
import { printable } from '../core/printable.js';
import { listed } from '../core/words.js';
import type { Missing, ScannedCertificate, ScannedFile } from './judge.js';
import { leftOutFindings } from './left-out.js';
import type { Scan } from './scan.js';
import { expiredOf, faultsOf, isStale, supersededOf, worstFirst } from './stale.js';
import type { Limits } from './tally.js';

const MOST_NAMES = 3;
const MOST_IDS = 6;
const MOST_REGIONS = 40;

/**
 * One finding for each stale file and each store that stayed shut, then those about the scan as a whole. `rootCrt` is
 * libpq's own, where it is there: it can be mended here.
 */
export function scanFindings(
  catalog: Catalog,
  { files, tally }: Scan,
  wanted: readonly Provider[],
  limits: Limits,
  rootCrt: string | null,
): Finding[] {
  return [
    ...files
      .filter(isStale)
      .sort(worstFirst)
      .map((file) => staleFinding(catalog, file, file.path === rootCrt)),
    ...wanted.filter((provider) => !files.some((file) => holds(catalog, file, provider))).map(notFound),
    ...files.flatMap((file) => lockedFinding(file) ?? []),
    ...leftOutFindings(tally.limits, tally.unreadable, limits),
  ];
}

function staleFinding(catalog: Catalog, file: ScannedFile, isRootCrt: boolean): Finding {
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
    help: (isRootCrt ? mending : wayOut)(file, providerOf(catalog, file)),
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

function mending(file: ScannedFile, provider: string | null): Help[] {
  return [
    ...(provider === null ? [] : [help('add the present roots', [['pg-root-cert', 'install', provider]])]),
    ...(expiredOf(file).length === 0
      ? []
      : [help('take out what has expired', [['pg-root-cert', 'remove', '--expired']])]),
  ];
}

function wayOut({ format }: ScannedFile, provider: string | null): Help[] {
  const isStore = format === 'jks' || format === 'pkcs12';
  const how = isStore ? [format, '--password-file', 'PASSWORD_FILE'] : ['pem'];
  const argv = (id: string) => ['pg-root-cert', 'export', id, '--out', 'FILE', '--format', ...how];
  return [
    help('update what this file came with, or have its owner do it', [], 'review'),
    ...(provider === null ? [] : [help(`get the present roots of ${provider}`, [argv(provider)], 'review')]),
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

function lockedFinding({ path, format, fault }: ScannedFile): Finding | null {
  if (fault === null) return null;
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
