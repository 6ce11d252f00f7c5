import { gzipSync } from 'node:zlib';
import { afterEach, describe, expect, test } from '@jest/globals';
import { PgRootCertError } from '../../../src/core/errors.js';
import { fetchBytes, openDownloads, SIZE_LIMIT } from '../../../src/download/fetch-bytes.js';
import {
  closedPort,
  type Handler,
  serveHttp,
  serveRaw,
  type TestServer,
} from '../../support/http-servers.js';

const servers: TestServer[] = [];
afterEach(async () => {
  await Promise.all(servers.splice(0).map((server) => server.close()));
});

async function serve(handler: Handler): Promise<TestServer> {
  const server = await serveHttp(handler);
  servers.push(server);
  return server;
}

async function serveBytes(talk: Parameters<typeof serveRaw>[0]): Promise<TestServer> {
  const server = await serveRaw(talk);
  servers.push(server);
  return server;
}

const fetched = (url: string, timeoutMs = 5000) => fetchBytes(url, { env: {}, timeoutMs });

async function refusal(url: string, timeoutMs?: number): Promise<PgRootCertError> {
  const error = await fetched(url, timeoutMs).catch((thrown: unknown) => thrown);
  if (!(error instanceof PgRootCertError)) throw error;
  expect(error.code).toBe('download-failed');
  expect(error.exitCode).toBe(3);
  return error;
}

describe('what is taken', () => {
  test('the body, asked for plainly', async () => {
    const { url, requests } = await serve((_, response) => response.end('bytes'));
    expect(Buffer.from(await fetched(`${url}/a%20b.pem?x=1#y`)).toString()).toBe('bytes');
    expect(requests).toHaveLength(1);
    expect(requests[0]?.url).toBe('/a%20b.pem?x=1');
    const { host: _, connection: __, ...headers } = requests[0]?.headers ?? {};
    expect(headers).toEqual({ 'user-agent': 'pg-root-cert', accept: '*/*', 'accept-encoding': 'identity' });
  });

  test('exactly 512 KiB, declared or streamed', async () => {
    const body = Buffer.alloc(SIZE_LIMIT, 7);
    const { url } = await serve((request, response) => {
      if (request.url === '/declared') response.setHeader('content-length', body.length);
      else response.flushHeaders();
      response.end(body);
    });
    expect(await fetched(`${url}/declared`)).toHaveLength(SIZE_LIMIT);
    expect(await fetched(`${url}/streamed`)).toHaveLength(SIZE_LIMIT);
  });

  test('an empty body, and one that ends with its connection', async () => {
    const empty = await serve((_, response) => response.writeHead(204).end());
    expect(await fetched(empty.url)).toHaveLength(0);
    const old = await serveBytes((socket) => socket.end('HTTP/1.0 200 OK\r\n\r\nto the end'));
    expect(Buffer.from(await fetched(old.url)).toString()).toBe('to the end');
  });
});

describe('what is refused', () => {
  test.each([301, 400, 401, 403, 404, 410, 500, 503])('HTTP %d', async (status) => {
    const { url } = await serve((_, response) => response.writeHead(status).end('page'));
    expect((await refusal(`${url}/x.pem`)).message).toBe(`could not download ${url}/x.pem: HTTP ${status}`);
  });

  test('a body that is declared too large, before it is read', async () => {
    const { url } = await serve((_, response) => {
      response.writeHead(200, { 'content-length': 1e9 }).write('x');
    });
    expect((await refusal(url)).message).toContain('larger than 512 KiB');
  });

  test('an endless body', async () => {
    const { url } = await serve((_, response) => {
      const more = () => {
        while (response.write(Buffer.alloc(65536)));
      };
      response.on('drain', more);
      more();
    });
    expect((await refusal(url)).message).toContain('larger than 512 KiB');
  });

  test('a compressed body, such as a bomb', async () => {
    const bomb = gzipSync(Buffer.alloc(50_000_000));
    const { url } = await serve((_, response) => {
      response.writeHead(200, { 'content-encoding': 'gzip' }).end(bomb);
    });
    expect((await refusal(url)).message).toContain('compressed');
  });

  test('half a body and then nothing', async () => {
    const { url } = await serve((request, response) => {
      if (request.url === '/declared') response.setHeader('content-length', 1000);
      response.write('half', () => response.destroy());
    });
    expect((await refusal(`${url}/declared`)).message).toContain('the connection was cut');
    expect((await refusal(`${url}/chunked`)).message).toContain('the connection was cut');
  });

  test('a connection that is cut before the answer', async () => {
    const { url } = await serveBytes((socket) => socket.destroy());
    expect((await refusal(url)).message).toContain('the connection was cut');
  });

  test('what is not HTTP', async () => {
    const { url } = await serveBytes((socket) => socket.end('220 mail.example.org ESMTP\r\n'));
    expect((await refusal(url)).message).toContain('the answer is not HTTP');
  });

  test('endless headers', async () => {
    const { url } = await serveBytes((socket) => {
      socket.write(`HTTP/1.1 200 OK\r\n${'x-y: z\r\n'.repeat(20_000)}`);
    });
    expect((await refusal(url)).message).toContain('too many headers');
  });

  test('a port where nothing listens', async () => {
    const port = await closedPort();
    const error = await refusal(`http://127.0.0.1:${port}/x.pem`);
    expect(error.message).toContain(`connection refused (127.0.0.1:${port})`);
    expect(error.help.join()).toContain('HTTPS_PROXY');
  });

  test('a host that no name service knows', async () => {
    const { message } = await refusal('http://name.invalid/x.pem');
    expect(message).toMatch(/host not found|the name service does not answer/);
    expect(message).toContain('(name.invalid)');
  });

  test.each(['ftp://example.org/x', 'file:///etc/passwd', 'data:,x', 'x', '', 'http://', 'http://%zz@host/'])(
    'the address %p',
    async (url) => {
      expect((await refusal(url)).message).toContain('this is no http or https address');
    },
  );
});

