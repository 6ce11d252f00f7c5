import { loadCatalog } from '../../catalog/catalog.js';
import type { Catalog, CatalogRoot } from '../../catalog/types.js';
import type { Host } from '../../core/host.js';
import { parsePin } from '../../core/pins.js';
import { printable } from '../../core/printable.js';
import { redactUrl } from '../../core/redact.js';
import type { Impact } from '../../doctor/impact.js';
import type { Accepted } from '../../install/accept.js';
import { type InstallResult, install as installRoots } from '../../install/install.js';
import { DEFAULT_ROOT, parseSource, rootsForHost, type SourceRequest } from '../../install/sources.js';
import { locate } from '../../locate/location.js';
import type { Args, Command, Context, Outcome } from '../command.js';
import { hostNames, isHostName } from '../host-names.js';
import { CATALOG, DEFAULT_TIMEOUT_S, DRY_RUN, FILE, TARGETS, TIMEOUT } from '../options.js';
import { changeDocument, changeText } from '../render/change.js';
import { impactText } from '../render/impact.js';
import type { Paint } from '../render/paint.js';
import { undoCommand } from '../undo-command.js';
import { usage } from '../usage.js';

export const install: Command = {
  name: 'install',
  positional: {
    spec: '[source…]',
    name: 'source',
    describe: `a root or provider of the catalogue (${DEFAULT_ROOT}), a PEM or DER file, - for stdin, or an https URL`,
  },
  summary: 'Put roots into root.crt',
  options: {
    for: {
      type: 'string',
      array: true,
      value: 'HOST',
      describe: "the roots that this host's provider needs; a conninfo will do",
    },
    sha256: {
      type: 'string',
      array: true,
      value: 'HEX',
      describe: 'the fingerprint that a certificate of a source must have',
    },
    vouch: { type: 'boolean', describe: 'you answer for a file or stdin yourself, without a fingerprint' },
    file: FILE,
    offline: { type: 'boolean', describe: 'never download; take the copy inside this package' },
    'require-download': { type: 'boolean', describe: 'never take the copy inside this package' },
    mirror: { type: 'string', value: 'URL', describe: 'download from URL/<id>.pem' },
    catalog: CATALOG,
    replace: { type: 'boolean', describe: 'drop what is there, after backing it up' },
    'check-impact': {
      type: 'boolean',
      describe: 'try the targets of pg_service.conf before and after, and list those that change',
    },
    targets: TARGETS,
    'dry-run': DRY_RUN,
    timeout: TIMEOUT,
  },
  examples: [
    ['$0', 'Adobe Query Service and all else under DigiCert Global Root G2'],
    ['$0 install --for db.abc.supabase.co', 'the roots that this host needs'],
    ['$0 install aws-rds/eu-west-1', "a provider's roots"],
    ['$0 install ca.pem --sha256 5E:A1:…', 'a root of your own, checked'],
    ['$0 install --offline --quiet', 'in a script, without a network'],
    ['$0 install --file ~/.postgresql/x.crt', 'for sslrootcert= in one connection'],
  ],
  run,
};

