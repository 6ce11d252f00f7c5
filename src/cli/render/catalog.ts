import type { Catalog, CatalogRoot, Provider } from '../../catalog/types.js';
import { printable } from '../../core/printable.js';
import { wrap } from '../../core/wrap.js';
import type { Paint } from './paint.js';

/** Regions are told by one line, for there are many and they differ in their names only. */
export function catalogText(catalog: Catalog, paint: Paint): string {
  const providers = catalog.providers.filter(({ id }) => !id.includes('/'));
  const regions = catalog.providers.filter(({ id }) => id.includes('/')).length;
  const regional = catalog.roots.filter(({ id }) => /^amazon-rds-.*-g1$/.test(id));
  const listed = catalog.roots.filter((root) => !regional.includes(root));
  const wide = Math.max(...listed.map(({ id }) => id.length));
  return [
    paint.bold('Providers'),
    ...providers.map(({ id, name, roots }) =>
      wrap(
        `  ${id.padEnd(24)} `,
        `${printable(name)}${roots.length === 0 ? ' (no root of its own here)' : ''}`,
        paint.columns,
      ),
    ),
    `  ${'aws-rds/REGION'.padEnd(24)} one of its ${regions} regions, such as aws-rds/eu-west-1`,
    '',
    paint.bold('Roots'),
    ...listed.map((root) =>
      `  ${root.id.padEnd(wide)}  ${root.notAfter.slice(0, 10)}  ${root.status === 'current' ? '' : paint.yellow(root.status)}`.trimEnd(),
    ),
    `  ${regional.length} more of Amazon RDS, three for each region:  pg-root-cert catalog aws-rds`,
    '',
    'One in full:  pg-root-cert catalog NAME',
    'For a host:   pg-root-cert catalog --for HOST',
  ].join('\n');
}

export function rootDetailsText(
  catalog: Catalog,
  roots: readonly CatalogRoot[],
  providers: readonly Provider[],
  paint: Paint,
): string {
  return [
    ...providers.map((provider) => providerText(provider, paint)),
    ...roots.map((root) => rootText(catalog, root, paint)),
  ].join('\n\n');
}

function providerText(provider: Provider, paint: Paint): string {
  const { id, name, roots, formerly, hosts, howTo, note } = provider;
  const field = (label: string, text: string): string => wrap(`  ${label}`, text, paint.columns, 4);
  return [
    `${paint.bold(id)}: ${printable(name)}`,
    roots.length === 0 ? '  the catalogue holds no root for it' : field('roots: ', roots.join(', ')),
    ...(formerly.length > 0 ? [field('formerly: ', formerly.join(', '))] : []),
    ...(hosts.length > 0 ? [field('hosts: ', hosts.join(', '))] : []),
    ...(howTo === undefined ? [] : [field('how to get its root: ', printable(howTo))]),
    ...(note === undefined ? [] : [field('note: ', printable(note))]),
  ].join('\n');
}

function rootText(catalog: Catalog, root: CatalogRoot, paint: Paint): string {
  const providers = catalog.providersOf(root).map(({ id }) => id);
  const former = catalog.formerProvidersOf(root).map(({ id }) => id);
  const field = (label: string, text: string): string =>
    wrap(`  ${label.padEnd(8)} `, text, paint.columns, 11);
  const days = `${root.notBefore.slice(0, 10)} to ${root.notAfter.slice(0, 10)}`;
  return [
    wrap(`${root.id}: `, `${printable(root.name)} (${root.status})`, paint.columns, 2).replace(
      root.id,
      paint.bold,
    ),
    field('SHA-256', root.sha256),
    field('SHA-1', `${root.sha1} (to compare with vendors' pages; no proof)`),
    field('subject', printable(root.subject)),
    field('valid', `${days}, ${root.keyType}, ${root.publicCa ? 'public' : 'private'} CA`),
    field('from', root.officialUrl ?? 'the copy inside this package (no official address)'),
    ...(providers.length > 0 ? [field('for', providers.join(', '))] : []),
    ...(former.length > 0 ? [field('once for', former.join(', '))] : []),
    ...(root.note === '' ? [] : [field('note', printable(root.note))]),
  ].join('\n');
}
