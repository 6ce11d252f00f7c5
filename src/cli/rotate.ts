import { loadCatalog } from '../catalog/catalog.js';
import type { Catalog, Provider } from '../catalog/types.js';
import type { Host } from '../core/host.js';
import { printable } from '../core/printable.js';
import { readTargets } from '../doctor/targets.js';
import { unknownRoot } from '../install/sources.js';
import { type Location, locate } from '../locate/location.js';
import { settingsRefused } from '../postgres/refusal.js';
import { type ProveOptions, type Server, serversOf } from '../rotate/prove.js';
import { rotate } from '../rotate/rotate.js';
import type { Args, Context, Outcome } from './command.js';
import { DOCTOR_TIMEOUT_S } from './options.js';
import { progressBar } from './progress.js';
import { rotationDocument, rotationText } from './render/rotation.js';
import { concurrencyOf, limitsOf, majorOf } from './server-options.js';
import { downloadsOf } from './sources.js';
import { undoCommand } from './undo-command.js';
import { usage } from './usage.js';

const WORDS = {
  'as-it-was': 'servers, as it is',
  'old-and-new': 'servers, old and new roots',
  'without-old': 'servers, without the old',
} as const;

export async function runRotate(context: Context, args: Args): Promise<Outcome> {
  const { host } = context;
  const catalog = await loadCatalog(host, args.text('catalog'));
  const provider = providerOf(catalog, args.positional);
  const location = await locate(host, args.text('file'));
  const sources = downloadsOf(context, args);
  const proving = await provingOf(host, args, location);
  const dryRun = args.flag('dry-run');
  const rotation = await rotate(host, catalog, location, {
    ...proving,
    provider,
    servers: allServers(host, args, proving),
    sources,
    dryRun,
    lockTimeoutMs: sources.timeoutMs,
    onProgress: (file, done, total) => context.onProgress(progressBar(done, total, WORDS[file])),
  });
  const { error, findings } = rotation;
  const isComplete = error === null && findings.every(({ code }) => !INCOMPLETE.has(code));
  const told = { provider, location, dryRun, isComplete, undo: undoCommand(location) };
  return {
    exitCode: isComplete ? 0 : 1,
    ...(error === null ? {} : { error }),
    document: { ...rotationDocument(catalog, rotation), findings, dryRun },
    text: (paint) => rotationText(rotation, told, paint),
    findings,
    findingsAreResult: true,
  };
}

/** The codes that leave a rotation to be gone on with. */
const INCOMPLETE: ReadonlySet<string> = new Set([
  'rotation-waits',
  'rotation-unproved',
  'rotation-breaks-target',
]);

function providerOf(catalog: Catalog, names: readonly string[]): Provider {
  const [name, ...more] = names;
  const see = 'see which there are: pg-root-cert catalog';
  if (name === undefined || more.length > 0)
    throw usage(name === undefined ? 'rotate needs a provider' : 'rotate takes one provider at a time', [
      see,
    ]);
  const known = catalog.resolve(name);
  if (known?.kind === 'provider') return known.provider;
  if (known === null) throw unknownRoot(catalog, name);
  const providers = [...catalog.providersOf(known.root), ...catalog.formerProvidersOf(known.root)];
  const ids = [...new Set(providers.map(({ id }) => id))].slice(0, 4);
  throw usage(`"${printable(name)}" is a root, not a provider`, [
    ...(ids.length > 0 ? [`name the provider: ${ids.join(', ')}`] : []),
    see,
  ]);
}

async function provingOf(host: Host, args: Args, { path, isDefault }: Location): Promise<ProveOptions> {
  return {
    major: await majorOf(host, args),
    limits: limitsOf(args.amount('timeout') ?? DOCTOR_TIMEOUT_S),
    concurrency: concurrencyOf(args),
    path,
    isDefault,
  };
}

/** @throws PgRootCertError `settings-refused`: a target that libpq refuses could prove nothing */
function allServers(host: Host, args: Args, proving: ProveOptions): readonly Server[] {
  const file = args.text('targets');
  const targets = [...args.list('target'), ...(file === undefined ? [] : readTargets(host, file))];
  return [...new Set(targets)].flatMap((conninfo) => {
    const found = serversOf(host, conninfo, proving);
    if (!found.ok) throw settingsRefused(found.libpqMessage, conninfo);
    return found.servers;
  });
}