async function run(context: Context, args: Args): Promise<Outcome> {
  const { host } = context;
  assertAgree(args);
  const catalog = await loadCatalog(host, args.text('catalog'));
  const requests = requestsOf(host, catalog, args);
  if (args.flag('vouch') && requests.some(({ kind }) => kind === 'url')) {
    throw usage('--vouch is for files and stdin, not for a URL', ['name the fingerprint: --sha256 HEX']);
  }
  if (context.interactive && requests.some(({ kind }) => kind === 'stdin'))
    context.hint('paste the certificate, then end with Ctrl-D');
  const location = await locate(host, args.text('file'));
  const dryRun = args.flag('dry-run');
  const pins = new Set(args.list('sha256').map(parsePin));
  const mirror = args.text('mirror');
  let impacts: readonly Impact[] | null = null;
  const result = await installRoots(host, catalog, location, {
    words: wordsOf(args),
    requests,
    pins,
    vouched: args.flag('vouch'),
    ...(mirror === undefined ? {} : { mirror }),
    offline: args.flag('offline'),
    requireDownload: args.flag('require-download'),
    replace: args.flag('replace'),
    dryRun,
    beforeChange: async (planned) => {
      if (!args.flag('check-impact')) return;
      impacts = await (await import('../on-demand.js')).impactsOf(context, args, planned);
    },
    timeoutMs: (args.amount('timeout') ?? DEFAULT_TIMEOUT_S) * 1000,
    onProgress: ({ url, done, total }) =>
      context.onProgress(`downloading (${done} of ${total})${url === null ? '' : ` ${url}`}`),
  });
  return {
    exitCode: 0,
    document: {
      targets: [{ ...changeDocument(catalog, result.change), source: result.source }],
      findings: result.findings,
      dryRun,
      ...(impacts === null ? {} : { impact: impacts }),
    },
    text: (paint) =>
      [
        text(result, { dryRun, undo: undoCommand(location), pins }, paint),
        ...(impacts === null ? [] : [impactText(impacts, paint)]),
      ].join('\n'),
    findings: result.findings,
    findingsAreResult: false,
  };
}

/** What was asked for, to be repeated in advice. A conninfo may hold a password, and stdin can't be repeated. */
function wordsOf(args: Args): string[] {
  return [
    ...args.positional.map((source) => (source === '-' ? 'FILE' : redactUrl(source))),
    ...args.list('for').flatMap((target) => ['--for', isHostName(target) ? target : 'HOST']),
    ...args.list('sha256').flatMap((pin) => ['--sha256', pin]),
    ...(args.flag('vouch') ? ['--vouch'] : []),
  ];
}

function assertAgree(args: Args): void {
  if (args.text('targets') !== undefined && !args.flag('check-impact')) {
    throw usage('--targets goes with --check-impact');
  }
  if (args.flag('offline') && args.flag('require-download'))
    throw usage('--offline and --require-download exclude each other');
  if (args.flag('offline') && args.text('mirror') !== undefined)
    throw usage('--offline and --mirror exclude each other');
}

function requestsOf(host: Host, catalog: Catalog, args: Args): SourceRequest[] {
  const byName = args.positional.map((source) => parseSource(host, catalog, source));
  const byHost: CatalogRoot[] = [];
  for (const target of args.list('for')) {
    for (const name of hostNames(host, target)) byHost.push(...rootsForHost(catalog, name));
  }
  if (byHost.length > 0) byName.push({ kind: 'roots', roots: byHost });
  return byName.length > 0 ? byName : [parseSource(host, catalog, DEFAULT_ROOT)];
}

interface Told {
  readonly dryRun: boolean;
  readonly undo: readonly string[];
  readonly pins: ReadonlySet<string>;
}

function text({ change, accepted }: InstallResult, { dryRun, undo, pins }: Told, paint: Paint): string {
  if (!change.changed) {
    const names = accepted.map(({ certificate }) => `"${printable(certificate.name)}"`);
    const what =
      names.length > 3
        ? `all ${names.length} roots are`
        : `${names.join(' and ')} ${names.length === 1 ? 'is' : 'are'}`;
    return `${paint.green('ok')}: ${what} in ${change.path} already`;
  }
  const added = new Set(change.added.map(({ sha256 }) => sha256));
  const from = accepted
    .filter(({ certificate }) => added.has(certificate.sha256))
    .map((each) => originOf(each, pins));
  return changeText(change, { dryRun, paint, undo, from: [...new Set(from)] });
}

const CAME_FROM = {
  download: 'downloaded',
  embedded: 'from the catalogue',
  file: 'as given',
  url: 'downloaded',
} as const;

/** Where a root came from, and what vouches for it. */
function originOf({ certificate, root, source }: Accepted, pins: ReadonlySet<string>): string {
  const pinned = pins.has(certificate.sha256) ? 'the one you gave' : root === null ? null : "the catalogue's";
  return `${CAME_FROM[source]}; ${pinned === null ? 'nobody has checked it but you' : `its SHA-256 is ${pinned}`}`;
}
