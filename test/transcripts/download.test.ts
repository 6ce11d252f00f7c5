import { readFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { serveHttps, serveProxy, type TestProxy, type TestServer } from '../support/http-servers.js';
import { makeCertificate } from '../support/make-certs.js';
import { CERTS, COMMAND, codesOf, emptyHome, hasProgram, run } from '../support/run.js';

const ca = makeCertificate({ subject: 'Site CA', ca: true });
const site = makeCertificate({ subject: 'localhost', san: ['DNS:localhost'], issuer: ca });
let server: TestServer;
let proxy: TestProxy;

beforeAll(async () => {
  server = await serveHttps(site, (request, response) => {
    const id = path.basename(request.url ?? '', '.pem');
    response.end(readFileSync(path.join(CERTS, `${id}.pem`)));
  });
  proxy = await serveProxy({ credentials: 'me:secret' });
});
afterAll(async () => {
  await server.close();
  await proxy.close();
});

/** A home, and the environment in which the test's site is trusted. */
function prepared(): { home: string; env: Record<string, string> } {
  const home = emptyHome();
  const file = path.join(home, 'site.pem');
  writeFileSync(file, ca.pem);
  return { home, env: { NODE_EXTRA_CA_CERTS: file } };
}

describe('a real download by the built command', () => {
  test('over https, one request a root', async () => {
    const { home, env } = prepared();
    const done = await run(home, ['install', 'adobe', 'neon', '--mirror', server.url, '--json'], { env });
    expect(done.status).toBe(0);
    expect(done.json().targets[0]).toMatchObject({ changed: true, source: 'download' });
    expect(codesOf(done.json()).filter((code) => code.startsWith('download'))).toEqual([]);
    const before = server.requests.length;
    expect((await run(home, ['install', 'adobe', 'neon', '--mirror', server.url], { env })).status).toBe(0);
    expect(server.requests.length).toBe(before);
  });

  test('through HTTPS_PROXY, and around it with NO_PROXY; its password is never shown', async () => {
    const { home, env } = prepared();
    const HTTPS_PROXY = `http://me:secret@127.0.0.1:${proxy.port}`;
    const argv = ['install', '--mirror', server.url, '--require-download', '--json'];
    const through = await run(home, argv, { env: { ...env, HTTPS_PROXY } });
    expect(through.json()).toMatchObject({ ok: true, targets: [{ source: 'download' }] });
    expect(proxy.seen).toEqual([`CONNECT localhost:${server.port}`]);

    const other = prepared();
    await run(other.home, argv, { env: { ...other.env, HTTPS_PROXY, NO_PROXY: 'localhost' } });
    expect(proxy.seen).toHaveLength(1);

    const wrong = HTTPS_PROXY.replace('secret', 'guess');
    const refused = await run(emptyHome(), argv, { env: { ...env, HTTPS_PROXY: wrong } });
    expect(refused.status).toBe(3);
    expect(refused.json().error?.code).toBe('download-failed');
    expect(refused.stdout).not.toContain('guess');
  });

  test('a site that nobody vouches for: the embedded copy stands in, with a warning', async () => {
    const done = await run(emptyHome(), ['install', '--mirror', server.url, '--json']);
    expect(done.json()).toMatchObject({ ok: true, targets: [{ source: 'embedded' }] });
    expect(done.json().findings.find(({ code }) => code === 'download-failed')?.severity).toBe('warning');
  });

  test('any https URL, with a fingerprint', async () => {
    const { home, env } = prepared();
    const url = `${server.url}/gts-root-r1.pem`;
    const done = await run(home, ['install', url, '--json'], { env });
    expect(done.json().targets[0]).toMatchObject({ source: 'url', added: [{ id: 'gts-root-r1' }] });
  });

  const onTerminal = hasProgram('script') && process.platform === 'linux' ? test : test.skip;
  onTerminal('progress on a terminal only, and gone when it is done', async () => {
    const { spawn } = await import('node:child_process');
    const { home, env } = prepared();
    const line = [...COMMAND, 'install', '--mirror', server.url].map((word) => `'${word}'`).join(' ');
    const seen = await new Promise<string>((resolve) => {
      let text = '';
      const child = spawn('script', ['-qec', line, '/dev/null'], {
        env: { PATH: process.env.PATH ?? '', HOME: home, TERM: 'xterm', ...env },
        stdio: ['ignore', 'pipe', 'ignore'],
      });
      child.stdout.setEncoding('utf8').on('data', (part: string) => {
        text += part;
      });
      child.on('close', () => resolve(text));
    });
    expect(seen).toContain('downloading (1 of 1)');
    expect(seen.lastIndexOf('\r\u001b[2K')).toBeGreaterThan(seen.lastIndexOf('downloading'));
    expect((await run(emptyHome(), ['install', '--mirror', server.url], { env })).stderr).not.toContain(
      'downloading',
    );
  });
});
