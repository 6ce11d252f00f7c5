import { describe, expect, test } from '@jest/globals';
import type { Code } from '../../../src/core/codes.js';
import { finding } from '../../../src/core/findings.js';
import { runChecks } from '../../../src/doctor/run-checks.js';
import {
  certificateOf,
  clientOf,
  HOST,
  makeCatalog,
  makeContext,
  ROOT_CRT,
  rootFileOf,
  SCRAM,
  type Scenario,
  serverError,
} from '../../support/evidence.js';
import { makeCertificate, makeKey } from '../../support/make-certs.js';
import { makeCrl } from '../../support/make-chains.js';

const DAY = 86_400_000;
const NOW = new Date();
const past = (days: number) => new Date(NOW.getTime() - days * DAY);
const future = (days: number) => new Date(NOW.getTime() + days * DAY);

const root = makeCertificate({ subject: 'Known Root', notAfter: future(3000) });
const other = makeCertificate({ subject: 'Other Root', notAfter: future(3000) });
const privateRoot = makeCertificate({ subject: 'Company CA', notAfter: future(3000) });
const intermediate = makeCertificate({ subject: 'Known Issuing CA 3', issuer: root, ca: true });
const san = [`DNS:${HOST}`];
const leaf = makeCertificate({ subject: HOST, issuer: intermediate, ca: false, san });
const CHAIN = [leaf, intermediate];
const issued = (issuer = intermediate, more: Partial<Parameters<typeof makeCertificate>[0]> = {}) =>
  makeCertificate({ subject: HOST, issuer, ca: false, san, ...more });

const impostor = makeCertificate({ subject: 'Known Root' });
const selfSigned = makeCertificate({ subject: HOST, ca: false, san });
const expiredRoot = makeCertificate({ subject: 'Old Root', notBefore: past(900), notAfter: past(2) });
const endingRoot = makeCertificate({ subject: 'Ending Root', notAfter: future(30) });
const retiredRoot = makeCertificate({ subject: 'Retired Root', notAfter: future(900) });
const catalog = makeCatalog({
  known: { certificate: root },
  other: { certificate: other },
  retired: { certificate: retiredRoot, status: 'retired' },
});

const crl = (issuer: typeof root, revoked: (typeof leaf)[] = [], nextUpdate = future(7)) =>
  makeCrl({ issuer, revoked, thisUpdate: past(60), nextUpdate });
const client = makeCertificate({ subject: 'ana', issuer: root, ca: false });
const oldClient = makeCertificate({
  subject: 'ana',
  issuer: root,
  ca: false,
  notBefore: past(99),
  notAfter: past(9),
});
const alert = (reason: string) =>
  ({ ok: false, kind: 'openssl', reason, chain: CHAIN.map(({ der }) => der) }) as const;
const shaken = (more: object = {}) =>
  ({
    ok: true,
    version: 'TLSv1.3',
    cipher: 'TLS_AES_256_GCM_SHA384',
    alpn: null,
    chain: CHAIN.map(({ der }) => der),
    clientCertificateRequested: true,
    ...more,
  }) as const;
const noEncryption = serverError(
  '28000',
  `no pg_hba.conf entry for host "203.0.113.7", user "ana", database "prod", no encryption`,
);
const system = ['system', 'conninfo'] as const;

const ok: Scenario = { root: [root], chain: CHAIN, catalog };

