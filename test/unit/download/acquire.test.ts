import { afterEach, beforeAll, describe, expect, test } from '@jest/globals';
import type { CatalogRoot } from '../../../src/catalog/types.js';
import { PgRootCertError } from '../../../src/core/errors.js';
import { acquireRoots } from '../../../src/download/acquire.js';
import type { AcquireOptions, Progress } from '../../../src/download/types.js';
import { closedPort, type Handler, serveHttp, type TestServer } from '../../support/http-servers.js';
import { makeCertificate, type TestCertificate } from '../../support/make-certs.js';
import { buildChild } from './child.js';

const certificates = [1, 2, 3].map((number) => makeCertificate({ subject: `Test Root ${number}` })) as [
  TestCertificate,
  TestCertificate,
  TestCertificate,
];
const [first, second, third] = certificates;
const stranger = makeCertificate({ subject: 'Stranger\u001b[31m\u202E CA' });
const PAGE = '<!DOCTYPE html><html><body>Please log in to the Wi-Fi</body></html>';

let port: number;
const servers: TestServer[] = [];
beforeAll(async () => {
  port = await closedPort();
});
afterEach(async () => {
  await Promise.all(servers.splice(0).map((server) => server.close()));
});

async function serve(handler: Handler): Promise<TestServer> {
  const server = await serveHttp(handler);
  servers.push(server);
  return server;
}

const serveFiles = (files: Record<string, string | Uint8Array>): Promise<TestServer> =>
  serve((request, response) => {
    const file = files[request.url ?? ''];
    response.writeHead(file === undefined ? 404 : 200).end(file);
  });

const rootOf = (certificate: TestCertificate, id: string, officialUrl: string | null): CatalogRoot => ({
  id,
  name: id,
  sha256: certificate.sha256,
  sha1: '0'.repeat(40),
  subject: `CN=${id}`,
  serial: '01',
  notBefore: '2020-01-01T00:00:00Z',
  notAfter: '2040-01-01T00:00:00Z',
  keyType: 'EC-P256',
  status: 'current',
  publicCa: false,
  officialUrl,
  subjectKeyId: null,
  note: '',
  origin: 'embedded',
});

type Options = Partial<AcquireOptions> & { readonly known?: readonly CatalogRoot[] };

const acquire = (roots: readonly CatalogRoot[], { known = [], ...options }: Options = {}) =>
  acquireRoots(roots, {
    host: { env: {} },
    catalog: {
      roots: [...roots, ...known],
      der: ({ sha256 }) => certificates.find((each) => each.sha256 === sha256)?.der ?? new Uint8Array(),
    },
    offline: false,
    requireDownload: false,
    timeoutMs: 3000,
    ...options,
  });

async function refusal(roots: readonly CatalogRoot[], options: Options = {}): Promise<PgRootCertError> {
  const error = await acquire(roots, options).catch((thrown: unknown) => thrown);
  if (!(error instanceof PgRootCertError)) throw error;
  return error;
}

const derOf = ({ der }: TestCertificate): Buffer => Buffer.from(der);

describe('what is downloaded', () => {
  test.each([
    ['PEM', first.pem],
    ['PEM with CRLF and text around it', `Subject: x\r\n${first.pem.replaceAll('\n', '\r\n')}end\r\n`],
    ['DER', first.der],
    ['a chain with more in it', `${stranger.pem}${first.pem}`],
  ])('%s', async (_, body) => {
    const { url } = await serveFiles({ '/a': body });
    const root = rootOf(first, 'a', `${url}/a`);
    expect(await acquire([root], { requireDownload: true })).toEqual({
      acquired: [{ root, der: derOf(first), source: 'download' }],
      findings: [],
    });
  });

  test('a bundle takes one request for all its roots, in the order asked for', async () => {
    const { url, requests } = await serveFiles({ '/b': first.pem + second.pem + third.pem });
    const roots = [third, first, second].map((each, at) => rootOf(each, `r${at}`, `${url}/b`));
    const { acquired, findings } = await acquire(roots);
    expect(acquired.map(({ der }) => Buffer.from(der))).toEqual([third, first, second].map(derOf));
    expect(findings).toEqual([]);
    expect(requests).toHaveLength(1);
  });

  test('at most six at a time, and progress counts every address', async () => {
    let open = 0;
    let most = 0;
    const { url } = await serve((_, response) => {
      open += 1;
      most = Math.max(most, open);
      setTimeout(() => {
        open -= 1;
        response.end(first.pem);
      }, 30);
    });
    const roots = Array.from({ length: 20 }, (_, at) => rootOf(first, `r${at}`, `${url}/${at}?key=secret`));
    const events: Progress[] = [];
    const { acquired } = await acquire(roots, { onProgress: (event) => events.push(event) });
    expect(acquired.every(({ source }) => source === 'download')).toBe(true);
    expect(most).toBe(6);
    expect(events.map(({ done }) => done)).toEqual(Array.from({ length: 21 }, (_, at) => at));
    expect(events[0]).toEqual({ url: null, done: 0, total: 20 });
    expect(JSON.stringify(events)).not.toContain('secret');
  });
});

