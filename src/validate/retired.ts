import type { CatalogRoot, Provider } from '../catalog/types.js';
import { type Finding, finding, type Help, help } from '../core/findings.js';
import { printable } from '../core/printable.js';
import { type AcceptedRoot, certificateName, type Source } from './source.js';

const MOST_PROVIDERS = 5;
const MOST_ROOTS = 4;

/** `root-retired`, with what each provider that left this root needs now; null for a root in use. */
export function retiredFinding(
  { certificate, root }: AcceptedRoot,
  { catalog }: Pick<Source, 'catalog'>,
): Finding | null {
  if (root?.status !== 'retired') return null;
  const message = `${certificateName(certificate)} is retired: nothing new is issued under it`;
  return finding('root-retired', message, {
    notes: root.note === '' ? [] : [printable(root.note, 500)],
    help: successors(root, catalog),
  });
}

function successors(root: CatalogRoot, catalog: Source['catalog']): readonly Help[] {
  const movedOn = catalog.formerProvidersOf(root).filter(({ roots }) => roots.length > 0);
  return movedOn
    .slice(0, MOST_PROVIDERS)
    .map((provider) =>
      help(`${printable(provider.name)} needs ${listed(provider)} now`, [
        ['pg-root-cert', 'install', provider.id],
      ]),
    );
}

function listed({ roots }: Provider): string {
  const more = roots.length - MOST_ROOTS;
  return more > 0 ? `${roots.slice(0, MOST_ROOTS).join(', ')} and ${more} more roots` : roots.join(', ');
}
