import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { Agent, EnvHttpProxyAgent, request } from '../../../scripts/bundle/undici.mjs';

const GLOBALS = ['undici.globalDispatcher.1', 'undici.globalDispatcher.2'].map((name) => Symbol.for(name));
let server: Server;

beforeAll(async () => {
  server = createServer((asked, answer) =>
    answer.end(`${asked.method} ${asked.url} ${asked.headers['x-test']}`),
  );
  await new Promise<void>((done) => void server.listen(0, '127.0.0.1', done));
});

afterAll(() => void server.close());

test.each([
  ['Agent', () => new Agent()],
  ['EnvHttpProxyAgent', () => new EnvHttpProxyAgent({ httpProxy: '', httpsProxy: '', noProxy: '' })],
])('requests go through the %s given, and no global one is made', async (_name, make) => {
  const { port } = server.address() as AddressInfo;
  const dispatcher = make();
  const { statusCode, body } = await request(`http://127.0.0.1:${port}/a/b.pem?c=d`, {
    dispatcher,
    method: 'GET',
    headers: { 'x-test': 'yes' },
  });
  expect(statusCode).toBe(200);
  expect(await body.text()).toBe('GET /a/b.pem?c=d yes');
  expect(GLOBALS.filter((name) => name in globalThis)).toEqual([]);
  await dispatcher.close();
});
