import { describe, expect, test } from '@jest/globals';
import { loadCatalog } from '../../../src/catalog/catalog.js';
import { nodeHost } from '../../../src/core/node-host.js';
import { knownRoot } from './known-root.js';

const catalog = await loadCatalog(nodeHost());

function rootsOf(id: string): readonly string[] {
  const found = catalog.resolve(id);
  if (found?.kind !== 'provider') throw new Error(`${id} is no provider`);
  return found.roots.map((root) => root.id);
}

describe('resolve', () => {
  test.each([
    ['adobe', ['digicert-global-root-g2']],
    ['azure', ['digicert-global-root-g2', 'microsoft-rsa-root-ca-2017']],
    ['supabase', ['supabase-root-2021', 'supabase-root-2021-rekey-2025']],
    ['neon', ['isrg-root-x1', 'isrg-root-x2']],
    ['aws-aurora-dsql', ['amazon-root-ca-1']],
    [
      'aws-rds/eu-west-1',
      [
        'amazon-rds-eu-west-1-ecc384-g1',
        'amazon-rds-eu-west-1-rsa2048-g1',
        'amazon-rds-eu-west-1-rsa4096-g1',
      ],
    ],
    ['aiven', []],
  ])('%s', (id, expected) => {
    expect(rootsOf(id)).toEqual(expected);
  });

  test("both of Supabase's keys are trusted under one name", () => {
    const keys = rootsOf('supabase').map((id) => catalog.root(id));
    expect(new Set(keys.map((root) => root?.subject)).size).toBe(1);
    expect(new Set(keys.map((root) => root?.subjectKeyId)).size).toBe(2);
  });

  test('aws-rds is the three roots of each commercial region, and of nothing else', () => {
    const regions = catalog.providers.filter(({ id }) => id.startsWith('aws-rds/'));
    expect(regions).toHaveLength(34);
    expect(rootsOf('aws-rds')).toEqual(regions.flatMap(({ roots }) => roots));
    for (const { roots } of regions) expect(roots).toHaveLength(3);
  });

  test('a root by its id, and nothing by anything else', () => {
    expect(catalog.resolve('isrg-root-x1')).toMatchObject({ kind: 'root', root: { name: 'ISRG Root X1' } });
    expect(catalog.resolve('ISRG Root X1')).toBeNull();
    expect(catalog.resolve('__proto__')).toBeNull();
  });
});

test('every root that a provider names exists', () => {
  for (const { roots, formerly } of catalog.providers) {
    for (const id of [...roots, ...formerly]) expect(catalog.root(id)?.id).toBe(id);
  }
});

test('providers need no expired, retired or preview root, but for Azure China until it has moved', () => {
  const doubtful = catalog.providers.flatMap(({ id, roots }) =>
    roots
      .filter((root) => ['expired', 'retired', 'preview'].includes(catalog.root(root)?.status ?? ''))
      .map((root) => [id, root]),
  );
  expect(doubtful).toEqual([['azure-china', 'digicert-global-root-ca']]);
});

test('a provider without roots says how to get its own, if only there is no root to list', () => {
  const without = catalog.providers.filter(({ roots }) => roots.length === 0);
  expect(without.map(({ id }) => id)).toEqual([
    'planetscale',
    'cloud-sql',
    'aiven',
    'digitalocean',
    'crunchy-bridge',
    'snowflake-postgres',
    'yugabyte-aeon',
    'railway',
  ]);
  for (const { howTo } of without) expect(howTo).toMatch(/\w/);
  for (const { roots, howTo } of catalog.providers) expect(roots.length === 0).toBe(howTo !== undefined);
});