/** One fault each: what is to be found, and nothing else. */
const SCENARIOS: readonly (readonly [what: string, scenario: Scenario, codes: readonly Code[]])[] = [
  ['all is well', {}, []],
  ['the name is unknown', { lookupErrno: 'ENOTFOUND' }, ['host-unreachable']],
  ['nothing listens', { connectErrno: 'ECONNREFUSED' }, ['host-unreachable']],
  ['no answer to SSLRequest', { answer: { kind: 'timeout' } }, ['host-unreachable']],
  ['no TLS', { answer: { kind: 'N' } }, ['ssl-not-supported']],
  ['another service', { answer: { kind: 'garbage', byte: 0x48 } }, ['ssl-not-supported']],
  ['bytes behind the one', { answer: { kind: 'injection' } }, ['ssl-not-supported']],
  [
    'too many clients',
    {
      answer: {
        kind: 'error',
        error: { severity: 'FATAL', sqlstate: '53300', message: 'sorry', detail: null, hint: null },
      },
    },
    ['server-refused'],
  ],
  ['no common version', { handshake: alert('tlsv1 alert protocol version') }, ['tls-version-mismatch']],
  ['a broken handshake', { handshake: { ok: false, kind: 'closed', reason: 'closed' } }, ['tls-failed']],
  ['no root.crt', { root: null }, ['root-crt-missing']],
  [
    'a root.crt that may not be read',
    {
      root: {
        kind: 'present',
        path: ROOT_CRT,
        isDefault: true,
        bundle: null,
        reason: 'Permission denied',
        loads: false,
        facts: null,
      },
    },
    ['root-crt-unreadable'],
  ],
  ['an empty root.crt', { root: rootFileOf('') }, ['root-crt-unparsable']],
  ['an intermediate in root.crt', { root: [intermediate] }, ['root-crt-no-root']],
  [
    'others may write root.crt',
    { context: { permissions: [finding('root-crt-permissions', 'others may change it')] } },
    ['root-crt-permissions'],
  ],
  ['another root in root.crt', { root: [other] }, ['root-not-trusted']],
  ['the root sent along, but not trusted', { root: [other], chain: [...CHAIN, root] }, ['root-not-trusted']],
  ['an unknown root, sent', { root: [root], chain: [issued(privateRoot), privateRoot] }, ['unknown-ca']],
  ['an unknown root, not sent', { chain: [issued(privateRoot)] }, ['unknown-ca']],
  ['the known name with another key, sent', { chain: [issued(impostor), impostor] }, ['impostor-root']],
  ['the known name with another key, not sent', { chain: [issued(impostor)] }, ['impostor-root']],
  ['an impostor in root.crt', { root: [impostor], chain: [issued(impostor)] }, ['impostor-root']],
  ['no intermediate', { chain: [leaf] }, ['intermediate-missing']],
  ['signed by itself', { chain: [selfSigned] }, ['self-signed-server']],
  ['signed by itself, and trusted', { root: [selfSigned], chain: [selfSigned] }, []],
  [
    'an expired certificate',
    { chain: [issued(intermediate, { notBefore: past(99), notAfter: past(9) }), intermediate] },
    ['server-cert-expired'],
  ],
  [
    'an expired certificate of an unknown authority',
    { chain: [issued(privateRoot, { notBefore: past(99), notAfter: past(9) })] },
    ['server-cert-expired'],
  ],
  [
    'a certificate of tomorrow',
    { chain: [issued(intermediate, { notBefore: future(1) }), intermediate] },
    ['server-cert-not-yet-valid'],
  ],
  ['revoked', { crls: [crl(root), crl(intermediate, [leaf])] }, ['server-cert-revoked']],
  ['a CRL of yesterday', { crls: [crl(root, [], past(1)), crl(intermediate)] }, ['crl-expired']],
  ['one CRL of two', { crls: [crl(root)] }, ['crl-incomplete']],
  [
    'a CRL in DER',
    { crl: { file: { path: '/x/root.crl', isDefault: true, present: true, der: true }, active: false } },
    ['crl-not-loaded'],
  ],
  [
    'a certificate for clients',
    { chain: [issued(intermediate, { keyUsage: ['keyCertSign'] }), intermediate] },
    ['server-cert-invalid'],
  ],
  [
    'another name',
    {
      chain: [
        makeCertificate({ subject: 'x', issuer: intermediate, ca: false, san: ['DNS:db1.internal'] }),
        intermediate,
      ],
    },
    ['hostname-mismatch'],
  ],
  ['no name', { host: { host: null, hostaddr: '192.0.2.7' } }, ['hostname-mismatch']],
  ['the root has expired', { root: [expiredRoot], chain: [issued(expiredRoot)] }, ['root-expired']],
  ['the root expires soon', { root: [endingRoot], chain: [issued(endingRoot)] }, ['root-expiring']],
  ['the root is retired', { root: [retiredRoot], chain: [issued(retiredRoot)] }, ['root-retired']],
  [
    'a client certificate is wanted',
    { startup: serverError('28000', 'connection requires a valid client certificate') },
    ['client-cert-required'],
  ],
  [
    'a client certificate is wanted in the handshake',
    { startup: { kind: 'alert', reason: 'tlsv13 alert certificate required' } },
    ['client-cert-required'],
  ],
  [
    'the client certificate is refused',
    {
      client: clientOf(client),
      handshake: shaken(),
      startup: { kind: 'alert', reason: 'tlsv1 alert unknown ca' },
    },
    ['client-cert-rejected'],
  ],
  [
    'the client certificate is for another user',
    {
      client: clientOf(client),
      startup: serverError('28000', 'certificate authentication failed for user "bob"'),
    },
    ['client-cert-rejected'],
  ],
  [
    'the client certificate has expired',
    {
      client: clientOf(oldClient),
      handshake: shaken(),
      startup: { kind: 'alert', reason: 'sslv3 alert certificate expired' },
    },
    ['client-cert-expired'],
  ],
  ['the client certificate has expired, and nobody asks for it', { client: clientOf(oldClient) }, []],
  ...(
    ['client-key-permissions', 'client-key-mismatch', 'client-key-missing', 'permission-denied'] as const
  ).map(
    (code) =>
      [
        `the client's files: ${code}`,
        { client: { certificate: certificateOf(client), refusal: 'no', code } },
        [code],
      ] as const,
  ),
  [
    "the client's files: damaged",
    { client: { refusal: 'could not read certificate file "x": no start line' } },
    ['client-cert-unreadable'],
  ],
  [
    'pg_hba.conf',
    { startup: serverError('28000', 'no pg_hba.conf entry for host "x", SSL encryption') },
    ['hba-rejected'],
  ],
  ['no such database', { startup: serverError('3D000', 'database "x" does not exist') }, ['server-refused']],
  ['closed without a word', { startup: { kind: 'closed' } }, ['server-refused']],
  ['require with root.crt', { sslmode: 'require' }, ['require-now-verifies', 'weak-sslmode']],
  ['require without root.crt', { sslmode: 'require', root: null }, ['weak-sslmode']],
  [
    'require without root.crt, expired',
    { sslmode: 'require', root: null, chain: [selfSigned] },
    ['weak-sslmode'],
  ],
  ['verify-ca', { sslmode: 'verify-ca' }, ['weak-sslmode']],
  ['verify-ca, another name', { sslmode: 'verify-ca', host: { host: 'alias' } }, ['weak-sslmode']],
  ['disable', { sslmode: 'disable', plain: SCRAM }, ['weak-sslmode']],
  ['disable, refused', { sslmode: 'disable', plain: noEncryption }, ['hba-rejected', 'weak-sslmode']],
  ['allow, let in without TLS', { sslmode: 'allow', plain: SCRAM, root: [other] }, ['weak-sslmode']],
  [
    'allow, with TLS at last',
    { sslmode: 'allow', plain: noEncryption, root: [other] },
    ['root-not-trusted', 'weak-sslmode'],
  ],
  [
    'prefer that falls back',
    { sslmode: 'prefer', root: [other], plain: SCRAM },
    ['root-not-trusted', 'downgraded-to-plaintext'],
  ],
  [
    'prefer that may fall back',
    { sslmode: 'prefer', root: [other] },
    ['root-not-trusted', 'prefer-may-fall-back'],
  ],
  [
    'prefer that fails twice: the first error counts',
    { sslmode: 'prefer', root: [other], plain: noEncryption },
    ['root-not-trusted', 'weak-sslmode'],
  ],
  [
    'prefer without TLS',
    { sslmode: 'prefer', answer: { kind: 'N' }, plain: SCRAM },
    ['ssl-not-supported', 'weak-sslmode'],
  ],
  [
    'prefer without TLS on this machine',
    { sslmode: 'prefer', answer: { kind: 'N' }, plain: SCRAM, address: '127.0.0.1' },
    ['weak-sslmode'],
  ],
  [
    'system on an old libpq',
    {
      major: 15,
      root: { kind: 'absent', path: 'system', isDefault: false },
      settings: { sslrootcert: system },
    },
    ['sslrootcert-system-unsupported'],
  ],
  [
    'the root is not among the system\u2019s',
    { root: { kind: 'system', certificates: [certificateOf(other)] }, settings: { sslrootcert: system } },
    ['root-not-trusted'],
  ],
  [
    'PGSSLROOTCERT',
    { root: rootFileOf(root.pem, '/opt/ca.pem'), settings: { sslrootcert: ['/opt/ca.pem', 'env'] } },
    ['env-overrides-root-crt'],
  ],
  [
    'PGSERVICE',
    {
      root: rootFileOf(root.pem, '/opt/ca.pem'),
      settings: { sslrootcert: ['/opt/ca.pem', 'service'], service: ['prod', 'env'] },
    },
    ['service-overrides-root-crt'],
  ],
  [
    'a service by its name',
    {
      root: rootFileOf(root.pem, '/opt/ca.pem'),
      settings: { sslrootcert: ['/opt/ca.pem', 'service'], service: 'prod' },
    },
    [],
  ],
  [
    'two homes',
    {
      context: {
        location: { defaultPath: ROOT_CRT, findings: [finding('home-mismatch', 'HOME is another')] },
      },
    },
    ['home-mismatch'],
  ],
  [
    'a variable that only programs from the Dock have',
    {
      context: {
        location: {
          defaultPath: ROOT_CRT,
          findings: [
            finding('env-overrides-root-crt', 'PGSSLROOTCERT makes programs started from the Dock …'),
          ],
        },
      },
    },
    ['env-overrides-root-crt'],
  ],
  [
    'an address, which libpq 14 compares as a name',
    {
      host: { host: '192.0.2.7' },
      otherMajors: [12, 13, 14, 17],
      chain: [issued(intermediate, { san: ['IP:192.0.2.7', 'DNS:x'] }), intermediate],
    },
    ['libpq-versions-differ'],
  ],
];

