import { describe, expect, test } from '@jest/globals';
import { loadCatalog } from '../../../src/catalog/catalog.js';
import type { Catalog } from '../../../src/catalog/types.js';
import { finding } from '../../../src/core/findings.js';
import { scanFindings } from '../../../src/scan/findings.js';
import { judge, type ScannedFile } from '../../../src/scan/judge.js';
import { faultsOf, isStale, worstFirst } from '../../../src/scan/stale.js';
import { FIXED_LIMITS, leaveOut, name, newTally } from '../../../src/scan/tally.js';
import { parseCertificate } from '../../../src/x509/certificate.js';
import type { Certificate } from '../../../src/x509/types.js';
import { fakeHost } from '../../support/fake-host.js';
import { makeCertificate } from '../../support/make-certs.js';
import { catalogRoot } from '../../support/stores.js';

const host = fakeHost();
const catalog: Catalog = await loadCatalog(host);
const LIMITS = { ...FIXED_LIMITS, until: 0, files: 10, fileBytes: 16 * 1024 ** 2 };
const NOW = new Date('2026-11-21T10:00:00Z');

const roots = (...ids: readonly string[]): readonly Certificate[] => ids.map(catalogRoot);
const providerRoots = (id: string) => roots(...(catalog.provider(id)?.roots ?? []));
const made = (options: Parameters<typeof makeCertificate>[0]): Certificate => {
  const certificate = parseCertificate(makeCertificate(options).der);
  if (certificate === null) throw new Error('not a certificate');
  return certificate;
};

function judged(certificates: readonly Certificate[], ...wanted: readonly string[]): ScannedFile {
  const providers = wanted.flatMap((id) => catalog.provider(id) ?? []);
  const reading = { format: 'pem', certificates, fault: null } as const;
  return judge(catalog, '/f.pem', reading, providers, { now: NOW, warnDays: 90 });
}

function findingsOf(files: readonly ScannedFile[], ...wanted: readonly string[]) {
  const providers = wanted.flatMap((id) => catalog.provider(id) ?? []);
  return scanFindings(catalog, { starts: [], files, tally: newTally() }, providers, LIMITS, '/root.crt');
}

describe('the state of each certificate', () => {
  const day = 86_400_000;
  const inDays = (days: number) => new Date(NOW.getTime() + days * day);
  test.each<[state: string, certificate: Certificate]>([
    ['ok', catalogRoot('digicert-global-root-g2')],
    ['expired', catalogRoot('baltimore-cybertrust-root')],
    ['retired', catalogRoot('digicert-global-root-ca')],
    ['not-a-ca', made({ subject: 'leaf', ca: false, notBefore: inDays(-9) })],
    ['expiring', made({ subject: 'a', ca: true, notBefore: inDays(-9), notAfter: inDays(9) })],
    ['not-yet-valid', made({ subject: 'b', ca: true, notBefore: inDays(9), notAfter: inDays(99) })],
  ])('%s', (state, certificate) => {
    expect(judged([certificate]).certificates).toMatchObject([{ sha256: certificate.sha256, state }]);
  });

  test('a certificate that is there twice counts once', () => {
    expect(judged(roots('isrg-root-x1', 'isrg-root-x1')).certificates).toHaveLength(1);
  });
});

describe('stale is', () => {
  test('what has expired', () => {
    const file = judged(roots('digicert-global-root-g2', 'baltimore-cybertrust-root'));
    expect(faultsOf(file)).toEqual(['1 of its 2 certificates has expired']);
  });

  test('a retired root on its own, but not beside what has taken its place', () => {
    expect(faultsOf(judged(roots('digicert-global-root-ca')))).toEqual([
      '1 root retired, with no successor there',
    ]);
    expect(isStale(judged(roots('digicert-global-root-ca', 'digicert-global-root-g2')))).toBe(false);
  });

  test('a retired root that no provider of the catalogue ever needed is nothing to say', () => {
    expect(isStale(judged(roots('digicert-high-assurance-ev-root-ca')))).toBe(false);
  });

  test('neither a whole bundle nor a single region', () => {
    expect(isStale(judged(providerRoots('aws-rds')))).toBe(false);
    expect(isStale(judged(providerRoots('aws-rds/eu-west-1')))).toBe(false);
  });
});

