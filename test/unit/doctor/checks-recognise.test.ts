import { describe, expect, test } from '@jest/globals';
import * as pkijs from 'pkijs';
import { isLikelyIntermediate, issuerUrlOf } from '../../../src/doctor/issuer-hints.js';
import { recogniseEnd } from '../../../src/doctor/recognise.js';
import { certificateOf, makeCatalog } from '../../support/evidence.js';
import { makeCertificate, makeKey, type TestCertificate } from '../../support/make-certs.js';

const root = makeCertificate({ subject: 'Known Root' });
const catalog = makeCatalog({ known: { certificate: root } });
const leafOf = (issuer: TestCertificate) => makeCertificate({ subject: 'db', issuer, ca: false });
const end = (...path: readonly [TestCertificate, ...TestCertificate[]]) => {
  const [first, ...rest] = path;
  return recogniseEnd([certificateOf(first), ...rest.map(certificateOf)], catalog);
};

describe('recogniseEnd', () => {
  const intermediate = makeCertificate({ subject: 'Issuing', issuer: root, ca: true });

  test.each([
    ['sent', [leafOf(root), root]],
    ['not sent', [leafOf(root)]],
    ['not sent, behind an intermediate', [leafOf(intermediate), intermediate]],
  ] as const)('a known root, %s', (_, [first, ...rest]) => {
    expect(end(first, ...rest)).toMatchObject({ kind: 'known', root: { id: 'known' } });
  });

  test('the same root made anew with the same key is the known one', () => {
    const again = makeCertificate({ subject: 'Known Root', key: root });
    expect(again.sha256).not.toBe(root.sha256);
    expect(end(leafOf(again), again)).toMatchObject({ kind: 'known', root: { id: 'known' } });
  });

  test('a name alone is an impostor', () => {
    const impostor = makeCertificate({ subject: 'Known Root' });
    expect(end(leafOf(impostor), impostor)).toMatchObject({
      kind: 'impostor',
      certificate: { sha256: impostor.sha256 },
    });
    expect(end(leafOf(impostor))).toMatchObject({ kind: 'impostor', certificate: null });
  });

  test('a forged signature is an impostor, though name and key identifier are right', () => {
    const forged = makeCertificate({ subject: 'db', issuer: root, ca: false, signWith: makeKey() });
    expect(end(forged)).toMatchObject({ kind: 'impostor' });
  });

  test('of a cross-signed chain the root that is known, with the one preferred first', () => {
    const old = makeCertificate({ subject: 'Old Root' });
    const crossed = makeCertificate({ subject: 'Known Root', key: root, issuer: old, ca: true });
    const path = [certificateOf(leafOf(root)), certificateOf(crossed), certificateOf(old)] as const;
    expect(recogniseEnd(path, catalog)).toMatchObject({ kind: 'known', root: { id: 'known' }, at: 0 });
    const both = makeCatalog({ known: { certificate: root }, old: { certificate: old } });
    expect(recogniseEnd(path, both)).toMatchObject({ root: { id: 'known' } });
    expect(recogniseEnd(path, both, ['old'])).toMatchObject({ root: { id: 'old' } });
  });

  test('a retired root gives way to one in use', () => {
    const old = makeCertificate({ subject: 'Old Root' });
    const crossed = makeCertificate({ subject: 'Known Root', key: root, issuer: old, ca: true });
    const retired = makeCatalog({
      known: { certificate: root, status: 'retired' },
      old: { certificate: old },
    });
    const path = [certificateOf(leafOf(root)), certificateOf(crossed)] as const;
    expect(recogniseEnd(path, retired)).toMatchObject({ root: { id: 'old' } });
  });

  test('a root that nobody knows, sent or not', () => {
    const other = makeCertificate({ subject: 'Company CA' });
    expect(end(leafOf(other), other)).toMatchObject({
      kind: 'unknown',
      certificate: { sha256: other.sha256 },
    });
    expect(end(leafOf(other))).toMatchObject({ kind: 'unsent', issuer: 'CN=Company CA' });
  });
});

describe('an issuer that was not sent', () => {
  const issuerUrl = new pkijs.Extension({
    extnID: '1.3.6.1.5.5.7.1.1',
    critical: false,
    extnValue: new pkijs.InfoAccess({
      accessDescriptions: [
        new pkijs.AccessDescription({
          accessMethod: '1.3.6.1.5.5.7.48.2',
          accessLocation: new pkijs.GeneralName({ type: 6, value: 'http://ca.example.com/issuing.crt' }),
        }),
      ],
    })
      .toSchema()
      .toBER(),
  });
  const of = (issuer: string, organisation?: string, extensions: readonly pkijs.Extension[] = []) =>
    certificateOf(
      makeCertificate({
        subject: 'db',
        issuer: [...(organisation === undefined ? [] : ([['O', organisation]] as const)), ['CN', issuer]],
        signWith: makeKey(),
        ca: false,
        extensions,
      }),
    );

  test.each([
    ['an intermediate by its name', of('Example Issuing CA 3'), 0, true],
    ['an intermediate by its name, though it says root', of('Test Root Intermediate'), 0, true],
    ['a root by its name', of('Company Root CA', 'Known Inc'), 0, false],
    ['where the issuer is to be had', of('Example CA 3', undefined, [issuerUrl]), 0, true],
    [
      'where the issuer of an intermediate is to be had',
      of('Example CA 3', undefined, [issuerUrl]),
      1,
      false,
    ],
    ['the organisation of a root in sight', of('Example CA 3', 'Known Inc'), 1, true],
    ['no sign at all', of('Company CA'), 0, false],
  ])('%s', (_, certificate, depth, expected) => {
    expect(isLikelyIntermediate(certificate, depth, ['CN=Known Root,O=Known Inc,C=US'])).toBe(expected);
  });

  test('where it is to be had', () => {
    expect(issuerUrlOf(of('x', undefined, [issuerUrl]))).toBe('http://ca.example.com/issuing.crt');
    expect(issuerUrlOf(of('x'))).toBeNull();
  });
});