describe('each cause gives its finding, and no other', () => {
  test.each(SCENARIOS)('%s', (_, scenario, codes) => {
    const { findings } = runChecks(makeContext({ ...ok, ...scenario }));
    expect(findings.map(({ code }) => code)).toEqual(codes);
  });

  test('a connection that fails is never without a finding', () => {
    const silent = SCENARIOS.filter(([, scenario]) => {
      const context = makeContext({ ...ok, ...scenario });
      return (
        context.verdict.connects === false &&
        runChecks(context).findings.every(({ severity }) => severity !== 'error')
      );
    });
    expect(silent.map(([what]) => what)).toEqual([]);
  });

  test('with a mode that never falls back, an error means that libpq does not connect', () => {
    const connects = SCENARIOS.filter(([, scenario]) => {
      const context = makeContext({ ...ok, ...scenario });
      const { findings } = runChecks(context);
      const beside = ['root-crt-permissions', 'impostor-root', 'sslrootcert-system-unsupported'];
      const errors = findings.filter(({ severity, code }) => severity === 'error' && !beside.includes(code));
      return (
        context.evidence.sslmode.startsWith('verify') &&
        context.verdict.connects === true &&
        errors.length > 0
      );
    });
    expect(connects.map(([what]) => what)).toEqual([]);
  });
});

