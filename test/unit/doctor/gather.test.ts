import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { createServer, type Server, type Socket } from 'node:net';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { TLSSocket } from 'node:tls';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { nodeHost } from '../../../src/core/node-host.js';
import { gather } from '../../../src/doctor/gather.js';
import { resolveSettings } from '../../../src/postgres/settings.js';
import { makeTestCa } from '../../support/test-ca.js';

const ca = makeTestCa();
const other = makeTestCa({ name: 'Other' });
const { cert, key } = ca.issueServer({ names: ['localhost'] });
const SSL_REQUEST = 80877103;
const LIMITS = { connectMs: 2000, stepMs: 2000, totalMs: 5000 };
const AUTHENTICATION = Buffer.from([0x52, 0, 0, 0, 8, 0, 0, 0, 3]);
const FIELDS = Buffer.from('SFATAL\0C28000\0Mno\0\0');
const REFUSAL = Buffer.concat([Buffer.from([0x45, 0, 0, 0, FIELDS.length + 4]), FIELDS]);

/** Every connection as what came over it, in order: `tls?`, `start-up`. */
const seen: string[][] = [];
let folder: string;
let server: Server;
let port: number;
let refusesPlain = false;

function talk(socket: Socket): void {
  const came: string[] = [];
  seen.push(came);
  socket.on('error', () => undefined);
  socket.once('data', (packet) => {
    if (packet.readInt32BE(4) !== SSL_REQUEST) {
      came.push('start-up');
      socket.end(refusesPlain ? REFUSAL : AUTHENTICATION);
      return;
    }
    came.push('tls?');
    const stream = new TLSSocket(socket, { isServer: true, cert, key });
    stream.on('error', () => undefined);
    stream.on('data', () => {
      came.push('start-up');
      stream.write(AUTHENTICATION);
    });
    socket.write('S');
  });
}

beforeAll(async () => {
  folder = mkdtempSync(path.join(tmpdir(), 'pg-gather-'));
  writeFileSync(path.join(folder, 'ca.crt'), ca.root.pem);
  writeFileSync(path.join(folder, 'other.crt'), other.root.pem);
  server = createServer(talk);
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  port = (server.address() as { port: number }).port;
});
afterAll(() => {
  server.close();
  rmSync(folder, { recursive: true });
});

async function connectionsOf(more: string, host = 'localhost'): Promise<string[][]> {
  seen.length = 0;
  const env = { HOME: folder };
  const conninfo = `host=${host} hostaddr=127.0.0.1 port=${port} user=me dbname=db ${more.replaceAll('DIR', folder)}`;
  const own = { ...nodeHost(), env };
  const resolved = resolveSettings({ conninfo, host: own, homeFolder: folder, major: 18 });
  if (!resolved.ok) throw new Error(resolved.libpqMessage);
  await gather(own, resolved, { major: 18, limits: LIMITS });
  return seen.map((came) => [...came]);
}

const WHOLE = [['tls?', 'start-up']];
const NO_NAME = [['tls?']];

describe('what the server gets to see', () => {
  test.each([
    ['require without a root', 'sslmode=require', WHOLE],
    ['verify-full with the right root', 'sslmode=verify-full sslrootcert=DIR/ca.crt', WHOLE],
    ['prefer over TLS', 'sslmode=prefer sslrootcert=DIR/ca.crt', WHOLE],
    ['no user name where the chain fails', 'sslmode=require sslrootcert=DIR/other.crt', NO_NAME],
    ['no user name where the root is missing', 'sslmode=verify-ca sslrootcert=DIR/none.crt', NO_NAME],
    [
      'plain text where prefer goes on to it',
      'sslmode=prefer sslrootcert=DIR/other.crt',
      [...NO_NAME, ['start-up']],
    ],
    ['nothing but plain text', 'sslmode=disable', [['start-up']]],
    ['no TLS where allow is let in', 'sslmode=allow', [['start-up']]],
  ])('%s', async (_, settings, connections) => {
    expect(await connectionsOf(settings)).toEqual(connections);
  });

  test('no user name for a server of another name', async () => {
    expect(await connectionsOf('sslmode=verify-full sslrootcert=DIR/ca.crt', 'db.example.org')).toEqual(
      NO_NAME,
    );
  });

  test('allow goes on to TLS where plain text is refused', async () => {
    refusesPlain = true;
    expect(await connectionsOf('sslmode=allow')).toEqual([['start-up'], ...WHOLE]);
    refusesPlain = false;
  });
});
