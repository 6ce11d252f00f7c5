import { expect, test } from '@jest/globals';
import { loadCatalog } from '../../../src/catalog/catalog.js';
import { addedText } from '../../../src/cli/render/added.js';
import { catalogText, rootDetailsText } from '../../../src/cli/render/catalog.js';
import { tableText } from '../../../src/cli/render/diagnosis.js';
import { explanationText } from '../../../src/cli/render/explanation.js';
import { makePaint } from '../../../src/cli/render/paint.js';
import { nodeHost } from '../../../src/core/node-host.js';
import { explainText } from '../../../src/explain/text.js';
import type { Accepted } from '../../../src/install/accept.js';
import { readBundle } from '../../../src/x509/bundle.js';

const paint = makePaint(false, 80, false);
const LABEL = 12;
/** Lines that could have been broken: those with a blank behind their label. */
const tooWide = (text: string): string[] =>
  text.split('\n').filter((line) => line.length > 80 && line.lastIndexOf(' ') > LABEL);

test('the catalogue, in a list and one by one', async () => {
  const catalog = await loadCatalog(nodeHost());
  expect(tooWide(catalogText(catalog, paint))).toEqual([]);
  const details = rootDetailsText(catalog, catalog.roots, catalog.providers, paint);
  expect(details).toContain('SHA-1    df3c24f9bfd666761b268073fe06d1cc8d4f82a4');
  expect(tooWide(details)).toEqual([]);
});

test('the causes of an error', async () => {
  const explanation = explainText('self signed certificate in certificate chain');
  expect(explanation.causes.length).toBeGreaterThan(1);
  expect(tooWide(explanationText(explanation, paint))).toEqual([]);
});

test('roots that are in place already', async () => {
  const host = nodeHost();
  const catalog = await loadCatalog(host);
  const accepted = ['digicert-global-root-g2', 'microsoft-rsa-root-ca-2017'].map((id): Accepted => {
    const [certificate] = readBundle(host.asset(`certs/${id}.pem`)).certificates;
    if (certificate === undefined) throw new Error(`no ${id}`);
    return { certificate, root: catalog.root(id), source: 'embedded' };
  });
  const certificates = accepted.map(({ certificate }) => certificate);
  const kept = {
    path: '/home/me/.postgresql/root.crt',
    changed: false,
    added: [],
    removed: [],
    kept: certificates,
  };
  const change = { ...kept, backup: null, before: null, after: null, tightened: false };
  const told = { dryRun: false, undo: [], pins: new Set<string>(), paint };
  expect(tooWide(addedText(change, accepted, told))).toEqual([]);
});

test('the table of many targets: long names and many codes go over several lines, in a pipe over none', () => {
  const name = 'one.of.many.databases.of.a.customer.postgres.database.azure.com:5432';
  const codes = ['root-not-trusted', 'hostname-mismatch', 'server-cert-expired'];
  const rows = [
    { name, connects: false, codes },
    { name: 'db:5432', connects: true, codes: [] },
  ];
  const lines = tableText(rows, paint).split('\n');
  expect(lines.filter((line) => line.length > 80)).toEqual([]);
  expect(lines[1]).toBe(name);
  expect(lines[2]).toBe(`${' '.repeat(48)}  no        root-not-trusted,`);
  expect(
    tableText(rows, makePaint(false, Number.POSITIVE_INFINITY, false))
      .split('\n')
      .slice(1, 3),
  ).toEqual([`${name}  no        ${codes.join(', ')}`, `${'db:5432'.padEnd(48)}  yes`]);
});