describe('what is said', () => {
  const all = SCENARIOS.flatMap(([, scenario]) => runChecks(makeContext({ ...ok, ...scenario })).findings);

  test('messages are facts in lower case without a full stop', () => {
    const wrong = all.filter(
      ({ message }) => !/^(?:[a-z/"]|PGSSLROOTCERT|OpenSSL|HOME)/.test(message) || message.endsWith('.'),
    );
    expect(wrong.map(({ message }) => message)).toEqual([]);
  });

  test('a help that weakens security never comes first', () => {
    expect(all.filter(({ help }) => help[0]?.safety === 'weakens-security')).toEqual([]);
    const weaker = all
      .flatMap(({ help }) => help)
      .filter(({ commands }) => commands.flat().some((word) => /sslmode=(disable|allow|prefer)/.test(word)));
    expect(weaker.filter(({ safety }) => safety !== 'weakens-security')).toEqual([]);
  });

  test('every finding has a way out', () => {
    const given = ['root-crt-permissions', 'home-mismatch', 'env-overrides-root-crt'];
    expect(
      all.filter(({ help, code }) => help.length === 0 && !given.includes(code)).map(({ code }) => code),
    ).toEqual([]);
  });

  test('what only the server can mend is addressed to its administrator', () => {
    const theirs = [
      'intermediate-missing',
      'server-cert-expired',
      'server-cert-revoked',
      'ssl-not-supported',
      'self-signed-server',
    ];
    const texts = all
      .filter(({ code }) => theirs.includes(code))
      .map(({ help }) => help.map(({ text }) => text).join('\n'));
    expect(texts.length).toBeGreaterThan(theirs.length);
    for (const text of texts) expect(text).toContain(`send this to the administrator of ${HOST}: `);
  });
});

describe('the particulars', () => {
  const findingOf = (scenario: Scenario, code: Code) => {
    const found = runChecks(makeContext({ ...ok, ...scenario })).findings.find((each) => each.code === code);
    if (found === undefined) throw new Error(`no ${code}`);
    return found;
  };
  const commands = (scenario: Scenario, code: Code) =>
    findingOf(scenario, code).help.flatMap((each) => each.commands.map((argv) => argv.join(' ')));

  test('root-not-trusted installs the very root that the chain ends at', () => {
    const found = findingOf({ root: [other] }, 'root-not-trusted');
    expect(found.message).toBe('the server\'s chain ends at "Known Root", which is not in root.crt');
    expect(found.notes).toEqual([`root.crt is ${ROOT_CRT} (1 certificate: "Other Root")`]);
    expect(found.help).toEqual([
      { text: 'add it', commands: [['pg-root-cert', 'install', 'known']], safety: 'auto' },
    ]);
  });

  test('a file that sslrootcert names is the one to install into', () => {
    const settings = { sslrootcert: '/opt/ca.pem' };
    expect(commands({ root: rootFileOf(other.pem, '/opt/ca.pem'), settings }, 'root-not-trusted')).toEqual([
      'pg-root-cert install known --file /opt/ca.pem',
    ]);
  });

  test('a root that the provider of the host does not name wants a look', () => {
    const provider = { id: 'p', name: 'Provider', roots: ['other'], formerly: [], hosts: ['*.example.com'] };
    const strict = makeCatalog({ known: { certificate: root }, other: { certificate: other } }, [provider]);
    expect(findingOf({ root: [privateRoot], catalog: strict }, 'root-not-trusted').help[0]?.safety).toBe(
      'review',
    );
  });

  test('unknown-ca names the SHA-256 to ask for', () => {
    const scenario = { chain: [issued(privateRoot), privateRoot] };
    expect(findingOf(scenario, 'unknown-ca').notes[0]).toBe(`its SHA-256 is ${privateRoot.sha256}`);
    expect(commands(scenario, 'unknown-ca')[0]).toContain(`--fix --trust ${privateRoot.sha256} host=${HOST}`);
  });

  test('impostor-root never offers to trust it', () => {
    const text = JSON.stringify(findingOf({ chain: [issued(impostor), impostor] }, 'impostor-root'));
    expect(text).not.toMatch(/--trust|"install"/);
    expect(commands({ root: [impostor], chain: [issued(impostor)] }, 'impostor-root')).toEqual([
      `pg-root-cert remove ${impostor.sha256}`,
      'pg-root-cert install known',
    ]);
  });

  test('hostname-mismatch lists the names and suggests the one that would match', () => {
    const names = ['DNS:*.wild.example', 'DNS:db1.internal', 'IP:192.0.2.9'];
    const chain = [issued(intermediate, { san: names }), intermediate];
    expect(findingOf({ chain }, 'hostname-mismatch').message).toBe(
      `the certificate is for "*.wild.example", "db1.internal", "192.0.2.9", not for "${HOST}"`,
    );
    expect(commands({ chain }, 'hostname-mismatch')[0]).toBe(
      'psql host=db1.internal sslmode=verify-full hostaddr=192.0.2.7',
    );
  });

  test('intermediate-missing names the issuer', () => {
    expect(findingOf({ chain: [leaf] }, 'intermediate-missing').message).toBe(
      'the server sends no certificate of "Known Issuing CA 3"',
    );
  });

  test('crl-expired and crl-incomplete name the authority', () => {
    expect(findingOf({ crls: [crl(root, [], past(1)), crl(intermediate)] }, 'crl-expired').message).toMatch(
      /^the CRL of "Known Root" in .*root\.crl ended on \d{4}-\d\d-\d\d$/,
    );
    expect(findingOf({ crls: [crl(root)] }, 'crl-incomplete').message).toMatch(
      /holds no list of "Known Issuing CA 3"$/,
    );
  });

  test('weak-sslmode is worse with a public root', () => {
    const notes = findingOf({ sslmode: 'verify-ca' }, 'weak-sslmode').notes.join('\n');
    expect(notes).toContain('"Known Root" is a public root');
    const own = makeCatalog({ known: { certificate: root, publicCa: false } });
    expect(findingOf({ sslmode: 'verify-ca', catalog: own }, 'weak-sslmode').notes).toEqual([]);
  });

  test('downgraded-to-plaintext quotes the error that prefer hides', () => {
    expect(
      findingOf({ sslmode: 'prefer', root: [other], plain: SCRAM }, 'downgraded-to-plaintext').message,
    ).toContain('for TLS fails with "SSL error: certificate verify failed"');
  });

  test('a name from the network cannot drive the terminal', () => {
    const evil = makeCertificate({ subject: 'Evil \u001b[31m\u202e CA' });
    const { findings } = runChecks(makeContext({ ...ok, chain: [issued(evil), evil] }));
    // biome-ignore lint/suspicious/noControlCharactersInRegex: they are what is looked for
    expect(JSON.stringify(findings)).not.toMatch(/[\u0000-\u001f\u202e]|\\u001b|\\u202e/);
  });

  test('what may be a secret is not repeated', () => {
    const { findings } = runChecks(
      makeContext({ ...ok, host: { host: 'p4ss@db', secret: true }, connectErrno: 'ECONNREFUSED' }),
    );
    expect(JSON.stringify(findings)).not.toContain('p4ss');
  });

  test('a key of the wrong kind in the place of a root is no proof', () => {
    const twin = makeCertificate({ subject: 'Known Root', key: makeKey('rsa-2048') });
    expect(findingOf({ chain: [issued(twin)] }, 'impostor-root').message).toBe(
      'the chain ends at a "Known Root" with another key',
    );
  });
});
