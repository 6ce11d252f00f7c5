import { beforeAll, describe, expect, test } from '@jest/globals';
import { loadCatalog } from '../../../src/catalog/catalog.js';
import { type Succession, successionsOf } from '../../../src/catalog/succession.js';
import type { Catalog, CatalogRoot } from '../../../src/catalog/types.js';
import { parseCertificate } from '../../../src/x509/certificate.js';
import type { Certificate } from '../../../src/x509/types.js';
import { fakeHost } from '../../support/fake-host.js';

let catalog: Catalog;
beforeAll(async () => {
  catalog = await loadCatalog(fakeHost());
});

function root(id: string): CatalogRoot {
  const found = catalog.root(id);
  if (found === null) throw new Error(`no root ${id}`);
  return found;
}
function certificate(id: string): Certificate {
  const parsed = parseCertificate(catalog.der(root(id)));
  if (parsed === null) throw new Error(`${id} cannot be read`);
  return parsed;
}
const region = (name: string): string[] => [...(catalog.provider(`aws-rds/${name}`)?.roots ?? [])];

/** What stands in the file beside the root in question, and who succeeds it. */
function of(id: string, beside: readonly string[], more: readonly Certificate[] = []) {
  const held = [id, ...beside].map(certificate);
  return successionsOf(catalog, root(id), [...held, ...more]).map(told);
}
const told = ({ name, isComplete, missing }: Succession) => ({
  name,
  isComplete,
  missing: missing.map(({ id }) => id),
});

describe('DigiCert Global Root CA, for Adobe and Azure', () => {
  test('alone: nothing of either is there', () => {
    expect(of('digicert-global-root-ca', [])).toEqual([
      { name: 'adobe', isComplete: false, missing: ['digicert-global-root-g2'] },
      {
        name: 'azure',
        isComplete: false,
        missing: ['digicert-global-root-g2', 'microsoft-rsa-root-ca-2017'],
      },
    ]);
  });

  test('with G2: Adobe is served, Azure is not yet', () => {
    expect(of('digicert-global-root-ca', ['digicert-global-root-g2'])).toEqual([
      { name: 'adobe', isComplete: true, missing: [] },
      { name: 'azure', isComplete: false, missing: ['microsoft-rsa-root-ca-2017'] },
    ]);
  });
});

describe("rds-ca-2019, for the region's G1 roots", () => {
  const OLD = 'amazon-rds-root-2019-ca';

  test('alone: the region is not known', () => {
    expect(of(OLD, [])).toEqual([{ name: 'aws-rds/REGION', isComplete: false, missing: [] }]);
  });

  test('an intermediate of 2019 beside it names the region', () => {
    const intermediate: Certificate = {
      ...certificate(OLD),
      sha256: 'a'.repeat(64),
      name: 'Amazon RDS eu-west-1 2019 CA',
      issuer: root(OLD).subject,
      selfIssued: false,
    };
    expect(of(OLD, [], [intermediate])).toEqual([
      { name: 'aws-rds/eu-west-1', isComplete: false, missing: region('eu-west-1') },
    ]);
    const ofAnother = { ...intermediate, issuer: 'CN=Somebody' };
    expect(of(OLD, [], [ofAnother])).toMatchObject([{ name: 'aws-rds/REGION' }]);
  });

  test('one region there whole, another in part', () => {
    const [first = ''] = region('us-east-1');
    expect(of(OLD, [...region('eu-west-1'), first])).toEqual([
      { name: 'aws-rds/eu-west-1', isComplete: true, missing: [] },
      { name: 'aws-rds/us-east-1', isComplete: false, missing: region('us-east-1').slice(1) },
    ]);
  });

  test('all regions there', () => {
    const all = [...(catalog.provider('aws-rds')?.roots ?? [])];
    expect(of(OLD, all)).toEqual([{ name: 'aws-rds', isComplete: true, missing: [] }]);
  });
});

describe('Supabase, one name in two keys', () => {
  const later = 'supabase-root-2021-rekey-2025';

  test('the key of 2021 is followed by the one of 2025, which is followed by none', () => {
    expect(of('supabase-root-2021', [])).toEqual([{ name: 'supabase', isComplete: false, missing: [later] }]);
    expect(of('supabase-root-2021', [later])).toEqual([{ name: 'supabase', isComplete: true, missing: [] }]);
    expect(of(later, ['supabase-root-2021'])).toEqual([]);
  });
});

test('no other root of the catalogue that is in use has a successor', () => {
  const superseded = catalog.roots.filter((each) => successionsOf(catalog, each, []).length > 0);
  expect(superseded.map(({ id }) => id).sort()).toEqual([
    'amazon-rds-root-2019-ca',
    'baltimore-cybertrust-root',
    'digicert-global-root-ca',
    'supabase-root-2021',
  ]);
});
