import { loadCatalog } from '../../catalog/catalog.js';
import { printable } from '../../core/printable.js';
import { wrap } from '../../core/wrap.js';
import { inspectRootCrt } from '../../inspect/inspect.js';
import { verifyFindings } from '../../inspect/verify.js';
import { wayOut } from '../../install/install.js';
import { DEFAULT_ROOT } from '../../install/sources.js';
import { locate } from '../../locate/location.js';
import type { Args, Command, Context, Outcome } from '../command.js';
import { CATALOG, DEFAULT_WARN_DAYS, FILE, WARN_DAYS } from '../options.js';
import { inspectionDocument } from '../render/inspection.js';
import type { Paint } from '../render/paint.js';
import { type Selected, selectRoots } from '../select.js';

export const verify: Command = {
  name: 'verify',
  positional: {
    spec: '[root…]',
    name: 'root',
    describe: `a root or provider of the catalogue (${DEFAULT_ROOT}), or a SHA-256`,
  },
  summary: 'Check roots: there, valid, readable, safe from others',
  options: { file: FILE, catalog: CATALOG, 'warn-days': WARN_DAYS },
  examples: [
    ['$0 verify', `exit 0 if ${DEFAULT_ROOT} is in order, else 1`],
    ['$0 verify azure', 'all roots that a provider needs'],
    ['$0 verify --quiet || echo broken', 'in a script'],
  ],
  run,
};

async function run({ host }: Context, args: Args): Promise<Outcome> {
  const catalog = await loadCatalog(host, args.text('catalog'));
  const names = args.positional.length > 0 ? args.positional : [DEFAULT_ROOT];
  const selected = selectRoots(catalog, names);
  const location = await locate(host, args.text('file'));
  const warnDays = args.amount('warn-days') ?? DEFAULT_WARN_DAYS;
  const options = { warnDays, wayOut: wayOut(host, location.path, ['NAME']) };
  const inspection = await inspectRootCrt(host, catalog, location.path, options);
  const findings = [...verifyFindings(inspection, selected), ...location.findings];
  const healthy = findings.every(({ severity }) => severity !== 'error');
  return {
    exitCode: healthy ? 0 : 1,
    document: {
      ...inspectionDocument(inspection),
      checked: selected.map(({ sha256, id }) => ({ sha256, id })),
      findings,
    },
    text: (paint) => text(selected, location.path, healthy, args.positional.length === 0, paint),
    findings,
    findingsAreResult: true,
  };
}

function text(
  selected: readonly Selected[],
  path: string,
  healthy: boolean,
  byDefault: boolean,
  paint: Paint,
): string {
  const names = selected.slice(0, 3).map(({ id, name, sha256 }) => printable(id ?? name ?? sha256));
  const checked = selected.length > 3 ? `${selected.length} roots` : names.join(', ');
  const verdict = healthy ? 'ok' : 'not ok';
  return [
    wrap(`${verdict}: `, `checked ${checked} in ${path}`, paint.columns, 2).replace(
      verdict,
      healthy ? paint.green : paint.red,
    ),
    ...(byDefault ? [paint.dim('  to check another: pg-root-cert verify NAME')] : []),
  ].join('\n');
}