describe('what is missing', () => {
  const allBut = (...regions: readonly string[]) =>
    providerRoots('aws-rds').filter(
      ({ sha256 }) =>
        !regions.some((region) => providerRoots(`aws-rds/${region}`).some((each) => each.sha256 === sha256)),
    );

  test('regions of a bundle that holds most of them, without being asked', () => {
    const { missing } = judged(allBut('eu-west-1', 'ca-west-1'));
    expect(missing).toMatchObject([
      { provider: 'aws-rds', regions: { count: 34, missing: ['ca-west-1', 'eu-west-1'] }, others: [] },
    ]);
    expect(missing[0]?.roots).toHaveLength(6);
  });

  test('single roots of a region that is there in part', () => {
    const [gone, ...rest] = providerRoots('aws-rds');
    const file = judged(rest);
    expect(file.missing).toMatchObject([
      { regions: { missing: [] }, others: [catalog.bySha256(gone?.sha256 ?? '')?.id] },
    ]);
    expect(faultsOf(file)).toEqual(['1 root of aws-rds is missing']);
  });

  test.each<
    [what: string, certificates: readonly Certificate[], provider: string, missing: readonly string[]]
  >([
    [
      'of a provider that is named',
      roots('digicert-global-root-g2'),
      'azure',
      ['microsoft-rsa-root-ca-2017'],
    ],
    [
      'where only the former root is there',
      roots('digicert-global-root-ca'),
      'adobe',
      ['digicert-global-root-g2'],
    ],
    [
      'of a region, where another is there',
      providerRoots('aws-rds/eu-west-1'),
      'aws-rds/eu-west-2',
      catalog.provider('aws-rds/eu-west-2')?.roots ?? [],
    ],
    ['nothing, where all is there', providerRoots('azure'), 'azure', []],
    ['nothing, in a file that is of others', roots('isrg-root-x1'), 'azure', []],
  ])('%s', (_, certificates, provider, missing) => {
    expect(judged(certificates, provider).missing.flatMap((each) => each.roots)).toEqual(missing);
  });

  test('one that is named is all that is judged by', () => {
    expect(judged(allBut('eu-west-1'), 'azure').missing).toEqual([]);
  });
});

describe('findings', () => {
  test('one for each stale file, the worst first, however many certificates are in it', () => {
    const bad = { ...judged(providerRoots('aws-rds').slice(0, 60)), path: '/bad.pem' };
    const found = findingsOf([
      judged(roots('baltimore-cybertrust-root')),
      bad,
      judged(roots('isrg-root-x1')),
    ]);
    expect(found.map(({ code, message }) => [code, message.split(':')[0]])).toEqual([
      ['stale-bundle', '/bad.pem'],
      ['stale-bundle', '/f.pem'],
    ]);
    expect([judged([]), bad].sort(worstFirst)[0]).toBe(bad);
  });

  test('a way to the present roots, but not for a general trust store', () => {
    const commandsOf = (file: ScannedFile) => findingsOf([file])[0]?.help.flatMap(({ commands }) => commands);
    expect(commandsOf(judged(roots('digicert-global-root-ca')))).toEqual([
      ['pg-root-cert', 'export', 'adobe', '--out', 'FILE', '--format', 'pem'],
    ]);
    const store = { ...judged(roots('digicert-global-root-ca')), format: 'jks' } as const;
    expect(commandsOf(store)?.[0]).toContain('jks');
    const others = [1, 2, 3].map((number) => made({ subject: `CA ${number}`, ca: true }));
    expect(commandsOf(judged([...roots('baltimore-cybertrust-root'), ...others]))).toEqual([]);
  });

  test("libpq's own root.crt can be mended here", () => {
    const file = judged(roots('amazon-rds-root-2019-ca'), 'aws-rds/eu-west-1');
    expect(findingsOf([{ ...file, path: '/root.crt' }])[0]?.help.flatMap(({ commands }) => commands)).toEqual(
      [
        ['pg-root-cert', 'install', 'aws-rds/eu-west-1'],
        ['pg-root-cert', 'remove', '--expired'],
      ],
    );
  });

  test('a provider that is named and nowhere to be found', () => {
    expect(findingsOf([judged(roots('isrg-root-x1'))], 'supabase')).toMatchObject([
      { code: 'provider-roots-not-found', help: [{ commands: [['pg-root-cert', 'install', 'supabase']] }] },
    ]);
    expect(findingsOf([judged(providerRoots('supabase'))], 'supabase')).toEqual([]);
  });

  test.each(['password', 'unsupported', 'too-costly', 'damaged'] as const)('a store: %s', (fault) => {
    const store = { ...judged([]), format: 'pkcs12', fault } as const;
    expect(findingsOf([store])).toMatchObject([{ code: 'keystore-locked', severity: 'info' }]);
  });

  test('what was left out: each limit a note, all that could not be read one finding', () => {
    const tally = newTally();
    leaveOut(tally, 'time', '/a');
    for (const path of ['/big', '/bigger']) leaveOut(tally, 'file-size', path);
    for (let i = 0; i < 1000; i++) name(tally.unreadable, `/shut/${i}`);
    const found = scanFindings(catalog, { starts: [], files: [], tally }, [], LIMITS, null);
    expect(found).toMatchObject([
      {
        code: 'scan-incomplete',
        notes: [
          'the time was up at /a (--timeout)',
          '2 files of more than 16 MB left out: such as /big (--max-size)',
        ],
      },
      { code: 'scan-unreadable', message: '1,000 files or folders could not be read' },
    ]);
    expect(tally.unreadable.paths.length).toBeLessThan(50);
  });

  test('names from certificates and paths cannot move the cursor', () => {
    const evil = made({ subject: 'x\u001b[2Jy', ca: true, notAfter: new Date('2020-01-01') });
    const [told = finding('usage', '')] = findingsOf([{ ...judged([evil]), path: '/a\u001b[31m\nb' }]);
    expect(JSON.stringify([told.message, told.notes])).not.toMatch(/\\u001b|\\n/);
  });
});
