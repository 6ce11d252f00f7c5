import { loadCatalog } from '../../catalog/catalog.js';
import { effectsOf } from '../../install/install.js';
import { undo as undoChange } from '../../install/undo.js';
import { locate } from '../../locate/location.js';
import type { Args, Command, Context, Outcome } from '../command.js';
import { DEFAULT_TIMEOUT_S, DRY_RUN, FILE, TIMEOUT } from '../options.js';
import { changeDocument, changeText } from '../render/change.js';

export const undo: Command = {
  name: 'undo',
  summary: 'Put back what the last change of root.crt replaced',
  options: { file: FILE, 'dry-run': DRY_RUN, timeout: TIMEOUT },
  examples: [
    ['$0 undo', 'the last change; once more for the one before'],
    ['$0 undo --dry-run', 'see first what would come back'],
  ],
  run,
};

async function run({ host }: Context, args: Args): Promise<Outcome> {
  const catalog = await loadCatalog(host);
  const location = await locate(host, args.text('file'));
  const dryRun = args.flag('dry-run');
  const change = await undoChange(host, {
    path: location.path,
    dryRun,
    lockTimeoutMs: (args.amount('timeout') ?? DEFAULT_TIMEOUT_S) * 1000,
  });
  const findings = [...location.findings, ...(await effectsOf(host, catalog, location, change, { dryRun }))];
  return {
    exitCode: 0,
    document: { targets: [{ ...changeDocument(catalog, change), source: 'file' }], findings, dryRun },
    text: (paint) => changeText(change, { dryRun, paint }),
    findings,
    findingsAreResult: false,
  };
}
