import { expect, test } from '@jest/globals';
import { runChecks } from '../../../src/doctor/run-checks.js';
import {
  clientOf,
  HOST,
  makeCatalog,
  makeContext,
  rootFileOf,
  SCRAM,
  type Scenario,
  serverError,
} from '../../support/evidence.js';
import { makeCertificate, makeKey } from '../../support/make-certs.js';

const root = makeCertificate({ subject: 'Known Root' });
const company = makeCertificate({ subject: 'Company CA' });
const impostor = makeCertificate({ subject: 'Known Root' });
const intermediate = makeCertificate({ subject: 'Issuing CA', issuer: root, ca: true });
const old = { notBefore: new Date('2026-01-01'), notAfter: new Date('2026-02-01') };
const issue = (issuer: typeof root, more: object = {}) =>
  makeCertificate({ subject: HOST, issuer, ca: false, san: [`DNS:${HOST}`], ...more });
const leaf = issue(intermediate);
const catalog = makeCatalog({ known: { certificate: root } });

/** What a target can be like, one of each list at a time. */
const PARTS: readonly (readonly Scenario[])[] = [
  (['allow', 'prefer', 'require', 'verify-full'] as const).map((sslmode) => ({ sslmode })),
  [null, [root], [company], [impostor], rootFileOf('x')].map((each) => ({ root: each })),
  [
    [leaf, intermediate],
    [leaf],
    [issue(company), company],
    [issue(impostor), impostor],
    [issue(root, old)],
    [issue(root, { san: ['DNS:other'] })],
    [issue(root, { signWith: makeKey() })],
    [issue(root, { key: 'rsa-1024' })],
  ].map((chain) => ({ chain })),
  [
    {},
    { startup: serverError('28000', 'no pg_hba.conf entry for host "x"') },
    { startup: { kind: 'closed' } },
    { answer: { kind: 'N' } },
    { handshake: { ok: false, kind: 'errno', reason: 'ECONNRESET' } },
  ],
  [SCRAM, null, serverError('28000', 'no pg_hba.conf entry for host "x", no encryption')].map((plain) => ({
    plain,
  })),
];

const scenarios = PARTS.reduce<readonly Scenario[]>(
  (made, part) => made.flatMap((scenario) => part.map((each) => ({ ...scenario, ...each }))),
  [{ catalog }],
);
/** Plain text is of account to these only. */
const MAY_BE_PLAIN: readonly unknown[] = ['allow', 'prefer'];
const distinct = scenarios.filter(({ sslmode, plain }) => MAY_BE_PLAIN.includes(sslmode) || plain === null);
const judged = distinct.map((scenario) => {
  const context = makeContext(scenario);
  return { scenario, context, findings: runChecks(context).findings };
});
const shown = (list: typeof judged) =>
  list.slice(0, 3).map(({ context: { evidence, verdict }, findings }) => ({
    sslmode: evidence.sslmode,
    root: 'path' in evidence.files.root ? evidence.files.root.kind : '',
    tls: evidence.hosts[0]?.probes[0]?.tls?.answer.kind,
    message: verdict.libpqMessage,
    codes: findings.map(({ code }) => code),
  }));

test('they are of many kinds, and no check ever breaks', () => {
  const codes = new Set(judged.flatMap(({ findings }) => findings.map(({ code }) => code)));
  expect(codes.size).toBeGreaterThan(15);
  expect(
    shown(judged.filter(({ findings }) => findings.some(({ code }) => code === 'internal-error'))),
  ).toEqual([]);
});

test('where libpq does not connect, some error says why', () => {
  const silent = judged.filter(
    ({ context, findings }) =>
      context.verdict.connects === false && findings.every(({ severity }) => severity !== 'error'),
  );
  expect(shown(silent)).toEqual([]);
});

test('where libpq connects and never falls back, there is no error but a borrowed name', () => {
  const wrong = judged.filter(
    ({ context: { verdict, evidence }, findings }) =>
      verdict.connects === true &&
      !MAY_BE_PLAIN.includes(evidence.sslmode) &&
      findings.some(({ severity, code }) => severity === 'error' && code !== 'impostor-root'),
  );
  expect(shown(wrong)).toEqual([]);
});

test('one code never comes twice', () => {
  const twice = judged.filter(
    ({ findings }) => new Set(findings.map(({ code }) => code)).size < findings.length,
  );
  expect(shown(twice)).toEqual([]);
});

test('one fault at the server and one in root.crt make at most three errors', () => {
  const many = judged.filter(
    ({ findings }) => findings.filter(({ severity }) => severity === 'error').length > 3,
  );
  expect(shown(many)).toEqual([]);
});

test('the client certificate is of no account to the others', () => {
  const client = clientOf(issue(root));
  const context = makeContext({ catalog, root: [root], chain: [leaf, intermediate], client });
  expect(runChecks(context).findings).toEqual([]);
});

test('a socket knows no TLS, so nothing is said of it', () => {
  const host = { host: '/run/postgresql', unixSocket: true };
  const context = makeContext({
    catalog,
    root: null,
    host,
    address: '/run/postgresql',
    chain: [],
    plain: SCRAM,
  });
  expect(runChecks(context).findings).toEqual([]);
});
