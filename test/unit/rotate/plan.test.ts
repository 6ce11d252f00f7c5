import { beforeAll, describe, expect, test } from '@jest/globals';
import { loadCatalog } from '../../../src/catalog/catalog.js';
import type { Catalog } from '../../../src/catalog/types.js';
import { noLongerServed, planRotation } from '../../../src/rotate/plan.js';
import { parseCertificate } from '../../../src/x509/certificate.js';
import type { Certificate } from '../../../src/x509/types.js';
import { fakeHost } from '../../support/fake-host.js';

let catalog: Catalog;
beforeAll(async () => {
  catalog = await loadCatalog(fakeHost());
});

const certificates = (ids: readonly string[]): Certificate[] =>
  ids.map((id) => {
    const root = catalog.root(id);
    const parsed = root === null ? null : parseCertificate(catalog.der(root));
    if (parsed === null) throw new Error(`no root ${id}`);
    return parsed;
  });
const idOf = ({ sha256 }: Certificate) => catalog.bySha256(sha256)?.id;

function plan(providerId: string, beside: readonly string[]) {
  const provider = catalog.provider(providerId);
  if (provider === null) throw new Error(`no provider ${providerId}`);
  const { old, kept } = planRotation(catalog, provider, certificates([...provider.roots, ...beside]));
  return {
    old: old.map(idOf),
    kept: kept.map(({ certificate, neededBy }) => [idOf(certificate), neededBy.map(({ id }) => id)]),
  };
}

const CA = 'digicert-global-root-ca';

describe('planRotation', () => {
  test.each([
    ['adobe', [CA], [CA]],
    ['azure', [CA, 'baltimore-cybertrust-root'], [CA, 'baltimore-cybertrust-root']],
    ['aws-rds/eu-west-1', ['amazon-rds-root-2019-ca'], ['amazon-rds-root-2019-ca']],
    ['aws-rds', ['amazon-rds-root-2019-ca'], ['amazon-rds-root-2019-ca']],
    ['supabase', [], []],
    ['azure-china', [], []],
    ['adobe', ['isrg-root-x1', 'baltimore-cybertrust-root'], []],
  ])('%s with %j beside its present roots', (provider, beside, old) => {
    expect(plan(provider, beside)).toEqual({ old, kept: [] });
  });

  test('a certificate that stands twice in the file counts once', () => {
    expect(plan('adobe', [CA, CA]).old).toEqual([CA]);
  });
});

test('Azure in China is served no longer once DigiCert Global Root CA is gone', () => {
  const roots = certificates(catalog.provider('azure-china')?.roots ?? []);
  const after = roots.filter((each) => idOf(each) !== CA);
  expect(noLongerServed(catalog, roots, after).map(({ id }) => id)).toEqual(['azure-china']);
});