describe('a mirror', () => {
  test.each(['', '/', '/copy/of/certs', '/copy/of/certs/'])('at %p has <id>.pem', async (path) => {
    const base = path.replace(/\/$/, '');
    const { url, requests } = await serveFiles({
      [`${base}/a.pem`]: first.pem,
      [`${base}/b.pem`]: second.pem,
    });
    const roots = [rootOf(first, 'a', null), rootOf(second, 'b', 'https://official.invalid/b')];
    const { acquired, findings } = await acquire(roots, { mirror: url + path, requireDownload: true });
    expect(acquired.map(({ source }) => source)).toEqual(['download', 'download']);
    expect(findings).toEqual([]);
    expect(requests).toHaveLength(2);
  });

  test('keeps its query, which may be a signature', async () => {
    const { url, requests } = await serveFiles({ '/a.pem?sig=s': first.pem });
    await acquire([rootOf(first, 'a', null)], { mirror: `${url}?sig=s`, requireDownload: true });
    expect(requests[0]?.url).toBe('/a.pem?sig=s');
  });

  test('with another certificate is an alarm', async () => {
    const { url } = await serveFiles({ '/a.pem': second.pem });
    const known = [rootOf(second, 'b', null)];
    expect((await refusal([rootOf(first, 'a', null)], { mirror: url, known })).code).toBe(
      'fingerprint-mismatch',
    );
  });

  test("is not asked for a site's own root", async () => {
    const { url, requests } = await serveFiles({});
    const { acquired } = await acquire([{ ...rootOf(first, 'a', null), origin: 'site' }], { mirror: url });
    expect(acquired[0]?.source).toBe('embedded');
    expect(requests).toEqual([]);
  });

  test.each(['ftp://example.org/', 'certs/', '', 'user:hunter2@host'])(
    'at %p is wrong usage',
    async (mirror) => {
      const error = await refusal([rootOf(first, 'a', null)], { mirror, offline: true });
      expect(error.code).toBe('usage');
      expect(error.message).not.toContain('hunter2');
    },
  );
});

describe('the embedded copy', () => {
  test('stands in silently when offline, without loading undici', async () => {
    const child = await buildChild();
    const run = (offline: boolean) =>
      child.evaluate(`acquireRoots([{ id: 'a', officialUrl: 'http://127.0.0.1:${port}/', origin: 'embedded', sha256: 'x' }], {
        host: { env: {} }, catalog: { roots: [], der: () => new Uint8Array(1) }, offline: ${offline}, requireDownload: false, timeoutMs: 5000 })`);
    try {
      expect(await run(true)).toEqual({ value: 1, undiciLoaded: false });
      expect(await run(false)).toEqual({ value: 1, undiciLoaded: true });
    } finally {
      child.remove();
    }
    const root = rootOf(first, 'a', `http://127.0.0.1:${port}/`);
    expect(await acquire([root], { offline: true })).toEqual({
      acquired: [{ root, der: first.der, source: 'embedded' }],
      findings: [],
    });
  });

  test('stands in for a root without an address, and says so once', async () => {
    const { acquired, findings } = await acquire([rootOf(first, 'a', null), rootOf(second, 'b', null)]);
    expect(acquired.map(({ source, der }) => [source, der])).toEqual([
      ['embedded', first.der],
      ['embedded', second.der],
    ]);
    expect(findings).toHaveLength(1);
    expect(findings[0]).toMatchObject({
      code: 'embedded-copy',
      severity: 'info',
      message: 'no download address is known for a, b',
    });
  });

  test.each<[string, Handler, string]>([
    ['404', (_, response) => void response.writeHead(404).end(), 'HTTP 404'],
    [
      'a cut',
      (_, response) => void response.write(first.pem, () => response.destroy()),
      'the connection was cut',
    ],
    ['no answer', () => undefined, 'timed out after 0.3 s'],
  ])('stands in with a warning after %s', async (_, handler, fact) => {
    const { url } = await serve(handler);
    const { acquired, findings } = await acquire([rootOf(first, 'a', `${url}/a`)], { timeoutMs: 300 });
    expect(acquired).toMatchObject([{ source: 'embedded', der: first.der }]);
    expect(findings).toMatchObject([
      { code: 'download-failed', severity: 'warning', message: `could not download ${url}/a: ${fact}` },
    ]);
    expect(findings[0]?.help.map(({ text }) => text).join()).toMatch(/--offline.*--mirror URL/);
  });

  test('stands in with one warning for a host and a cause, however many files', async () => {
    const { url } = await serveFiles({ '/ok': first.pem });
    const roots = [
      ...Array.from({ length: 30 }, (_, at) => rootOf(second, `gone${at}`, `${url}/${at}`)),
      rootOf(third, 'down', `http://127.0.0.1:${port}/`),
      rootOf(first, 'ok', `${url}/ok`),
    ];
    const { acquired, findings } = await acquire(roots);
    expect(acquired.map(({ source }) => source)).toEqual([...Array(31).fill('embedded'), 'download']);
    expect(findings.map(({ message }) => message)).toEqual([
      `could not download 30 files from ${new URL(url).host}: HTTP 404`,
      `could not download http://127.0.0.1:${port}/: connection refused (127.0.0.1:${port})`,
    ]);
    expect(findings[0]?.notes.at(-1)).toBe(
      'the copy inside the catalogue was used: gone0, gone1, gone2, gone3 and 26 more',
    );
  });

  test.each([
    ['a web page', PAGE, 'a web page, not a certificate'],
    ['nothing', '', 'an empty file'],
    ['text', 'no such file', 'no readable certificate'],
    ['a key', first.privateKeyPem, 'no readable certificate'],
    ['half a certificate', first.pem.slice(0, 300), 'no readable certificate'],
    ['half a DER', first.der.slice(0, 100), 'no readable certificate'],
  ])('stands in with a warning where there is %s', async (_, body, fact) => {
    const { url } = await serveFiles({ '/a': body });
    const { acquired, findings } = await acquire([rootOf(first, 'a', `${url}/a`)]);
    expect(acquired).toMatchObject([{ source: 'embedded' }]);
    expect(findings).toMatchObject([
      { code: 'download-not-a-certificate', severity: 'warning', message: `there is ${fact} at ${url}/a` },
    ]);
  });

  test('stands in for a root that has left its bundle, asked for alone or not', async () => {
    const { url } = await serveFiles({ '/b': second.pem + stranger.pem });
    const left = rootOf(first, 'left', `${url}/b`);
    const stayed = rootOf(second, 'stayed', `${url}/b`);
    for (const [wanted, known] of [
      [[left], [stayed]],
      [[left, stayed], []],
    ] as const) {
      const { acquired, findings } = await acquire(wanted, { known });
      expect(acquired[0]).toMatchObject({ source: 'embedded', der: first.der });
      expect(findings).toMatchObject([
        { code: 'download-failed', message: `could not download ${url}/b: no longer in that file` },
      ]);
    }
  });
});

