import { describe, expect, test } from '@jest/globals';
import { PATTERNS } from '../../../src/explain/patterns.js';
import { explainText, TEXT_LIMIT } from '../../../src/explain/text.js';
import {
  DOTNET_TEXTS,
  GO_RUST_TEXTS,
  JAVA_TEXTS,
  LIBPQ_TEXTS,
  MORE_LIBPQ_TEXTS,
  OPENSSL_TEXTS,
  SCRIPTING_TEXTS,
} from './real-texts.js';

const REAL_TEXTS = [
  ...LIBPQ_TEXTS,
  ...MORE_LIBPQ_TEXTS,
  ...OPENSSL_TEXTS,
  ...SCRIPTING_TEXTS,
  ...JAVA_TEXTS,
  ...DOTNET_TEXTS,
  ...GO_RUST_TEXTS,
];

const codesOf = (text: string): readonly string[] => explainText(text).causes.map(({ code }) => code);

describe('texts of real clients', () => {
  test.each(REAL_TEXTS.map((real) => [real.text.slice(0, 90), real] as const))('%s', (_, real) => {
    const { causes, host, port, path } = explainText(real.text);
    expect(causes.slice(0, real.first.length).map(({ code }) => code)).toEqual(real.first);
    expect(host).toBe(real.host ?? null);
    expect(port).toBe(real.port ?? null);
    if (real.path !== undefined) expect(path).toBe(real.path);
  });

  test('every pattern is matched by one of them', () => {
    const matched = new Set(
      REAL_TEXTS.flatMap(({ text }) =>
        explainText(text).matched.map(({ client, title }) => `${client}: ${title}`),
      ),
    );
    const patterns = PATTERNS.map(({ client, title }) => `${client}: ${title}`);
    expect(patterns.filter((pattern) => !matched.has(pattern))).toEqual([]);
  });

  test.each(PATTERNS.flatMap(({ texts }) => texts.map((text) => [text])))(
    'the template %s matches itself filled in',
    (template) => {
      const text = template
        .replace(/\{port\}/g, '5432')
        .replace(/\{path\}/g, '/etc/ca.crt')
        .replace(/\{(host)?\}/g, 'db.example.com');
      const titles = PATTERNS.filter(({ texts }) => texts.includes(template)).map(({ title }) => title);
      expect(explainText(text).matched.map(({ title }) => title)).toEqual(
        expect.arrayContaining([titles[0]]),
      );
    },
  );

  test('likely causes come before possible ones, and no code comes twice', () => {
    for (const { text } of REAL_TEXTS) {
      const { causes } = explainText(text);
      const likelihoods = causes.map(({ likelihood }) => likelihood);
      expect(likelihoods).toEqual([...likelihoods].sort());
      expect(new Set(causes.map(({ code }) => code)).size).toBe(causes.length);
    }
  });
});

describe('several errors in one text', () => {
  const FALLEN_BACK = `psql: error: connection to server at "db.example.com" (192.0.2.10), port 5432 failed: SSL error: certificate verify failed
connection to server at "db.example.com" (192.0.2.10), port 5432 failed: FATAL:  no pg_hba.conf entry for host "203.0.113.7", user "ana", database "prod", no encryption`;

  test('after a TLS failure, "no pg_hba.conf entry … no encryption" stands last and blames the fallback', () => {
    const { matched, causes } = explainText(FALLEN_BACK);
    expect(matched.map(({ client }) => client)).toEqual(['libpq', 'server']);
    expect(matched[1]?.title).toMatch(/second error/);
    expect(causes[0]?.code).toBe('root-not-trusted');
    expect(causes.map(({ code }) => code)).toContain('downgraded-to-plaintext');
    expect(causes.map(({ code }) => code)).not.toContain('hba-rejected');
  });

  test('the order of the two lines does not matter', () => {
    const reversed = FALLEN_BACK.split('\n').reverse().join('\n');
    expect(codesOf(reversed)).toEqual(codesOf(FALLEN_BACK));
  });

  test('a named cause silences the causes of the mere symptom beside it', () => {
    expect(codesOf('certificate verify failed: certificate has expired')).not.toContain('root-not-trusted');
  });

  test('an address that does not answer stands behind the TLS failure of another', () => {
    const { matched, causes } =
      explainText(`connection to server at "localhost" (::1), port 5432 failed: Connection refused
	Is the server running on that host and accepting TCP/IP connections?
connection to server at "localhost" (127.0.0.1), port 5432 failed: SSL error: certificate verify failed`);
    expect(matched[0]?.quote).toBe('SSL error: certificate verify failed');
    expect(causes.at(-1)).toMatchObject({ code: 'host-unreachable', likelihood: 'possible' });
  });

  test('of two readings of the same words the longer counts', () => {
    expect(explainText('self-signed certificate in certificate chain').matched).toHaveLength(1);
    expect(codesOf('self-signed certificate in certificate chain')).not.toContain('self-signed-server');
  });
});

