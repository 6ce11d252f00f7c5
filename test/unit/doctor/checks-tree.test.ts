import { expect, test } from '@jest/globals';
import { chainEntries, drawChain } from '../../../src/doctor/chain-tree.js';
import { HOST, makeCatalog, makeContext, type Scenario } from '../../support/evidence.js';
import { makeCertificate } from '../../support/make-certs.js';

const DAY = 86_400_000;
const root = makeCertificate({ subject: 'Known Root' });
const other = makeCertificate({ subject: 'Other Root' });
const impostor = makeCertificate({ subject: 'Known Root' });
const intermediate = makeCertificate({ subject: 'Issuing CA', issuer: root, ca: true });
const issue = (issuer: typeof root, notAfter?: Date) =>
  makeCertificate({
    subject: HOST,
    issuer,
    ca: false,
    san: [`DNS:${HOST}`],
    ...(notAfter && { notBefore: new Date(notAfter.getTime() - DAY), notAfter }),
  });
const leaf = issue(intermediate);
const catalog = makeCatalog({ known: { certificate: root } });
const draw = (scenario: Scenario) => drawChain(makeContext({ catalog, ...scenario })).map(({ text }) => text);

test.each<[string, Scenario, readonly string[]]>([
  [
    'all is well',
    { root: [root], chain: [leaf, intermediate] },
    [
      '  "Known Root" (root, not sent, in root.crt, known)',
      '  └─ "Issuing CA" (intermediate)',
      `     └─ "${HOST}" (server)`,
    ],
  ],
  [
    'the root is not in root.crt',
    { root: [other], chain: [leaf, intermediate] },
    [
      '× "Known Root" (root, not sent, not in root.crt, known)',
      '  └─ "Issuing CA" (intermediate)',
      `     └─ "${HOST}" (server)`,
    ],
  ],
  [
    'nobody verifies, so nothing is marked',
    { root: null, sslmode: 'require', chain: [leaf, intermediate] },
    [
      '  "Known Root" (root, not sent, not in root.crt, known)',
      '  └─ "Issuing CA" (intermediate)',
      `     └─ "${HOST}" (server)`,
    ],
  ],
  [
    'the intermediate is missing',
    { root: [root], chain: [leaf] },
    ['× "Issuing CA" (not sent, not known)', `  └─ "${HOST}" (server)`],
  ],
  [
    'an impostor',
    { root: [root], chain: [issue(impostor), impostor] },
    ['× "Known Root" (root, not in root.crt, a known name with another key)', `  └─ "${HOST}" (server)`],
  ],
  [
    'expired',
    { root: [root], chain: [issue(root, new Date('2026-10-01'))] },
    ['  "Known Root" (root, not sent, in root.crt, known)', `× └─ "${HOST}" (server, expired on 2026-10-01)`],
  ],
  ['nothing was seen', { connectErrno: 'ECONNREFUSED' }, []],
])('%s', (_, scenario, lines) => {
  expect(draw(scenario)).toEqual(lines);
});

test('the chain as data, the root added from the catalogue', () => {
  const context = makeContext({ catalog, root: [other], chain: [leaf, intermediate] });
  expect(
    chainEntries(context).map(({ certificate: { sha256 }, ...facts }) => ({ sha256, ...facts })),
  ).toEqual([
    { sha256: leaf.sha256, role: 'leaf', sentByServer: true, inRootCrt: false, id: null },
    { sha256: intermediate.sha256, role: 'intermediate', sentByServer: true, inRootCrt: false, id: null },
    { sha256: root.sha256, role: 'root', sentByServer: false, inRootCrt: false, id: 'known' },
  ]);
});

test('a superfluous certificate is left out', () => {
  expect(draw({ root: [root], chain: [leaf, other, intermediate] })).toHaveLength(3);
});