describe('another certificate', () => {
  test('is an alarm that names both, and cannot drive the terminal', async () => {
    const { url } = await serveFiles({ '/a': stranger.pem });
    const error = await refusal([rootOf(first, 'a', `${url}/a`)]);
    expect(error.code).toBe('fingerprint-mismatch');
    expect(error.exitCode).toBe(4);
    for (const part of [first.sha256, stranger.sha256, 'Stranger', `${url}/a`, 'than a is']) {
      expect(error.message).toContain(part);
    }
    expect(error.message).not.toMatch(/[\p{Cc}\p{Cf}]/u);
  });

  test('beats every other outcome, and every alarm is told', async () => {
    const { url } = await serveFiles({
      '/ok': first.pem,
      '/x': stranger.pem,
      '/y': stranger.der,
      '/page': PAGE,
    });
    const roots = [
      rootOf(first, 'down', `http://127.0.0.1:${port}/`),
      rootOf(first, 'page', `${url}/page`),
      rootOf(first, 'ok', `${url}/ok`),
      rootOf(second, 'x', `${url}/x`),
      rootOf(third, 'y', `${url}/y`),
      rootOf(third, 'none', null),
    ];
    for (const requireDownload of [false, true]) {
      const error = await refusal(roots, { requireDownload });
      expect(error.code).toBe('fingerprint-mismatch');
      expect(error.message).toContain('than x is');
      expect(error.findings).toMatchObject([{ code: 'fingerprint-mismatch', severity: 'error' }]);
      expect(error.findings[0]?.message).toContain('than y is');
    }
  });

  test('is an alarm in a bundle of which no known root is left', async () => {
    const { url } = await serveFiles({ '/b': stranger.pem });
    const roots = [rootOf(first, 'a', `${url}/b`), rootOf(second, 'b', `${url}/b`)];
    expect((await refusal(roots)).code).toBe('fingerprint-mismatch');
  });
});

describe('with requireDownload', () => {
  test.each<[string, string | null, string, number]>([
    ['a failure', '/missing', 'download-failed', 3],
    ['a web page', '/page', 'download-not-a-certificate', 4],
    ['no address', null, 'download-failed', 3],
  ])('%s is an error', async (_, path, code, exitCode) => {
    const { url } = await serveFiles({ '/page': PAGE, '/ok': second.pem });
    const roots = [rootOf(second, 'ok', `${url}/ok`), rootOf(first, 'a', path === null ? null : url + path)];
    const error = await refusal(roots, { requireDownload: true });
    expect({ code: error.code, exitCode: error.exitCode }).toEqual({ code, exitCode });
    expect(error.help.at(-1)).toContain('--require-download');
  });

  test('the graver of two causes is told', async () => {
    const { url } = await serveFiles({ '/page': PAGE });
    const roots = [rootOf(first, 'a', `${url}/404`), rootOf(second, 'b', `${url}/page`)];
    expect((await refusal(roots, { requireDownload: true })).code).toBe('download-not-a-certificate');
  });

  test('offline contradicts it', async () => {
    expect((await refusal([], { requireDownload: true, offline: true })).code).toBe('usage');
  });
});
