import { describe, expect, test } from '@jest/globals';
import type { Evidence, HostEvidence, SslMode } from '../../../src/doctor/evidence.js';
import { verdict, verdictFor } from '../../../src/doctor/verdict.js';
import { hostsOf } from '../../../src/postgres/host-list.js';
import type { Handshake, Probe, ServerError, Startup, TlsProbe } from '../../../src/postgres/probe-types.js';
import type { Settings } from '../../../src/postgres/settings.js';
import { makeTestCa } from '../../support/test-ca.js';

const ca = makeTestCa();
const leaf = ca.issueServer({ names: ['db.example.org'] }).leaf;
const BUILD = { socketFolder: '/tmp', sysconfFolder: null, gssapi: true, windows: false };
const AT = 'connection to server at "db.example.org" (192.0.2.1), port 5432 failed: ';
const CLOSED =
  'server closed the connection unexpectedly\n\tThis probably means the server terminated abnormally\n\tbefore or while processing the request.';

const LET_IN: Startup = { kind: 'authentication', method: 'scram-sha-256' };
const fatal = (message: string, more: Partial<ServerError> = {}): Startup => ({
  kind: 'error',
  error: { severity: 'FATAL', sqlstate: '28000', message, detail: null, hint: null, ...more },
});
const shaken: Handshake = {
  ok: true,
  version: 'TLSv1.3',
  cipher: 'TLS_AES_256_GCM_SHA384',
  alpn: null,
  chain: [leaf.der],
  clientCertificateRequested: false,
};
const failed = (kind: 'openssl' | 'closed' | 'timeout' | 'errno', reason: string): Handshake => ({
  ok: false,
  kind,
  reason,
});
const tls = (startup: Startup | null, handshake: Handshake | null = shaken): TlsProbe => ({
  answer: { kind: 'S' },
  handshake,
  startup,
});
const answer = (given: TlsProbe['answer']): TlsProbe => ({ answer: given, handshake: null, startup: null });

interface Given {
  readonly sslmode?: SslMode;
  readonly major?: number;
  readonly settings?: Record<string, string>;
  readonly probe?: Partial<Probe>;
  readonly hosts?: readonly Partial<HostEvidence>[];
  readonly windows?: boolean;
}

function evidenceOf({
  sslmode = 'prefer',
  major = 18,
  settings = {},
  probe,
  hosts,
  windows = false,
}: Given): Evidence {
  const values = { host: 'db.example.org', port: '5432', sslmode, ...settings };
  const all: Settings = new Map(
    Object.entries(values).map(([name, value]) => [
      name,
      { value, origin: 'conninfo' as const, secret: false },
    ]),
  );
  const specs = hostsOf(all, { build: BUILD, major });
  const whole = (part: Partial<Probe>, place: number): Probe => ({
    address: `192.0.2.${place + 1}`,
    port: 5432,
    connectErrno: null,
    tls: null,
    plain: null,
    ...part,
  });
  return {
    major,
    settings: all,
    sslmode,
    files: {
      root: { kind: 'absent', path: '/root.crt', isDefault: false },
      crl: { file: null, folder: null, loaded: [], active: false },
      client: { certPath: null, keyPath: null, certificate: null, identity: null, refusal: null, code: null },
    },
    hosts: specs.map((spec, place) => ({
      spec,
      addresses: [`192.0.2.${place + 1}`],
      lookupErrno: null,
      probes: place === 0 && probe !== undefined ? [whole(probe, place)] : [],
      ...hosts?.[place],
    })),
    now: new Date(),
    windows,
  };
}

const messageOf = (given: Given): string | null => verdict(evidenceOf(given)).libpqMessage;

