import { describe, expect, test } from '@jest/globals';
import { loadCatalog } from '../../../src/catalog/catalog.js';
import { editDistance } from '../../../src/catalog/nearest.js';
import { nodeHost } from '../../../src/core/node-host.js';

const catalog = await loadCatalog(nodeHost());

test.each([
  ['DigiCert Global Root G2', 'digicert-global-root-g2'],
  ['digicertglobalrootg2', 'digicert-global-root-g2'],
  ['DigiCertGlobalRootG2.crt', 'digicert-global-root-g2'],
  ['digicert-global-root-2g', 'digicert-global-root-g2'],
  ['Microsoft RSA Root Certificate Authority 2017', 'microsoft-rsa-root-ca-2017'],
  ['adobee', 'adobe'],
  ['ADOBE', 'adobe'],
  ['aws-rds/eu-wset-1', 'aws-rds/eu-west-1'],
  ['rds', 'aws-rds'],
  ['query service', 'adobe'],
  ['isrg-x1', 'isrg-root-x1'],
  ['digicert g2', 'digicert-global-root-g2'],
  ['azure-postgres', 'azure'],
])('%p was probably %s', (typed, meant) => {
  expect(catalog.nearest(typed)[0]).toBe(meant);
});

test('a name that two roots share leads to both', () => {
  expect(catalog.nearest('Supabase Root 2021 CA').slice(0, 2)).toEqual([
    'supabase-root-2021',
    'supabase-root-2021-rekey-2025',
  ]);
});

test('there are three at most, and none for what is like nothing', () => {
  expect(catalog.nearest('amazon rds')).toHaveLength(3);
  expect(catalog.nearest('zzzzqqqq')).toEqual([]);
  expect(catalog.nearest('')).toEqual([]);
  expect(catalog.nearest('…')).toEqual([]);
  expect(catalog.nearest('a'.repeat(100_000))).toEqual([]);
});

describe('editDistance', () => {
  test.each([
    ['', '', 0],
    ['abc', '', 3],
    ['', 'abc', 3],
    ['abc', 'abd', 1],
    ['abc', 'acb', 1],
    ['abc', 'xabc', 1],
    ['kitten', 'sitting', 3],
  ])('%p to %p: %i', (a, b, expected) => {
    expect(editDistance(a, b)).toBe(expected);
  });
});