describe('what to do next', () => {
  test('the doctor is asked about the server that the text names', () => {
    const { decide, remedy } = explainText(
      'connection to server at "x.postgres.database.azure.com" (192.0.2.1), port 5432 failed: SSL error: certificate verify failed',
    );
    expect(decide).toEqual(['pg-root-cert', 'doctor', 'host=x.postgres.database.azure.com port=5432']);
    expect(remedy).toEqual(['pg-root-cert', 'install', '--for', 'x.postgres.database.azure.com']);
  });

  test('without a server in the text it is asked about the settings at hand', () => {
    const { decide, remedy } = explainText('SSL error: certificate verify failed');
    expect(decide).toEqual(['pg-root-cert', 'doctor']);
    expect(remedy).toBeNull();
  });

  test.each(['192.0.2.1', 'localhost'])('no provider is guessed from %s', (host) => {
    const text = `connection to server at "${host}", port 5432 failed: SSL error: certificate verify failed`;
    expect(explainText(text).remedy).toBeNull();
  });

  test('another fault than a missing root is not answered with an installation', () => {
    expect(
      explainText('server certificate for "a" does not match host name "db.example.com"').remedy,
    ).toBeNull();
  });
});

describe('a text in the form it was pasted', () => {
  test.each([
    ['wrapped by a terminal', 'SSL error: certificate\n   verify failed'],
    ['with typographic quotes', 'root certificate file “/x/root.crt” does not exist'],
    ['in capitals', 'SSL ERROR: CERTIFICATE VERIFY FAILED'],
    ['with carriage returns', 'SSL error:\r\ncertificate verify failed\r\n'],
  ])('%s', (_, text) => {
    expect(explainText(text).matched).toHaveLength(1);
  });

  test.each(['', '   ', 'hello', 'password authentication failed for user "ana"', '\0\uFFFF\u202E'])(
    'what is not known stays unknown: %j',
    (text) => {
      expect(explainText(text)).toMatchObject({ matched: [], causes: [] });
    },
  );

  test('what comes after 64 KiB is not read', () => {
    const late = `${'x '.repeat(TEXT_LIMIT / 2)} SSL error: certificate verify failed`;
    expect(explainText(late).matched).toEqual([]);
  });
});

describe('secrets', () => {
  const ERROR = 'SSL error: certificate verify failed';
  test.each([
    'postgres://ana:hunter2@db.example.com/prod',
    'postgres://ana:hunter2/x@db.example.com:5432/prod',
    'postgres://ana:x@hunter2@db.example.com:5432/prod',
    'postgres://ana:12?hunter2@db.example.com/prod',
    'postgres://ana:4711/hunter2@db.example.com/prod',
    'postgresql://db.example.com/prod?user=ana&password=hunter2',
    'host=db.example.com user=ana password=hunter2',
    "host=db.example.com password='a hunter2 b'",
    'Host=db.example.com;Password=hunter2',
    'could not read root certificate file "host=x password=hunter2": no certificate or crl found',
    'root certificate file "postgres://u:hunter2@h/db" does not exist',
    'no pg_hba.conf entry for host "1.2.3.4", user "hunter2", database "hunter2", no encryption',
  ])('nothing of %s comes back but host and port', (text) => {
    expect(JSON.stringify(explainText(`${text}\n${ERROR}`))).not.toContain('hunter2');
    expect(JSON.stringify(explainText(`${ERROR}: ${text}`))).not.toContain('hunter2');
  });

  test('nothing that can drive a terminal comes back', () => {
    const { path, matched } = explainText('root certificate file "/x\u001B[2J\u202E.crt" does not exist');
    expect(path).toBeNull();
    expect(matched[0]?.quote).toBe('root certificate file "…" does not exist');
  });
});

describe('hostile input', () => {
  const MEBIBYTE = 1024 * 1024;
  test.each([
    ['one character', 'a'],
    ['quotes', '"'],
    ['blanks', ' '],
    ['a beginning without its end', 'server certificate for '],
    ['nested beginnings', 'root certificate file "'],
    ['hosts', 'connection to server at "'],
    ['URIs', 'postgres://a:'],
    ['at signs', 'postgres://@@@@'],
    ['settings', 'host='],
    ['brackets', '[SSL: (((((('],
    ['surrogates', '\uD800'],
  ])('a mebibyte of %s is read in no time', (_, piece) => {
    const text = piece.repeat(MEBIBYTE / piece.length);
    const start = performance.now();
    explainText(text);
    expect(performance.now() - start).toBeLessThan(1000);
  });
});
