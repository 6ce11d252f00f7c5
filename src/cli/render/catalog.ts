import type { Catalog, CatalogRoot, Provider } from '../../catalog/types.js';
import { printable } from '../../core/printable.js';
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
    ...providers.map(
      (provider) =>
        `  ${provider.id.padEnd(24)} ${printable(provider.name)}${provider.roots.length === 0 ? paint.dim(' (no root of its own here)') : ''}`,
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
  return [
    `${paint.bold(provider.id)}: ${printable(provider.name)}`,
    ...(provider.roots.length === 0
      ? ['  the catalogue holds no root for it']
      : [`  roots: ${provider.roots.join(', ')}`]),
    ...(provider.formerly.length > 0 ? [`  formerly: ${provider.formerly.join(', ')}`] : []),
    ...(provider.hosts.length > 0 ? [`  hosts: ${provider.hosts.join(', ')}`] : []),
    ...(provider.howTo === undefined ? [] : [`  how to get its root: ${printable(provider.howTo)}`]),
    ...(provider.note === undefined ? [] : [`  note: ${printable(provider.note)}`]),
  ].join('\n');
}

function rootText(catalog: Catalog, root: CatalogRoot, paint: Paint): string {
  const providers = catalog.providersOf(root).map(({ id }) => id);
  const former = catalog.formerProvidersOf(root).map(({ id }) => id);
  return [
    `${paint.bold(root.id)}: ${printable(root.name)} (${root.status})`,
    `  SHA-256  ${root.sha256}`,
    `  SHA-1    ${root.sha1} ${paint.dim("(to compare with vendors' pages; no proof)")}`,
    `  subject  ${printable(root.subject)}`,
    `  valid    ${root.notBefore.slice(0, 10)} to ${root.notAfter.slice(0, 10)}, ${root.keyType}, ${root.publicCa ? 'public' : 'private'} CA`,
    `  from     ${root.officialUrl ?? 'the copy inside this package (no official address)'}`,
    ...(providers.length > 0 ? [`  for      ${providers.join(', ')}`] : []),
    ...(former.length > 0 ? [`  once for ${former.join(', ')}`] : []),
    ...(root.note === '' ? [] : [`  note     ${printable(root.note)}`]),
  ].join('\n');
}
