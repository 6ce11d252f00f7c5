import { afterEach, beforeAll, describe, expect, test } from '@jest/globals';
import { PgRootCertError } from '../../../src/core/errors.js';
import { fetchBytes } from '../../../src/download/fetch-bytes.js';
import {
  closedPort,
  type ProxyOptions,
  serveHttp,
  serveProxy,
  type TestProxy,
  type TestServer,
} from '../../support/http-servers.js';

type Env = Record<string, string>;

const servers: TestServer[] = [];
let site: TestServer;
let port: number;

beforeAll(async () => {
  port = await closedPort();
});
afterEach(async () => {
  await Promise.all(servers.splice(0).map((server) => server.close()));
});

async function proxied(options: ProxyOptions = {}): Promise<TestProxy> {
  site = await serveHttp((_, response) => response.end('bytes'));
  const proxy = await serveProxy(options);
  servers.push(site, proxy);
  return proxy;
}

const fetched = async (url: string, env: Env): Promise<string> =>
  Buffer.from(await fetchBytes(url, { env, timeoutMs: 3000 })).toString();

async function refusal(url: string, env: Env): Promise<PgRootCertError> {
  const error = await fetched(url, env).catch((thrown: unknown) => thrown);
  if (!(error instanceof PgRootCertError)) throw error;
  expect(error.code).toBe('download-failed');
  return error;
}

describe('an http address', () => {
  test.each(['HTTP_PROXY', 'http_proxy'])('goes through %s, and asks it plainly', async (name) => {
    const proxy = await proxied();
    const url = `http://site.invalid:${site.port}/a?b=1`;
    expect(await fetched(url, { [name]: proxy.url })).toBe('bytes');
    expect(proxy.seen).toEqual([`GET ${url}`]);
    expect(site.requests[0]?.headers).toMatchObject({ 'user-agent': 'pg-root-cert' });
  });

  test('goes through a proxy without a scheme, too', async () => {
    const proxy = await proxied();
    const env = { HTTP_PROXY: `127.0.0.1:${proxy.port}` };
    expect(await fetched(`http://site.invalid:${site.port}/`, env)).toBe('bytes');
  });

  test('has nothing to do with HTTPS_PROXY', async () => {
    const proxy = await proxied();
    expect(await fetched(site.url, { HTTPS_PROXY: proxy.url })).toBe('bytes');
    expect(proxy.seen).toEqual([]);
  });

  test('the lower-case form wins', async () => {
    const proxy = await proxied();
    const env = { HTTP_PROXY: `http://127.0.0.1:${port}`, http_proxy: proxy.url };
    expect(await fetched(`http://site.invalid:${site.port}/`, env)).toBe('bytes');
  });

  test.each(['127.0.0.1', '*', 'other.example.org, 127.0.0.1', '.0.0.1'])(
    'is spared by NO_PROXY=%s',
    async (list) => {
      const proxy = await proxied();
      for (const name of ['NO_PROXY', 'no_proxy']) {
        expect(await fetched(site.url, { HTTP_PROXY: proxy.url, [name]: list })).toBe('bytes');
      }
      expect(proxy.seen).toEqual([]);
    },
  );

  test('is not spared by a NO_PROXY for other hosts or ports', async () => {
    const proxy = await proxied();
    const env = { HTTP_PROXY: proxy.url, NO_PROXY: `example.org 127.0.0.1:${site.port + 1}` };
    expect(await fetched(site.url, env)).toBe('bytes');
    expect(proxy.seen).toHaveLength(1);
  });

  test('the environment of the process does not count', async () => {
    await proxied();
    process.env.http_proxy = `http://127.0.0.1:${port}`;
    try {
      expect(await fetched(site.url, {})).toBe('bytes');
    } finally {
      delete process.env.http_proxy;
    }
  });

  test('gives a proxy its credentials, and the site none of them', async () => {
    const proxy = await proxied({ credentials: 'user:hunter@2' });
    const env = { HTTP_PROXY: proxy.url.replace('//', '//user:hunter%402@') };
    expect(await fetched(`http://site.invalid:${site.port}/`, env)).toBe('bytes');
    const { message, help } = await refusal(`http://site.invalid:${site.port}/x`, {
      HTTP_PROXY: proxy.url.replace('//', '//user:wrong%2Fpassword@'),
    });
    expect(message).toBe(
      `could not download http://site.invalid:${site.port}/x: the proxy ${proxy.url}/ refused (HTTP 407)`,
    );
    expect(help.join()).toContain('http://USER:PASSWORD@HOST:PORT');
  });
});

describe('an https address', () => {
  test.each([
    ['HTTPS_PROXY', 403],
    ['https_proxy', 407],
    ['HTTP_PROXY', 502],
  ])('is tunnelled through %s; a refusal with %d is told', async (name, refuseWith) => {
    const proxy = await proxied({ refuseWith });
    const env = { [name]: proxy.url.replace('//', '//user:hunter2@') };
    const { message } = await refusal('https://site.invalid/x.pem', env);
    expect(message).toBe(
      `could not download https://site.invalid/x.pem: the proxy ${proxy.url}/ refused (HTTP ${refuseWith})`,
    );
    expect(proxy.seen).toEqual(['CONNECT site.invalid:443']);
  });

  test('a proxy that never answers ends at the deadline', async () => {
    const proxy = await proxied({ mute: true });
    const error = await fetchBytes('https://site.invalid/', {
      env: { HTTPS_PROXY: proxy.url },
      timeoutMs: 300,
    }).catch((thrown: unknown) => thrown);
    expect(error).toMatchObject({
      message: 'could not download https://site.invalid/: timed out after 0.3 s',
    });
  });
});

describe('a proxy that cannot be used', () => {
  test('is not there', async () => {
    const env = {
      HTTPS_PROXY: `http://user:hunter2@127.0.0.1:${port}`,
      HTTP_PROXY: 'http://proxy.invalid:1',
    };
    expect((await refusal('https://site.invalid/', env)).message).toContain(
      `connection refused (127.0.0.1:${port})`,
    );
    expect((await refusal('http://site.invalid/', env)).message).toContain('(proxy.invalid)');
  });

  test.each([
    ['socks5://user:hunter2@proxy:1080', 'HTTPS_PROXY names a socks5: proxy'],
    ['http://user:hunter2@pro xy', 'HTTPS_PROXY is not the address of a proxy: http://***@pro xy'],
    ['user:hunter2@pro xy', 'HTTPS_PROXY is not the address of a proxy: ***@pro xy'],
    ['http://user:hunter%2@proxy', 'HTTPS_PROXY is not the address of a proxy: http://***@proxy/'],
  ])('%s', async (proxy, fact) => {
    const { message } = await refusal('https://site.invalid/', { HTTPS_PROXY: proxy });
    expect(message).toContain(fact);
    expect(message).not.toContain('hunter2');
  });
});
