import type { Catalog, CatalogRoot } from '../catalog/types.js';
import { distinct } from '../core/distinct.js';
import { PgRootCertError } from '../core/errors.js';
import { fileError } from '../core/file-errors.js';
import { type Finding, finding, help } from '../core/findings.js';
import type { Host } from '../core/host.js';
import { mixes, type WayOut, widenedTrustFinding } from '../install/effects.js';
import { FILE_LIMIT } from '../install/limits.js';
import { permissionFindings } from '../install/permissions.js';
import { isRetired } from '../install/retired.js';
import { readBundle } from '../x509/bundle.js';
import type { Bundle, Certificate } from '../x509/types.js';
import { type State, stateFinding, stateOf } from './state.js';
import { type Standing, standingOf } from './succession.js';

/** One certificate of root.crt with what the catalogue knows of it. */
export interface InspectedCertificate {
  readonly certificate: Certificate;
  readonly root: CatalogRoot | null;
  /** The ids of the providers that need it now. */
  readonly providers: readonly string[];
  /** Who succeeds it, and who needs it still. */
  readonly standing: Standing;
  readonly state: State;
}

export interface Inspection {
  readonly path: string;
  readonly exists: boolean;
  readonly certificates: readonly InspectedCertificate[];
  /** Of the file as a whole. */
  readonly fileFindings: readonly Finding[];
}

/** Looks at a root.crt; changes nothing. What can't be read or parsed is a finding, not an error. */
export async function inspectRootCrt(
  host: Host,
  catalog: Catalog,
  path: string,
  options: { warnDays: number; wayOut: WayOut },
): Promise<Inspection> {
  const read = readFile(host, path);
  if ('finding' in read) return { path, exists: read.exists, certificates: [], fileFindings: [read.finding] };
  const { bundle } = read;
  const now = host.now();
  const unique = distinct(bundle.certificates);
  const there = new Set(unique.map(({ sha256 }) => sha256));
  const certificates = unique.map((certificate): InspectedCertificate => {
    const root = catalog.bySha256(certificate.sha256);
    const providers = root === null ? [] : catalog.providersOf(root).map(({ id }) => id);
    return {
      certificate,
      root,
      providers,
      standing: standingOf(catalog, root, unique),
      state: stateOf(certificate, isRetired(catalog, certificate, there), now, options.warnDays),
    };
  });
  const isPublic = (each: Certificate): boolean => catalog.bySha256(each.sha256)?.publicCa ?? false;
  const fileFindings = [
    ...contentFindings(path, bundle),
    ...(await permissionFindings(host, path)),
    ...(mixes(unique, isPublic) ? [widenedTrustFinding(path, unique, isPublic, options.wayOut)] : []),
  ];
  return { path, exists: true, certificates, fileFindings };
}

/** The findings about the certificates, one for each that is not in order. */
export function certificateFindings(inspected: readonly InspectedCertificate[]): Finding[] {
  return inspected.flatMap(
    ({ certificate, state, standing }) => stateFinding(certificate, state, standing) ?? [],
  );
}

function readFile(host: Host, path: string): { bundle: Bundle } | { exists: boolean; finding: Finding } {
  try {
    const facts = host.files.lookThrough(path);
    if (facts === null) return { exists: false, finding: missing(path) };
    return { bundle: readBundle(host.files.read(path, FILE_LIMIT)) };
  } catch (error) {
    const typed = fileError(error, 'read', path);
    if (!(typed instanceof PgRootCertError)) throw error;
    if (typed.code === 'wrong-file-kind')
      return { exists: true, finding: unparsable(path, 'no certificate or crl found', null) };
    const unreadable = finding('root-crt-unreadable', typed.message, {
      help: typed.help.map((text) => help(text)),
    });
    return { exists: true, finding: unreadable };
  }
}

function missing(path: string): Finding {
  return finding('root-crt-missing', `${path} does not exist`, {
    notes: ['verify-ca and verify-full refuse every server; require verifies none'],
    help: [help('install a root', [['pg-root-cert', 'install']])],
  });
}

function unparsable(path: string, reason: string, line: number | null): Finding {
  return finding(
    'root-crt-unparsable',
    `libpq cannot read ${path}: ${reason}${line === null ? '' : ` (line ${line})`}`,
    {
      notes: ['every TLS connection fails until it is mended'],
      help: [
        help('look at the file and mend it', [], 'review'),
        help(
          'or drop all that it holds, keeping a backup',
          [['pg-root-cert', 'install', 'NAME', '--replace']],
          'review',
        ),
      ],
    },
  );
}

function contentFindings(path: string, bundle: Bundle): Finding[] {
  if (bundle.problem !== null) return [unparsable(path, bundle.problem.reason, bundle.problem.line)];
  if (bundle.certificates.some((each) => each.selfIssued)) return [];
  return [
    finding('root-crt-no-root', `${path} holds no root, only intermediate or server certificates`, {
      notes: ['libpq needs the self-signed certificate at the end of the chain'],
      help: [help('add the root', [['pg-root-cert', 'install', '--for', 'HOST']])],
    }),
  ];
}
