import { expect, test } from '@jest/globals';
import { loadCatalog } from '../../../src/catalog/catalog.js';
import { aliasOf, entriesFor } from '../../../src/export/alias.js';
import { parseCertificate } from '../../../src/x509/certificate.js';
import { fakeHost } from '../../support/fake-host.js';
import { makeCertificate } from '../../support/make-certs.js';
import { catalogRoot } from '../../support/stores.js';

const own = (subject: string) => {
  const certificate = parseCertificate(makeCertificate({ subject }).der);
  if (certificate === null) throw new Error('no certificate');
  return certificate;
};

test('the catalogue id, else name and SHA-256: always plain, lower case, and short', async () => {
  const catalog = await loadCatalog(fakeHost());
  const named = (subject: string) => {
    const certificate = own(subject);
    return aliasOf(catalog, certificate).replace(certificate.sha256.slice(0, 8), 'SHA');
  };
  expect(aliasOf(catalog, catalogRoot('isrg-root-x1'))).toBe('isrg-root-x1');
  expect(named('Our CA')).toBe('our-ca-SHA');
  expect(named('../../Évil\u202e CA')).toBe('evil-e2-80-ae-ca-SHA');
  expect(named('日本語')).toBe('root-SHA');
  expect(named('x'.repeat(60))).toBe(`${'x'.repeat(40)}-SHA`);
  expect(named(`${'x'.repeat(39)} y`)).toBe(`${'x'.repeat(39)}-SHA`);
});

test('sorted by alias', async () => {
  const catalog = await loadCatalog(fakeHost());
  const roots = ['isrg-root-x1', 'amazon-root-ca-1', 'gts-root-r1'].map(catalogRoot);
  const aliases = entriesFor(catalog, roots).map(({ alias }) => alias);
  expect(aliases).toEqual(['amazon-root-ca-1', 'gts-root-r1', 'isrg-root-x1']);
});
