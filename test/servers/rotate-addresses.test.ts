import { mkdirSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { afterEach, describe, expect, test } from '@jest/globals';
import type { Host } from '../../src/core/host.js';
import { nodeHost } from '../../src/core/node-host.js';
import { lookAtAll, serversOf } from '../../src/rotate/prove.js';
import { type HostileServer, overTls, startHostile } from '../support/hostile-servers.js';
import { emptyHome, rootCrt } from '../support/run.js';
import { type Issued, makeTestCa } from '../support/test-ca.js';

const moved = makeTestCa({ name: 'New Site Root' });
const old = makeTestCa({ name: 'Old Site Root' });
const names = { names: ['db.example.org'] };
const ASKS_FOR_A_PASSWORD = Buffer.from('R\0\0\0\x08\0\0\0\x03');

const servers: HostileServer[] = [];
afterEach(async () => {
  for (const server of servers.splice(0)) await server.stop();
});

async function serve({ key, cert }: Issued, at: { address: string; port?: number }): Promise<number> {
  const asking = overTls({ key, cert }, (stream) => {
    stream.once('data', () => stream.write(ASKS_FOR_A_PASSWORD));
  });
  const server = await startHostile(asking, at);
  servers.push(server);
  return server.port;
}

/** What is proved of db.example.org, which has these addresses, with the new root alone in root.crt. */
async function prove(port: number, addresses: readonly string[]) {
  const home = emptyHome();
  const file = rootCrt(home);
  mkdirSync(path.dirname(file), { mode: 0o700 });
  writeFileSync(file, moved.root.pem);
  const real = nodeHost();
  const network = { ...real.network, lookup: async () => addresses };
  const host: Host = { ...real, env: { HOME: home, PATH: real.env.PATH }, network };
  const options = {
    major: 18,
    limits: { connectMs: 2000, stepMs: 2000, totalMs: 5000 },
    concurrency: 2,
    path: file,
    isDefault: true,
  };
  const found = serversOf(host, `host=db.example.org port=${port} user=ana sslmode=verify-full`, options);
  if (!found.ok) throw new Error(found.libpqMessage);
  const [look] = await lookAtAll(host, found.servers, options, null, () => {});
  return look;
}

const onLinux = process.platform === 'linux' ? describe : describe.skip;

onLinux('a name with several addresses', () => {
  test('proves nothing while the server at one of them shows the old chain', async () => {
    const port = await serve(moved.issueServer(names), { address: '127.0.0.1' });
    await serve(old.issueServer(names), { address: '127.0.0.2', port });
    const both = await prove(port, ['127.0.0.1', '127.0.0.2']);
    expect(both).toMatchObject({ verified: false, anchor: null });
    expect(both?.libpqMessage).toContain('127.0.0.2');
    expect(await prove(port, ['127.0.0.1'])).toMatchObject({ verified: true, anchor: moved.root.sha256 });
  });

  test('is proved where all show the new one, and where nobody is at another address', async () => {
    const port = await serve(moved.issueServer(names), { address: '127.0.0.1' });
    await serve(moved.issueServer(names), { address: '127.0.0.2', port });
    for (const addresses of [
      ['127.0.0.1', '127.0.0.2'],
      ['127.0.0.1', '127.0.0.3'],
      ['127.0.0.3', '127.0.0.1'],
    ]) {
      expect(await prove(port, addresses)).toMatchObject({ connects: true, verified: true, byTls: true });
    }
    expect(await prove(port, ['127.0.0.3'])).toMatchObject({ verified: null, because: 'other-trouble' });
  });
});
