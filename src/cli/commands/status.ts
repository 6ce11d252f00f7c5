import { loadCatalog } from '../../catalog/catalog.js';
import type { Managed } from '../../clients/serves.js';
import type { Finding } from '../../core/findings.js';
import type { Host } from '../../core/host.js';
import { printable } from '../../core/printable.js';
import { count, listed } from '../../core/words.js';
import { certificateFindings, type Inspection, inspectRootCrt } from '../../inspect/inspect.js';
import { wayOut } from '../../install/install.js';
import { type Location, locate } from '../../locate/location.js';
import type { Args, Command, Context, Outcome } from '../command.js';
import { CATALOG, DEFAULT_WARN_DAYS, FILE, WARN_DAYS } from '../options.js';
import { inspectionDocument } from '../render/inspection.js';
import type { Paint } from '../render/paint.js';

export const status: Command = {
  name: 'status',
  summary: 'Show what root.crt holds, and where libpq will look',
  options: {
    clients: {
      type: 'boolean',
      describe: 'and the clients on this machine that it serves (always with --json)',
    },
    file: FILE,
    catalog: CATALOG,
    'warn-days': WARN_DAYS,
  },
  examples: [
    ['$0 status', "what libpq's root.crt holds"],
    ['$0 status --clients', 'which clients of this machine it serves, and what the others lack'],
    ['$0 status --json', 'the same for a script'],
  ],
  run,
};

async function run({ host }: Context, args: Args): Promise<Outcome> {
  const catalog = await loadCatalog(host, args.text('catalog'));
  const location = await locate(host, args.text('file'));
  const warnDays = args.amount('warn-days') ?? DEFAULT_WARN_DAYS;
  const inspection = await inspectRootCrt(host, catalog, location.path, {
    warnDays,
    wayOut: wayOut(host, location.path, ['NAME']),
  });
  const findings = [
    ...inspection.fileFindings,
    ...certificateFindings(inspection.certificates),
    ...location.findings,
  ];
  const here =
    args.flag('clients') || args.flag('json') ? await lookForClients(host, location, inspection) : null;
  return {
    exitCode: 0,
    document: {
      ...inspectionDocument(inspection),
      libpqReads: location.libpqReads,
      clients: here?.clients,
      clientsComplete: here?.complete,
      findings,
    },
    text: (paint) => text(location, inspection, here?.lines(paint) ?? [CLIENTS_HINT], findings, paint),
    findings,
    findingsAreResult: true,
  };
}

const CLIENTS_HINT = 'the clients that it serves: pg-root-cert status --clients';

/** In the chunk for what only some runs need: looking for clients would add a tenth to each start. */
async function lookForClients(host: Host, location: Location, inspection: Inspection) {
  const { clientsHere, clientLines } = await import('../on-demand.js');
  const here = await clientsHere(host, managedBy(location, inspection));
  return { ...here, lines: (paint: Paint) => clientLines(here, paint) };
}

function managedBy(
  { isDefault }: Location,
  { path, exists, certificates, fileFindings }: Inspection,
): Managed {
  const isReadable = !fileFindings.some(({ code }) => code === 'root-crt-unparsable');
  const roots = certificates.filter(({ certificate }) => isReadable && certificate.selfIssued);
  const sha256s = (some: typeof roots) => some.map(({ certificate }) => certificate.sha256);
  const option = isDefault ? [] : ['--file', path];
  return {
    path,
    option,
    exists,
    roots: sha256s(roots),
    unknown: sha256s(roots.filter(({ root }) => root === null)),
  };
}

const STATE_COLOUR = {
  ok: 'green',
  expiring: 'yellow',
  retired: 'yellow',
  'not-a-ca': 'yellow',
  expired: 'red',
  'not-yet-valid': 'red',
} as const;

function text(
  location: Location,
  inspection: Inspection,
  clients: readonly string[],
  findings: readonly Finding[],
  paint: Paint,
): string {
  const { certificates, exists, path } = inspection;
  const content = exists ? count(certificates.length, 'certificate') : 'not there';
  return [
    `${paint.bold(path)}: ${content}`,
    ...certificates.flatMap(({ certificate, root, providers, state }) => [
      `  ${paint[STATE_COLOUR[state]](state.padEnd(8))} ${printable(certificate.name)}, until ${certificate.notAfter.toISOString().slice(0, 10)}`,
      `  SHA-256  ${certificate.sha256}`,
      ...(root === null
        ? []
        : [`           ${root.id}${providers.length > 0 ? `, for ${listed(providers, 4)}` : ''}`]),
    ]),
    `libpq reads ${location.libpqReads === null ? 'no file' : location.libpqReads}`,
    ...clients,
    ...(findings.length > 0 ? [''] : []),
  ].join('\n');
}
