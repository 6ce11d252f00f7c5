import { loadCatalog } from '../../catalog/catalog.js';
import { applyEdit } from '../../install/apply.js';
import { removeEdit } from '../../install/edits.js';
import { effectsOf } from '../../install/install.js';
import { isRetired } from '../../install/retired.js';
import { assertSuccessors } from '../../install/successors.js';
import { locate } from '../../locate/location.js';
import { readBundle } from '../../x509/bundle.js';
import type { Certificate } from '../../x509/types.js';
import type { Args, Command, Context, Outcome } from '../command.js';
import { CATALOG, DEFAULT_TIMEOUT_S, DRY_RUN, FILE, TIMEOUT } from '../options.js';
import { changeDocument, changeText } from '../render/change.js';
import { selectRoots } from '../select.js';
import { undoCommand } from '../undo-command.js';
import { usage } from '../usage.js';

export const remove: Command = {
  name: 'remove',
  positional: {
    spec: '[root…]',
    name: 'root',
    describe: 'a root or provider of the catalogue, or a SHA-256',
  },
  summary: 'Take roots out of root.crt',
  options: {
    expired: { type: 'boolean', describe: 'all that have expired' },
    retired: { type: 'boolean', describe: 'all that nothing is issued from any more' },
    force: { type: 'boolean', describe: 'even where no successor is there' },
    file: FILE,
    catalog: CATALOG,
    'dry-run': DRY_RUN,
    timeout: TIMEOUT,
  },
  examples: [
    ['$0 remove digicert-global-root-ca', 'one root'],
    ['$0 remove --expired', 'all that have expired'],
  ],
  run,
};

async function run({ host }: Context, args: Args): Promise<Outcome> {
  const catalog = await loadCatalog(host, args.text('catalog'));
  const expired = args.flag('expired');
  const retired = args.flag('retired');
  if (args.positional.length === 0 && !expired && !retired) {
    throw usage('remove needs a root, --expired or --retired', [
      'see what root.crt holds: pg-root-cert status',
    ]);
  }
  const named = new Set(selectRoots(catalog, args.positional).map(({ sha256 }) => sha256));
  const location = await locate(host, args.text('file'));
  const now = host.now();
  const change = await applyEdit(
    host,
    {
      path: location.path,
      command: 'remove',
      dryRun: args.flag('dry-run'),
      lockTimeoutMs: (args.amount('timeout') ?? DEFAULT_TIMEOUT_S) * 1000,
    },
    (present) => {
      const there = new Set(
        present === null ? [] : readBundle(present).certificates.map(({ sha256 }) => sha256),
      );
      const goesAsRetired = (each: Certificate): boolean => retired && isRetired(catalog, each, there);
      const shouldGo = (each: Certificate): boolean =>
        named.has(each.sha256) || (expired && each.notAfter < now) || goesAsRetired(each);
      const edited = removeEdit(location.path, shouldGo)(present);
      if (!args.flag('force')) {
        assertSuccessors(catalog, location.path, edited.removed.filter(goesAsRetired), edited.kept);
      }
      return edited;
    },
  );
  const dryRun = args.flag('dry-run');
  const findings = [...location.findings, ...(await effectsOf(host, catalog, location, change, { dryRun }))];
  return {
    exitCode: 0,
    document: { targets: [{ ...changeDocument(catalog, change), source: 'file' }], findings, dryRun },
    text: (paint) =>
      change.changed
        ? changeText(change, { dryRun, paint, undo: undoCommand(location) })
        : `${paint.green('ok')}: ${change.path} holds nothing of that`,
    findings,
    findingsAreResult: false,
  };
}
