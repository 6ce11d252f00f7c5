import { once } from 'node:events';
import type { AddressInfo } from 'node:net';
import { connect, createServer } from 'node:tls';
import { describe, expect, test } from '@jest/globals';
import { explainText } from '../../../src/explain/text.js';
import { makeCertificate } from '../../support/make-certs.js';
import { makeTestCa } from '../../support/test-ca.js';

interface Handshake {
  readonly cert: string;
  readonly key: string;
  readonly ca: string;
}

/** What Node prints where its TLS refuses this server: message and code, as in a stack trace. */
async function refusal({ cert, key, ca }: Handshake): Promise<string> {
  const server = createServer({ cert, key }).listen(0, '127.0.0.1');
  server.on('tlsClientError', () => undefined);
  await once(server, 'listening');
  const { port } = server.address() as AddressInfo;
  const socket = connect({ host: '127.0.0.1', port, servername: 'db.example.com', ca });
  const [error] = (await once(socket, 'error')) as [NodeJS.ErrnoException];
  socket.destroy();
  server.close();
  return `Error: ${error.message}\n    at TLSSocket.onConnectSecure {\n  code: '${error.code}'\n}`;
}

const names = ['db.example.com'];
const ca = makeTestCa({ withIntermediate: true });
const other = makeTestCa({ name: 'Another Root' });
const good = ca.issueServer({ names });
const lone = makeCertificate({ subject: 'db.example.com', san: ['DNS:db.example.com'], ca: false });
const caAsLeaf = makeCertificate({ subject: 'db.example.com', san: ['DNS:db.example.com'] });
const past = new Date('2020-01-02T00:00:00Z');

describe("Node's own refusals", () => {
  test.each<[string, Handshake, string]>([
    ['a root that is not in the file', { ...good, ca: other.root.pem }, 'root-not-trusted'],
    [
      'a root that the server sends along',
      { cert: good.cert + ca.root.pem, key: good.key, ca: other.root.pem },
      'root-not-trusted',
    ],
    ['a missing intermediate', { ...good, cert: good.leaf.pem, ca: ca.root.pem }, 'intermediate-missing'],
    [
      'a self-signed server',
      { cert: lone.pem, key: lone.privateKeyPem, ca: other.root.pem },
      'self-signed-server',
    ],
    [
      'an authority in the place of a server',
      { cert: caAsLeaf.pem, key: caAsLeaf.privateKeyPem, ca: caAsLeaf.pem },
      'self-signed-server',
    ],
    [
      'an expired certificate',
      {
        ...ca.issueServer({ names, notBefore: new Date('2020-01-01T00:00:00Z'), notAfter: past }),
        ca: ca.root.pem,
      },
      'server-cert-expired',
    ],
    [
      'another name',
      { ...ca.issueServer({ names: ['db1.internal'] }), ca: ca.root.pem },
      'hostname-mismatch',
    ],
  ])('%s', async (_, handshake, code) => {
    expect(explainText(await refusal(handshake)).causes[0]?.code).toBe(code);
  });
});
