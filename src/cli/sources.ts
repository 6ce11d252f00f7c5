import type { Catalog, CatalogRoot } from '../catalog/types.js';
import type { Host } from '../core/host.js';
import { parsePin } from '../core/pins.js';
import { redactUrl } from '../core/redact.js';
import { parseSource, rootsForHost, type SourceOptions, type SourceRequest } from '../install/sources.js';
import type { Args, Context, OptionSpec } from './command.js';
import { hostNames, isHostName } from './host-names.js';
import { CATALOG, DEFAULT_TIMEOUT_S, FOR, TIMEOUT } from './options.js';
import { usage } from './usage.js';

/** The options of a command that takes sources, but for those of what it does with them. */
export const SOURCE_OPTIONS = {
  for: FOR,
  sha256: {
    type: 'string',
    array: true,
    value: 'HEX',
    describe: 'the fingerprint that a certificate of a source must have',
  },
  vouch: { type: 'boolean', describe: 'you answer for a file or stdin yourself, without a fingerprint' },
  offline: { type: 'boolean', describe: 'never download; take the copy inside this package' },
  'require-download': { type: 'boolean', describe: 'never take the copy inside this package' },
  mirror: { type: 'string', value: 'URL', describe: 'download from URL/<id>.pem' },
  catalog: CATALOG,
  timeout: TIMEOUT,
} as const satisfies Record<string, OptionSpec>;

/**
 * What a command line says of its sources; no request where it names none.
 *
 * @throws PgRootCertError `usage`, `unknown-root`, `unknown-host`, `provider-own-ca`
 */
export function sourcesOf(context: Context, catalog: Catalog, args: Args): SourceOptions {
  const { host } = context;
  const downloads = downloadsOf(context, args);
  const requests = requestsOf(host, catalog, args);
  if (args.flag('vouch') && requests.some(({ kind }) => kind === 'url')) {
    throw usage('--vouch is for files and stdin, not for a URL', ['name the fingerprint: --sha256 HEX']);
  }
  if (context.interactive && requests.some(({ kind }) => kind === 'stdin'))
    context.hint('paste the certificate, then end with Ctrl-D');
  return {
    requests,
    pins: new Set(args.list('sha256').map(parsePin)),
    vouched: args.flag('vouch'),
    ...downloads,
  };
}

/** How a command line wants downloads to be made. @throws PgRootCertError `usage`: options that exclude each other */
export function downloadsOf(
  { onProgress }: Context,
  args: Args,
): Omit<SourceOptions, 'requests' | 'pins' | 'vouched'> {
  const mirror = args.text('mirror');
  const offline = args.flag('offline');
  const requireDownload = args.flag('require-download');
  if (offline && requireDownload) throw usage('--offline and --require-download exclude each other');
  if (offline && mirror !== undefined) throw usage('--offline and --mirror exclude each other');
  return {
    ...(mirror === undefined ? {} : { mirror }),
    offline,
    requireDownload,
    timeoutMs: (args.amount('timeout') ?? DEFAULT_TIMEOUT_S) * 1000,
    onProgress: ({ url, done, total }) =>
      onProgress(`downloading (${done} of ${total})${url === null ? '' : ` ${url}`}`),
  };
}

/** What was asked for, to be repeated in advice. A conninfo may hold a password, and stdin can't be repeated. */
export function wordsOf(args: Args): string[] {
  return [
    ...args.positional.map((source) => (source === '-' ? 'FILE' : redactUrl(source))),
    ...args.list('for').flatMap((target) => ['--for', isHostName(target) ? target : 'HOST']),
    ...args.list('sha256').flatMap((pin) => ['--sha256', pin]),
    ...(args.flag('vouch') ? ['--vouch'] : []),
  ];
}

function requestsOf(host: Host, catalog: Catalog, args: Args): SourceRequest[] {
  const byName = args.positional.map((source) => parseSource(host, catalog, source));
  const byHost = rootsByHost(host, catalog, args);
  if (byHost.length > 0) byName.push({ kind: 'roots', roots: byHost });
  return byName;
}

/** The roots that `--for` asks for. @throws PgRootCertError `usage`, `unknown-host`, `provider-own-ca` */
export function rootsByHost(host: Host, catalog: Catalog, args: Args): CatalogRoot[] {
  const names = args.list('for').flatMap((target) => hostNames(host, target));
  return names.flatMap((name) => rootsForHost(catalog, name));
}