test('roots lead to their providers, past and present', () => {
  const ids = (providers: readonly { id: string }[]) => providers.map(({ id }) => id);
  expect(ids(catalog.providersOf(knownRoot(catalog, 'digicert-global-root-g2')))).toEqual([
    'adobe',
    'azure',
    'azure-china',
  ]);
  expect(ids(catalog.formerProvidersOf(knownRoot(catalog, 'digicert-global-root-ca')))).toEqual([
    'adobe',
    'azure',
  ]);
  expect(ids(catalog.providersOf(knownRoot(catalog, 'amazon-rds-eu-west-1-rsa2048-g1')))).toEqual([
    'aws-rds',
    'aws-rds/eu-west-1',
  ]);
});

test('a root by its SHA-256', () => {
  for (const root of catalog.roots) expect(catalog.bySha256(root.sha256)).toBe(root);
  expect(catalog.bySha256('00'.repeat(32))).toBeNull();
});

describe('forHost', () => {
  test.each([
    ['acme.platform-query.adobe.io', 'adobe'],
    ['ACME.Platform-Query.ADOBE.io.', 'adobe'],
    ['srv.postgres.database.azure.com', 'azure'],
    ['srv.postgres.database.usgovcloudapi.net', 'azure'],
    ['c.abc.postgres.cosmos.azure.com', 'azure'],
    ['srv.postgres.database.chinacloudapi.cn', 'azure-china'],
    ['db.abc123.eu-west-1.rds.amazonaws.com', 'aws-rds/eu-west-1'],
    ['cluster.cluster-ro-abc.us-east-1.rds.amazonaws.com', 'aws-rds/us-east-1'],
    ['db.abc123.xx-new-9.rds.amazonaws.com', 'aws-rds'],
    ['db.abc123.us-gov-west-1.rds.amazonaws.com', 'aws-rds-govcloud'],
    ['db.abc123.us-gov-east-1.rds.amazonaws.com', 'aws-rds-govcloud'],
    ['db.abc123.rds.cn-north-1.amazonaws.com.cn', 'aws-rds-china'],
    ['db.abc123.rds.cn-northwest-1.amazonaws.com.cn', 'aws-rds-china'],
    ['app.proxy-abc123.us-east-1.rds.amazonaws.com', 'aws-rds-proxy'],
    ['ro.endpoint.proxy-abc123.ap-southeast-7.rds.amazonaws.com', 'aws-rds-proxy'],
    ['app.proxy-abc123.us-gov-west-1.rds.amazonaws.com', 'aws-rds-proxy'],
    ['proxy-db.abc123.us-east-1.rds.amazonaws.com', 'aws-rds/us-east-1'],
    ['abc.dsql.us-east-1.on.aws', 'aws-aurora-dsql'],
    ['db.abcdefgh.supabase.co', 'supabase'],
    ['aws-0-eu-west-1.pooler.supabase.com', 'supabase'],
    ['ep-cool-1.eu-central-1.aws.neon.tech', 'neon'],
    ['free-1.aws-eu-west-1.cockroachlabs.cloud', 'cockroachdb-cloud'],
    ['svc.project.tsdb.cloud.timescale.com', 'tiger'],
    ['pg-1.aivencloud.com', 'aiven'],
    ['x-do-user-1-0.db.ondigitalocean.com', 'digitalocean'],
    ['p.abc.db.postgresbridge.com', 'crunchy-bridge'],
  ])('%s is served by %s', (hostname, id) => {
    expect(catalog.forHost(hostname)?.id).toBe(id);
  });

  test.each([
    ['localhost'],
    ['db.example.org'],
    ['evil-rds.amazonaws.com.example'],
    ['x.rds.amazonaws.com.evil.example'],
    ['eviladobe.io'],
    ['x.platform-query.adobe.io..'],
    ['10.0.0.1'],
    [''],
  ])('%p is nobody’s', (hostname) => {
    expect(catalog.forHost(hostname)).toBeNull();
  });

  test('every provider with host patterns is reached by some host', () => {
    for (const { id, hosts } of catalog.providers) {
      for (const pattern of hosts) {
        expect(catalog.forHost(pattern.replaceAll('*', 'x'))?.id).toBe(id);
      }
    }
  });
});
