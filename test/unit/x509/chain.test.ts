import { describe, expect, test } from '@jest/globals';
import { parseCertificate } from '../../../src/x509/certificate.js';
import { buildChain, isIssuedBy, isNamedIssuer, keyIds } from '../../../src/x509/chain.js';
import { FAULTS } from '../../../src/x509/chain-fault.js';
import type { Certificate } from '../../../src/x509/types.js';
import { makeKey } from '../../support/make-certs.js';
import { AKI, keyIdOf, SKI } from '../../support/make-chains.js';
import { GROUPS, judge, read } from './chain-cases/index.js';
import { type ChainCase, ca, crl, day, inter, leaf, NOW, other, root, server } from './chain-cases/pki.js';

describe.each(GROUPS)('a chain is judged: %s', (_, rows) => {
  test.each(rows)('%s', (_name, expected, chainCase) => {
    const { trusted, fault } = judge(chainCase);
    expect(fault?.openSslCode ?? 0).toBe(expected);
    expect(trusted).toBe(expected === 0);
  });
});

test('every fault that is known has its case', () => {
  const met = new Set(GROUPS.flatMap(([, rows]) => rows.map(([, code]) => code)));
  const never = Object.keys(FAULTS).filter((code) => !met.has(Number(code)));
  // Faults in OpenSSL itself: a name constraint of too many names, and a key that cannot be read.
  expect(never).toEqual(['1']);
});

describe('the path', () => {
  const names = (chainCase: ChainCase): string[] => judge(chainCase).path.map(({ name }) => name);
  const sent = [inter];

  test('goes from the leaf to the anchor', () => {
    expect(names({ leaf, sent, anchors: [root] })).toEqual([
      'db.example.org',
      'Test Intermediate',
      'Test Root',
    ]);
  });

  test('goes as far as it can', () => {
    expect(names({ leaf, sent, anchors: [other] })).toEqual(['db.example.org', 'Test Intermediate']);
    expect(names({ leaf, anchors: [root] })).toEqual(['db.example.org']);
  });

  test('ends at the copy of root.crt where the root is sent', () => {
    const anchor = read(root);
    const input = { leaf: read(leaf), untrusted: sent.map(read), anchors: [anchor] };
    const { path } = buildChain({ ...input, crls: null, now: NOW, purpose: 'server', securityLevel: 2 });
    expect(path.at(-1)).toBe(anchor);
  });
});

describe('the fault', () => {
  const fault = (chainCase: ChainCase) => judge(chainCase).fault;

  test('says where, in whose words, and by which number', () => {
    const expired = ca('Test Intermediate', {
      issuer: root,
      key: inter,
      notBefore: day(-3),
      notAfter: day(-1),
    });
    expect(fault({ leaf, sent: [expired], anchors: [root] })).toMatchObject({
      kind: 'expired',
      openSslCode: 10,
      reason: 'certificate has expired',
      depth: 1,
      certificate: { sha256: expired.sha256 },
      crl: null,
    });
  });

  test('tells a CA that may not sign from what is no CA', () => {
    const mute = ca('Mute', { issuer: root, keyUsage: ['cRLSign'] });
    const none = ca('None', { issuer: root, ca: false });
    expect(fault({ leaf: server(mute), sent: [mute], anchors: [root] })?.kind).toBe('key-usage');
    expect(fault({ leaf: server(none), sent: [none], anchors: [root] })?.kind).toBe('not-a-ca');
  });

  test('names the list that revokes', () => {
    const list = crl(inter, { revoked: [leaf] });
    const found = fault({ leaf, sent: [inter], anchors: [root], crls: [crl(root), list] });
    expect(found).toMatchObject({ kind: 'revoked', depth: 0 });
    expect(found?.crl?.der).toEqual(list);
    expect(found?.crl?.issuer).toBe('CN=Test Intermediate');
  });

  test('is one of the leaf before all others', () => {
    const weak = server(other, { key: 'rsa-1024', notAfter: day(-1) });
    expect(fault({ leaf: weak, anchors: [root] })).toMatchObject({ kind: 'weak-key', depth: 0 });
  });
});

describe('who has issued it', () => {
  const certificate = read(leaf);

  test('the key that has signed it', () => {
    expect(isIssuedBy(certificate, read(inter))).toBe(true);
    expect(isIssuedBy(read(root), read(root))).toBe(true);
    expect(isIssuedBy(certificate, read(root))).toBe(false);
  });

  test('not an impostor, with the key identifier of the true one or without', () => {
    const impostor = ca('Test Intermediate');
    const silent = ca('Test Intermediate', { without: [SKI, AKI] });
    for (const each of [impostor, silent]) {
      expect(isNamedIssuer(read(each), certificate)).toBe(true);
      expect(isIssuedBy(certificate, read(each))).toBe(false);
    }
    const borrowed = ca('Test Intermediate', { key: inter, signWith: makeKey() });
    expect(isIssuedBy(certificate, read(borrowed))).toBe(true);
  });

  test('the name does not depend on case and spacing', () => {
    expect(isNamedIssuer(read(ca(' TEST  intermediate ')), certificate)).toBe(true);
    expect(isNamedIssuer(read(root), certificate)).toBe(false);
  });

  test('key identifiers', () => {
    expect(keyIds(certificate)).toEqual({ subjectKeyId: keyIdOf(leaf), authorityKeyId: keyIdOf(inter) });
    expect(keyIds(read(ca('Bare', { without: [SKI, AKI] })))).toEqual({
      subjectKeyId: null,
      authorityKeyId: null,
    });
  });
});

test('OpenSSL reads it in any length of length, and so does the judge', () => {
  const long = Buffer.concat([Buffer.from('30840000', 'hex'), leaf.der.subarray(2)]);
  expect(parseCertificate(long)?.sha256).toBe(leaf.sha256);
  const decoded = parseCertificate(long) as Certificate;
  expect(keyIds(decoded)).toEqual(keyIds(read(leaf)));
});
