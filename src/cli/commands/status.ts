import { loadCatalog } from '../../catalog/catalog.js';
import type { Finding } from '../../core/findings.js';
import { printable } from '../../core/printable.js';
import { certificateFindings, type Inspection, inspectRootCrt } from '../../inspect/inspect.js';
import { wayOut } from '../../install/install.js';
import { type Location, locate } from '../../locate/location.js';
import type { Args, Command, Context, Outcome } from '../command.js';
import { CATALOG, DEFAULT_WARN_DAYS, FILE, WARN_DAYS } from '../options.js';
import { inspectionDocument } from '../render/inspection.js';
import type { Paint } from '../render/paint.js';

export const status: Command = {
  name: 'status',
  summary: 'Show every certificate in root.crt, and where libpq will look',
  options: { file: FILE, catalog: CATALOG, 'warn-days': WARN_DAYS },
  examples: [
    ['$0 status', "what libpq's root.crt holds"],
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
  return {
    exitCode: 0,
    document: { ...inspectionDocument(inspection), libpqReads: location.libpqReads, findings },
    text: (paint) => text(location, inspection, findings, paint),
    findings,
    findingsAreResult: true,
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
  findings: readonly Finding[],
  paint: Paint,
): string {
  const { certificates, exists, path } = inspection;
  const count = exists
    ? `${certificates.length} certificate${certificates.length === 1 ? '' : 's'}`
    : 'not there';
  return [
    `${paint.bold(path)}: ${count}`,
    ...certificates.flatMap(({ certificate, root, providers, state }) => [
      `  ${paint[STATE_COLOUR[state]](state.padEnd(8))} ${printable(certificate.name)}, until ${certificate.notAfter.toISOString().slice(0, 10)}`,
      `  SHA-256  ${certificate.sha256}`,
      ...(root === null
        ? []
        : [`           ${root.id}${providers.length > 0 ? `, for ${listed(providers)}` : ''}`]),
    ]),
    `libpq reads ${location.libpqReads === null ? 'no file' : location.libpqReads}`,
    ...(findings.length > 0 ? [''] : []),
  ].join('\n');
}

function listed(names: readonly string[]): string {
  return names.length > 4 ? `${names.slice(0, 4).join(', ')} and ${names.length - 4} more` : names.join(', ');
}