describe('time', () => {
  test('no answer, or one that trickles, ends at the deadline', async () => {
    const { url } = await serve((request, response) => {
      if (request.url === '/mute') return;
      response.writeHead(200, { 'content-length': 100_000 });
      const drip = setInterval(() => response.write('x'), 20);
      response.on('close', () => clearInterval(drip));
    });
    for (const path of ['/mute', '/slow']) {
      const started = performance.now();
      expect((await refusal(`${url}${path}`, 300)).message).toContain('timed out after 0.3 s');
      expect(performance.now() - started).toBeLessThan(1500);
    }
  });

  test('one deadline holds for a whole chain of redirects', async () => {
    const { url } = await serve((_, response) => {
      setTimeout(() => response.writeHead(302, { location: '/next' }).end(), 150);
    });
    expect((await refusal(url, 400)).message).toContain('timed out after 0.4 s');
  });

  test('one deadline holds for all downloads of a run', async () => {
    const { url } = await serve(() => undefined);
    const downloads = openDownloads({ env: {}, timeoutMs: 200 });
    try {
      const started = performance.now();
      for (const path of ['/a', '/b', '/c']) {
        expect(await downloads.get(url + path)).toMatchObject({ failure: { fact: 'timed out after 0.2 s' } });
      }
      expect(performance.now() - started).toBeLessThan(1000);
    } finally {
      await downloads.close();
    }
  });

  test('a time longer than any timer is no time at all', async () => {
    const { url } = await serve((_, response) => response.end('bytes'));
    expect(await fetched(url, Number.MAX_SAFE_INTEGER)).toHaveLength(5);
  });
});

describe('redirects', () => {
  const redirect =
    (location: string, status = 302): Handler =>
    (_, response) =>
      void response.writeHead(status, { location }).end();

  test.each([301, 302, 303, 307, 308])('%d is followed, relative or absolute', async (status) => {
    const target = await serve((_, response) => response.end('there'));
    const absolute = await serve(redirect(`${target.url}/x`, status));
    const relative = await serve((request, response) => {
      if (request.url === '/a/b') redirect('../c?d=1', status)(request, response);
      else response.end(request.url);
    });
    expect(Buffer.from(await fetched(absolute.url)).toString()).toBe('there');
    expect(Buffer.from(await fetched(`${relative.url}/a/b`)).toString()).toBe('/c?d=1');
  });

  test('five are followed, a sixth is not, so loops end', async () => {
    const { url, requests } = await serve((request, response) => {
      const left = Number(request.url?.slice(1));
      if (left === 0) response.end('there');
      else response.writeHead(302, { location: `/${left - 1}` }).end();
    });
    expect(Buffer.from(await fetched(`${url}/5`)).toString()).toBe('there');
    expect((await refusal(`${url}/6`)).message).toContain('more than 5 redirects');
    const loop = await serve(redirect('/'));
    expect((await refusal(loop.url)).message).toContain('more than 5 redirects');
    expect(loop.requests).toHaveLength(6);
    expect(requests).toHaveLength(12);
  });

  test.each(['file:///etc/passwd', 'ftp://example.org/x', 'javascript:alert(1)', 'data:,x'])(
    'to %s is refused',
    async (location) => {
      const { url } = await serve(redirect(location));
      const scheme = location.slice(0, location.indexOf(':'));
      expect((await refusal(url)).message).toContain(`the redirect from http to ${scheme} was refused`);
    },
  );

  test('to nowhere is refused', async () => {
    const { url } = await serve(redirect('http://[bad'));
    expect((await refusal(url)).message).toContain('the redirect leads to no address');
  });

  test('a failure at the end of the chain names both addresses, without secrets or control characters', async () => {
    const target = await serve((_, response) => response.writeHead(404).end());
    const { url } = await serve(redirect(`${target.url.replace('//', '//u:hunter2@')}/a?token=hunter2`));
    const { message } = await refusal(`${url.replace('//', '//v:hunter2@')}/b?sig=hunter2`);
    expect(message).toBe(
      `could not download ${url.replace('//', '//***@')}/b?sig=***: HTTP 404 (redirected to ${target.url.replace('//', '//***@')}/a?token=***)`,
    );
  });

  test('an endless page behind a redirect is not waited for', async () => {
    const { url } = await serve((request, response) => {
      if (request.url === '/there') return void response.end('there');
      response.writeHead(302, { location: '/there' }).write('page');
    });
    expect(Buffer.from(await fetched(url)).toString()).toBe('there');
  });
});

describe('credentials', () => {
  test('go to the origin that they were given for, and nowhere else', async () => {
    const other = await serve((_, response) => response.end('there'));
    const home = await serve((request, response) => {
      const location = request.url === '/a' ? '/b' : `${other.url.replace('//', '//their:own@')}/c`;
      response.writeHead(302, { location }).end();
    });
    await fetched(`${home.url.replace('//', '//us%40er:p%3Aw@')}/a`);
    const basic = `Basic ${Buffer.from('us@er:p:w').toString('base64')}`;
    expect(home.requests.map(({ headers }) => headers.authorization)).toEqual([basic, basic]);
    expect(other.requests.map(({ headers }) => headers.authorization)).toEqual([undefined]);
  });
});
