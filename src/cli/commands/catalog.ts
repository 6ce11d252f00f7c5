import { loadCatalog } from '../../catalog/catalog.js';
import type { Catalog, CatalogRoot, Provider } from '../../catalog/types.js';
import { catalogRoots } from '../../install/sources.js';
import type { Args, Command, Context, Outcome } from '../command.js';
import { CATALOG, FOR } from '../options.js';
import { catalogText, rootDetailsText } from '../render/catalog.js';
import { rootsByHost } from '../sources.js';

export const catalog: Command = {
  name: 'catalog',
  positional: { spec: '[name…]', name: 'name', describe: 'roots or providers to show in full' },
  summary: 'List the known roots, and which provider needs them',
  options: {
    for: FOR,
    catalog: CATALOG,
  },
  examples: [
    ['$0 catalog', 'all providers and roots'],
    ['$0 catalog digicert-global-root-g2', 'one root, with its fingerprints'],
    ['$0 catalog --for db.abc.supabase.co', 'which root does my host need?'],
  ],
  run,
};

async function run({ host }: Context, args: Args): Promise<Outcome> {
  const known = await loadCatalog(host, args.text('catalog'));
  const names = args.positional;
  const chosen = [
    ...names.flatMap((name) => providerOrRoots(known, name)),
    ...rootsByHost(host, known, args),
  ];
  const all = names.length === 0 && args.list('for').length === 0;
  const roots = all ? known.roots : [...new Set(chosen)];
  const ids = new Set(roots.map(({ id }) => id));
  const asked = new Set(names);
  const providers = known.providers.filter(
    ({ id, roots: own }) => all || asked.has(id) || own.some((each) => ids.has(each)),
  );
  return {
    exitCode: 0,
    document: { roots: roots.map((root) => rootDocument(known, root)), providers, findings: [] },
    text: (paint) =>
      all ? catalogText(known, paint) : rootDetailsText(known, roots, askedProviders(known, names), paint),
    findings: [],
    findingsAreResult: true,
  };
}

/** A provider without roots is shown with its own way to a CA, so here it is no error. */
function providerOrRoots(known: Catalog, name: string): readonly CatalogRoot[] {
  const provider = known.provider(name);
  return provider !== null && provider.roots.length === 0 ? [] : catalogRoots(known, name);
}

function askedProviders(known: Catalog, names: readonly string[]): Provider[] {
  return names.flatMap((name) => known.provider(name) ?? []);
}

function rootDocument(known: Catalog, root: CatalogRoot) {
  return {
    ...root,
    providers: known.providersOf(root).map(({ id }) => id),
    formerly: known.formerProvidersOf(root).map(({ id }) => id),
  };
}