describe('what one conversation comes to', () => {
  test.each<[string, Given, string]>([
    [
      'a port where nobody listens',
      { probe: { connectErrno: 'ECONNREFUSED' } },
      `${AT}Connection refused\n\tIs the server running on that host and accepting TCP/IP connections?`,
    ],
    [
      'the same before 14',
      { major: 13, probe: { connectErrno: 'ECONNREFUSED' } },
      'could not connect to server: Connection refused\n\tIs the server running on host "db.example.org" (192.0.2.1) and accepting\n\tTCP/IP connections on port 5432?',
    ],
    [
      'the same on Windows',
      { windows: true, probe: { connectErrno: 'ECONNREFUSED' } },
      `${AT}Connection refused (0x0000274D/10061)\n\tIs the server running on that host and accepting TCP/IP connections?`,
    ],
    [
      'no answer within connect_timeout',
      { sslmode: 'require', settings: { connect_timeout: '3' }, probe: { tls: answer({ kind: 'timeout' }) } },
      `${AT}timeout expired`,
    ],
    [
      'no TLS',
      { sslmode: 'require', probe: { tls: answer({ kind: 'N' }) } },
      `${AT}server does not support SSL, but SSL was required`,
    ],
    ['an end instead of an answer', { probe: { tls: answer({ kind: 'closed' }) } }, AT + CLOSED],
    [
      'a reset instead of an answer',
      { probe: { tls: answer({ kind: 'errno', errno: 'ECONNRESET' }) } },
      AT + CLOSED,
    ],
    [
      'another byte',
      { probe: { tls: answer({ kind: 'garbage', byte: 0x48 }) } },
      `${AT}received invalid response to SSL negotiation: H`,
    ],
    [
      'bytes behind the answer',
      { probe: { tls: answer({ kind: 'injection' }) } },
      `${AT}received unencrypted data after SSL response`,
    ],
    [
      'a version apart',
      {
        sslmode: 'require',
        settings: { ssl_max_protocol_version: 'TLSv1.2' },
        probe: { tls: tls(null, failed('openssl', 'tlsv1 alert protocol version')) },
      },
      `${AT}SSL error: tlsv1 alert protocol version\nThis may indicate that the server does not support any SSL protocol version between TLSv1 and TLSv1.2.`,
    ],
    [
      'the same before 13',
      {
        major: 12,
        sslmode: 'require',
        probe: { tls: tls(null, failed('openssl', 'tlsv1 alert protocol version')) },
      },
      'SSL error: tlsv1 alert protocol version',
    ],
    [
      'a handshake that ends',
      { sslmode: 'require', probe: { tls: tls(null, failed('closed', 'closed')) } },
      `${AT}SSL SYSCALL error: EOF detected`,
    ],
    [
      'a handshake that is reset',
      { sslmode: 'require', probe: { tls: tls(null, failed('errno', 'ECONNRESET')) } },
      `${AT}SSL SYSCALL error: Connection reset by peer`,
    ],
    [
      'an alert after the handshake',
      { probe: { tls: tls({ kind: 'alert', reason: 'tlsv13 alert certificate required' }) } },
      `${AT}SSL error: tlsv13 alert certificate required`,
    ],
    [
      'detail and hint',
      { sslmode: 'require', probe: { tls: tls(fatal('no', { detail: 'why', hint: 'how' })) } },
      `${AT}FATAL:  no\nDETAIL:  why\nHINT:  how`,
    ],
    [
      'an address that is none',
      { settings: { hostaddr: 'x' }, hosts: [{ addresses: [], lookupErrno: 'ENOTFOUND' }] },
      'could not parse network address "x": Name or service not known',
    ],
    [
      'a name that leads nowhere',
      { hosts: [{ addresses: [], lookupErrno: 'EAI_AGAIN' }] },
      'could not translate host name "db.example.org" to address: Temporary failure in name resolution',
    ],
    [
      'no root file',
      { sslmode: 'verify-full', major: 14, probe: { tls: tls(null) } },
      `${AT}root certificate file "/root.crt" does not exist\nEither provide the file or change sslmode to disable server certificate verification.`,
    ],
  ])('%s', (_, given, message) => {
    expect(messageOf(given)).toBe(message);
  });

  test('silence without connect_timeout: libpq waits, and prints nothing', () => {
    const given: Given = { sslmode: 'require', probe: { tls: answer({ kind: 'timeout' }) } };
    expect(verdict(evidenceOf(given))).toMatchObject({ connects: false, stage: 'tls', libpqMessage: null });
  });
});

