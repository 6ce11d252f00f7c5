import { loadCatalog } from '../catalog/catalog.js';
import type { Catalog, CatalogRoot } from '../catalog/types.js';
import type { Finding } from '../core/findings.js';
import type { Host } from '../core/host.js';
import { catalogRoots, DEFAULT_ROOT } from '../install/sources.js';
import { composeInstaller, type ScriptRoot } from '../script/compose.js';
import { validateSource } from '../validate/validate-source.js';
import type { Args, Context, Outcome } from './command.js';
import { certificateDocument } from './render/change.js';
import { rootsByHost } from './sources.js';
import { version } from './version.js';

const TEMPLATE = 'src/script/installer.sh';

/** What `install` would refuse to install is in no script. */
export async function runScript({ host }: Context, args: Args): Promise<Outcome> {
  const catalog = await loadCatalog(host, args.text('catalog'));
  const roots: ScriptRoot[] = [];
  const findings: Finding[] = [];
  for (const root of rootsOf(host, catalog, args)) {
    const valid = await validate(host, catalog, root);
    roots.push(...valid.accepted.map(({ certificate }) => ({ root, certificate })));
    findings.push(...valid.findings);
  }
  const template = Buffer.from(host.asset(TEMPLATE)).toString('utf8');
  const script = composeInstaller(template, version(host), roots);
  return {
    exitCode: 0,
    document: {
      script,
      roots: roots.map(({ certificate }) => certificateDocument(catalog, certificate)),
      findings,
    },
    text: () => script.trimEnd(),
    findings,
    findingsAreResult: false,
  };
}

function rootsOf(host: Host, catalog: Catalog, args: Args): readonly CatalogRoot[] {
  const named = [
    ...args.positional.flatMap((name) => catalogRoots(catalog, name)),
    ...rootsByHost(host, catalog, args),
  ];
  return named.length === 0 ? catalogRoots(catalog, DEFAULT_ROOT) : [...new Set(named)];
}

function validate(host: Host, catalog: Catalog, root: CatalogRoot) {
  return validateSource({
    bytes: catalog.der(root),
    label: root.id,
    pins: new Set([root.sha256]),
    catalog,
    vouched: false,
    now: host.now(),
  });
}
