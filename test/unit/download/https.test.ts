import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import {
  serveHttp,
  serveHttps,
  serveProxy,
  serveRaw,
  type TestProxy,
  type TestServer,
} from '../../support/http-servers.js';
import { makeCertificate } from '../../support/make-certs.js';
import { buildChild, type Child } from './child.js';

const DAY = 86_400_000;
const authority = makeCertificate({ subject: 'Test Web CA' });
const issue = (san: string, notAfter?: Date) =>
  makeCertificate({
    subject: 'site',
    issuer: authority,
    san: [san],
    ...(notAfter ? { notBefore: new Date(notAfter.getTime() - DAY), notAfter } : {}),
  });

let child: Child;
let plain: TestServer;
let site: TestServer;
let proxy: TestProxy;
const servers: TestServer[] = [];

beforeAll(async () => {
  child = await buildChild();
  plain = await serveHttp((_, response) => response.end('plain'));
  site = await serveHttps(issue('DNS:localhost'), (request, response) => {
    if (request.url === '/downgrade') response.writeHead(302, { location: plain.url }).end();
    else response.end('secret-free bytes');
  });
  proxy = await serveProxy();
  servers.push(plain, site, proxy);
});
afterAll(async () => {
  child.remove();
  await Promise.all(servers.map((server) => server.close()));
});

const fetched = (url: string, env: Record<string, string> = {}, timeoutMs = 5000) =>
  child.evaluate(
    `fetchSource(${JSON.stringify(url)}, ${JSON.stringify({ host: { env }, timeoutMs })})`,
    authority.pem,
  );

async function failed(...args: Parameters<typeof fetched>) {
  const { error } = await fetched(...args);
  if (error === undefined) throw new Error('this should have failed');
  return error;
}

describe('a site that is trusted', () => {
  test('gives its bytes, and the process ends at once', async () => {
    const started = performance.now();
    expect(await fetched(`${site.url}/x.pem`)).toMatchObject({
      value: 'secret-free bytes',
      undiciLoaded: true,
    });
    expect(performance.now() - started).toBeLessThan(3000);
  });

  test('is reached by its name through a CONNECT proxy, whose password it never sees', async () => {
    const locked = await serveProxy({ credentials: 'user:hunter2' });
    servers.push(locked);
    const env = { HTTPS_PROXY: locked.url.replace('//', '//user:hunter2@') };
    expect(await fetched(`${site.url}/x.pem`, env)).toMatchObject({ value: 'secret-free bytes' });
    expect(locked.seen).toEqual([`CONNECT localhost:${site.port}`]);
    expect(site.requests.at(-1)?.headers).not.toHaveProperty('proxy-authorization');
  });

  test('is reached without the proxy where NO_PROXY names it', async () => {
    const env = { HTTPS_PROXY: proxy.url, NO_PROXY: 'localhost' };
    expect(await fetched(`${site.url}/x.pem`, env)).toMatchObject({ value: 'secret-free bytes' });
    expect(proxy.seen).not.toContain(`CONNECT localhost:${site.port}`);
  });

  test('may not send to http', async () => {
    const { code, message } = await failed(`${site.url}/downgrade`);
    expect(code).toBe('download-failed');
    expect(message).toContain('the redirect from https to http was refused');
    expect(plain.requests).toHaveLength(0);
  });

  test('may be the end of a redirect from http', async () => {
    const start = await serveHttp((_, response) => response.writeHead(301, { location: site.url }).end());
    servers.push(start);
    const mirror = JSON.stringify(start.url);
    const expression = `acquireRoots([{ id: 'a', officialUrl: null, origin: 'embedded', sha256: 'x' }], { host: { env: {} },
      catalog: { roots: [], der: () => new Uint8Array() }, mirror: ${mirror}, offline: false, requireDownload: true, timeoutMs: 5000 })`;
    const { error } = await child.evaluate(expression, authority.pem);
    expect(error?.code).toBe('download-not-a-certificate');
  });
});

describe('a site that is not trusted', () => {
  test('by an unknown authority: the way out is told', async () => {
    const { error } = await child.evaluate(
      `fetchSource(${JSON.stringify(site.url)}, { host: { env: {} }, timeoutMs: 5000 })`,
    );
    expect(error?.message).toBe(
      `could not download ${site.url}/: the certificate of the site is not trusted`,
    );
    expect(error?.help.join()).toMatch(/NODE_EXTRA_CA_CERTS.*--use-system-ca/);
  });

  test.each(['direct', 'tunnelled'])('by name, %s', async (way) => {
    const other = await serveHttps(issue('DNS:other.example.org'), (_, response) => response.end());
    servers.push(other);
    const env: Record<string, string> = way === 'direct' ? {} : { HTTPS_PROXY: proxy.url };
    for (const url of [other.url, other.url.replace('localhost', '127.0.0.1')]) {
      expect((await failed(url, env)).message).toContain('the certificate of the site is for another name');
    }
  });

  test('by date', async () => {
    const old = await serveHttps(issue('DNS:localhost', new Date(Date.now() - DAY)), (_, response) =>
      response.end(),
    );
    servers.push(old);
    expect((await failed(old.url)).message).toContain('the certificate of the site has expired');
  });

  test('because it speaks no TLS', async () => {
    expect((await failed(plain.url.replace('http:', 'https:'))).message).toContain(
      'the TLS handshake failed',
    );
  });
});

test('a handshake that never ends keeps the process no longer than its deadline', async () => {
  const mute = await serveRaw(() => undefined);
  servers.push(mute);
  for (const env of [{}, { HTTPS_PROXY: proxy.url }]) {
    const started = performance.now();
    const { message } = await failed(mute.url.replace('http:', 'https:'), env, 400);
    expect(message).toMatch(/timed out after 0\.4 s/);
    expect(performance.now() - started).toBeLessThan(3000);
  }
});

test.each(['http://example.org/x.pem', 'file:///etc/passwd', 'x', 'HTTP://user:hunter2@example.org'])(
  'a source at %s is wrong usage',
  async (url) => {
    const { code, message } = await failed(url);
    expect(code).toBe('usage');
    expect(message).toContain('not an https address');
    expect(message).not.toContain('hunter2');
  },
);