describe('falling back', () => {
  const noTls = { tls: answer({ kind: 'N' }), plain: fatal('no entry') };
  test('allow, and a server without TLS: 17 takes the word for it, older ones ask in plain text again', () => {
    expect(messageOf({ sslmode: 'allow', major: 17, probe: noTls })).toBe(
      `${AT}FATAL:  no entry\n${AT}server does not support SSL, but SSL was required`,
    );
    expect(messageOf({ sslmode: 'allow', major: 16, probe: noTls })).toBe(
      `${AT}FATAL:  no entry\n${AT}FATAL:  no entry`,
    );
  });

  test('prefer after a failed handshake: both errors; before 14 an error of TLS wipes out what was said', () => {
    const probe = {
      tls: tls(null, failed('openssl', 'sslv3 alert handshake failure')),
      plain: fatal('no entry'),
    };
    expect(messageOf({ probe })).toBe(`${AT}SSL error: sslv3 alert handshake failure\n${AT}FATAL:  no entry`);
    expect(messageOf({ probe, major: 13 })).toBe(
      'SSL error: sslv3 alert handshake failure\nFATAL:  no entry',
    );
    expect(messageOf({ probe, major: 13, sslmode: 'allow' })).toBe(
      'SSL error: sslv3 alert handshake failure',
    );
  });

  test('a server that starts up sends libpq to the next host, since 14', () => {
    const starting = tls(fatal('the database system is starting up', { sqlstate: '57P03' }));
    const hosts = [
      {},
      {
        addresses: ['192.0.2.2'],
        probes: [{ address: '192.0.2.2', port: 5432, connectErrno: null, tls: tls(LET_IN), plain: null }],
      },
    ];
    const given: Given = { sslmode: 'require', settings: { host: 'a,b' }, probe: { tls: starting }, hosts };
    expect(verdict(evidenceOf(given)).connects).toBe(true);
    expect(verdict(evidenceOf({ ...given, major: 13 })).connects).toBe(false);
  });

  test('a failure of TLS ends it: the next host is not tried', () => {
    const probe = { tls: tls(null, failed('closed', 'closed')) };
    const given: Given = { sslmode: 'require', settings: { host: 'a,b' }, probe };
    expect(verdict(evidenceOf(given))).toMatchObject({ connects: false, stage: 'tls' });
  });
});

describe('what is not known', () => {
  test('TLS that lets in says nothing of plain text', () => {
    const { connects, stage, modes } = verdict(
      evidenceOf({ sslmode: 'require', probe: { tls: tls(LET_IN) } }),
    );
    expect({ connects, stage }).toEqual({ connects: true, stage: 'ok' });
    expect(modes.disable.connects).toBeNull();
    expect(modes.allow.connects).toBeNull();
    expect(modes.prefer.connects).toBe(true);
    expect(modes['verify-full'].connects).toBe(false);
  });

  test('a handshake without a start-up, where the settings forbid to go on', () => {
    const { connects, modes } = verdict(evidenceOf({ sslmode: 'verify-full', probe: { tls: tls(null) } }));
    expect(connects).toBe(false);
    expect(modes.require).toEqual({ connects: null, libpqMessage: null });
  });

  test('nothing was tried yet', () => {
    expect(verdictFor(evidenceOf({}), 'prefer')).toMatchObject({
      connects: null,
      stage: 'tls',
      libpqMessage: null,
    });
  });
});

describe('what libpq refuses of the other sslmodes', () => {
  test('direct TLS needs require', () => {
    const settings = { sslnegotiation: 'direct' };
    const { modes } = verdict(evidenceOf({ sslmode: 'require', settings, probe: { tls: tls(LET_IN) } }));
    expect(modes.prefer).toEqual({
      connects: false,
      libpqMessage:
        'weak sslmode "prefer" may not be used with sslnegotiation=direct (use "require", "verify-ca", or "verify-full")',
    });
  });

  test('direct TLS without ALPN', () => {
    const settings = { sslnegotiation: 'direct' };
    const given: Given = {
      sslmode: 'require',
      settings,
      probe: { tls: { ...tls(LET_IN), answer: { kind: 'direct' } } },
    };
    expect(messageOf(given)).toBe(
      `${AT}direct SSL connection was established without ALPN protocol negotiation extension`,
    );
  });
});
