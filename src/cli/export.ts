import { loadCatalog } from '../catalog/catalog.js';
import type { Catalog } from '../catalog/types.js';
import { commandText } from '../core/command-line.js';
import type { Host } from '../core/host.js';
import { exportRoots } from '../export/export.js';
import {
  type ExportFormat,
  type ExportResult,
  type ExportTarget,
  FORMATS,
  isStoreFormat,
} from '../export/types.js';
import { locate } from '../locate/location.js';
import type { Args, Context, Outcome } from './command.js';
import { addedText } from './render/added.js';
import { changeDocument } from './render/change.js';
import { failedTarget } from './render/json.js';
import type { Paint } from './render/paint.js';
import { sourcesOf } from './sources.js';
import { usage } from './usage.js';

/** The work of `export`, apart from its command line. */
export async function runExport(context: Context, args: Args): Promise<Outcome> {
  const { host } = context;
  const format = formatOf(args);
  const out = outOf(args);
  const passwordFile = args.text('password-file');
  const catalog = await loadCatalog(host, args.text('catalog'));
  const sources = sourcesOf(context, catalog, args);
  const file = args.text('file');
  if (file !== undefined && sources.requests.length > 0)
    throw usage('--file goes with no source: it is one itself');
  const dryRun = args.flag('dry-run');
  const result = await exportRoots(host, catalog, {
    ...sources,
    advised: againOf(host, args),
    rootCrt: () => locate(host, file),
    out,
    format,
    ...(passwordFile === undefined ? {} : { passwordFile }),
    dryRun,
  });
  const failed = result.targets.find((target) => 'error' in target);
  return {
    exitCode: 0,
    ...(failed === undefined ? {} : { error: failed.error }),
    document: {
      targets: result.targets.map((target) => targetDocument(catalog, target, result)),
      findings: result.findings,
      dryRun,
    },
    text: (paint) => text(result, { dryRun, pins: sources.pins, paint }),
    findings: result.findings,
    findingsAreResult: false,
  };
}

function formatOf(args: Args): ExportFormat | null {
  const given = args.text('format');
  if (given === undefined) return null;
  const format = FORMATS.find((each) => each === given.toLowerCase());
  if (format === undefined) throw usage(`--format must be one of ${FORMATS.join(', ')}`);
  return format;
}

function outOf(args: Args): string {
  const out = args.text('out');
  if (out === undefined) throw usage('export needs the file to write', ['name it: --out FILE']);
  if (out === '-') throw usage('--out takes a file, not -', ['name it: --out FILE']);
  return out;
}

/** This command line without its sources, to be repeated in advice. */
function againOf(host: Host, args: Args): string {
  const options = ['format', 'out', 'password-file'].flatMap((name) => {
    const value = args.text(name);
    return value === undefined ? [] : [`--${name}`, value];
  });
  return commandText(['export', ...options], host.platform === 'win32');
}

function targetDocument(catalog: Catalog, target: ExportTarget, { source }: ExportResult) {
  return 'error' in target
    ? failedTarget(target.path, target.error)
    : { ...changeDocument(catalog, target.change), source };
}

interface Told {
  readonly dryRun: boolean;
  readonly pins: ReadonlySet<string>;
  readonly paint: Paint;
}

function text({ targets, accepted, format, rootCrt }: ExportResult, told: Told): string {
  const from = rootCrt === null ? {} : { from: `from ${rootCrt}` };
  const changes = targets.flatMap((target) => ('change' in target ? [target.change] : []));
  const texts = changes.map((change) => {
    const held = new Set([...change.added, ...change.kept].map(({ sha256 }) => sha256));
    const own = accepted.filter(({ certificate }) => held.has(certificate.sha256));
    return addedText(change, own, {
      ...told,
      ...from,
      undo: ['pg-root-cert', 'undo', '--file', change.path],
    });
  });
  const next = changes.some(({ changed }) => changed) && isStoreFormat(format);
  return [...texts, ...(next ? [told.paint.dim('  use it: pg-root-cert snippet jdbc')] : [])].join('\n');
}
