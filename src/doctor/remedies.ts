import type { CatalogRoot } from '../catalog/types.js';
import { type Help, help } from '../core/findings.js';
import type { CheckContext } from './check.js';
import { conninfoFor, hostToCompare, serverName } from './connection.js';
import { type ChainEnd, recogniseEnd } from './recognise.js';

/** Where the chain of this target ends; null where no certificate was seen. */
export function endOf({ chain, catalog, evidence }: CheckContext): ChainEnd | null {
  const [first, ...rest] = chain?.path ?? [];
  if (first === undefined) return null;
  const host = hostToCompare({ evidence });
  const provider = host === null ? null : catalog.forHost(host);
  return recogniseEnd([first, ...rest], catalog, provider?.roots ?? []);
}

/** The roots that this target needs, as far as the chain or else the host name tells; ids or a provider's. */
export function rootsToInstall(context: CheckContext): readonly string[] | null {
  const end = endOf(context);
  if (end?.kind === 'known') return [end.root.id];
  if (end !== null) return null;
  const host = hostToCompare(context);
  return host !== null && context.catalog.forHost(host) !== null ? ['--for', host] : null;
}

/** argv that installs roots into the file that libpq reads for these settings. */
export function installCommand(
  { evidence, catalogFile }: CheckContext,
  what: readonly string[],
): readonly string[] {
  const { root } = evidence.files;
  const other =
    (root.kind === 'present' || root.kind === 'absent') && !root.isDefault ? ['--file', root.path] : [];
  const own = catalogFile === null ? [] : ['--catalog', catalogFile];
  return ['pg-root-cert', 'install', ...what, ...own, ...other];
}

/** The help for a known root that is not there. A root that its provider does not use is worth a second look. */
export function installHelp(context: CheckContext, root: CatalogRoot): Help {
  const host = hostToCompare(context);
  const provider = host === null ? null : context.catalog.forHost(host);
  const command = installCommand(context, [root.id]);
  return provider === null || provider.roots.includes(root.id)
    ? help('add it', [command])
    : help(`add it, if you know why ${provider.name} uses a root that it does not name`, [command], 'review');
}

/** What psql would be given to connect with verify-full. */
export function verifyFullCommand({ evidence }: CheckContext): readonly string[] {
  return ['psql', conninfoFor(evidence, { sslmode: 'verify-full' })];
}

/** What only the one who runs the server can do: `line` is for them to read, `commands` for them to run. */
export function administratorHelp(
  context: CheckContext,
  line: string,
  commands: readonly (readonly string[])[] = [],
): Help {
  return help(`send this to the administrator of ${serverName(context)}: ${line}`, commands, 'review');
}

export const RELOAD = ['psql', '-c', 'select pg_reload_conf()'] as const;

export const dayOf = (date: Date): string => date.toISOString().slice(0, 10);
