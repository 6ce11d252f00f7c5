import { loadCatalog } from '../catalog/catalog.js';
import { effectsOf } from '../install/install.js';
import { undo as undoChange } from '../install/undo.js';
import { locate } from '../locate/location.js';
import { readBundle } from '../x509/bundle.js';
import type { Args, Context, Outcome } from './command.js';
import { DEFAULT_TIMEOUT_S } from './options.js';
import { changeDocument, changeText } from './render/change.js';

/** The work of `undo`, apart from its command line: it can tell what a keystore holds, which few runs need. */
export async function runUndo({ host }: Context, args: Args): Promise<Outcome> {
  const catalog = await loadCatalog(host);
  const location = await locate(host, args.text('file'));
  const dryRun = args.flag('dry-run');
  const change = await undoChange(host, {
    path: location.path,
    dryRun,
    lockTimeoutMs: (args.amount('timeout') ?? DEFAULT_TIMEOUT_S) * 1000,
  });
  // What a file means for libpq is no matter where it is one that libpq can't read: a keystore, DER.
  const isRootFile = [change.before, change.after].every(
    (bytes) => bytes === null || readBundle(bytes).problem === null,
  );
  const findings =
    location.isDefault || isRootFile
      ? [...location.findings, ...(await effectsOf(host, catalog, location, change, { dryRun }))]
      : [];
  return {
    exitCode: 0,
    document: { targets: [{ ...changeDocument(catalog, change), source: 'file' }], findings, dryRun },
    text: (paint) => changeText(change, { dryRun, paint, deed: 'put back' }),
    findings,
    findingsAreResult: false,
  };
}
