import { loadCatalog } from '../../catalog/catalog.js';
import type { Impact } from '../../doctor/impact.js';
import { install as installRoots } from '../../install/install.js';
import { DEFAULT_ROOT, parseSource } from '../../install/sources.js';
import { locate } from '../../locate/location.js';
import type { Args, Command, Context, Outcome } from '../command.js';
import { DRY_RUN, FILE, TARGETS } from '../options.js';
import { addedText } from '../render/added.js';
import { changeDocument } from '../render/change.js';
import { impactText } from '../render/impact.js';
import { SOURCE_OPTIONS, sourcesOf, wordsOf } from '../sources.js';
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
    ...SOURCE_OPTIONS,
    file: FILE,
    replace: { type: 'boolean', describe: 'drop what is there, after backing it up' },
    'check-impact': {
      type: 'boolean',
      describe: 'try the targets of pg_service.conf before and after, and list those that change',
    },
    targets: TARGETS,
    'dry-run': DRY_RUN,
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
  if (args.text('targets') !== undefined && !args.flag('check-impact')) {
    throw usage('--targets goes with --check-impact');
  }
  const catalog = await loadCatalog(host, args.text('catalog'));
  const sources = sourcesOf(context, catalog, args);
  const location = await locate(host, args.text('file'));
  const dryRun = args.flag('dry-run');
  let impacts: readonly Impact[] | null = null;
  const result = await installRoots(host, catalog, location, {
    ...sources,
    requests: sources.requests.length > 0 ? sources.requests : [parseSource(host, catalog, DEFAULT_ROOT)],
    words: wordsOf(args),
    replace: args.flag('replace'),
    dryRun,
    beforeChange: async (planned) => {
      if (!args.flag('check-impact')) return;
      impacts = await (await import('../on-demand.js')).impactsOf(context, args, planned);
    },
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
        addedText(result.change, result.accepted, {
          dryRun,
          undo: undoCommand(location),
          pins: sources.pins,
          paint,
        }),
        ...(impacts === null ? [] : [impactText(impacts, paint)]),
      ].join('\n'),
    findings: result.findings,
    findingsAreResult: false,
  };
}
