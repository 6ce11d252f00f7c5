import { X509Certificate } from 'node:crypto';
import { createSecureContext } from 'node:tls';
import { inspect } from 'node:util';
import { describe, expect, test } from '@jest/globals';
import type { ClientCertificate } from '../../../src/doctor/evidence.js';
import { readClientFiles, userHome } from '../../../src/doctor/files.js';
import { resolveSettings } from '../../../src/postgres/settings.js';
import { type FakeHost, fakeHost } from '../../support/fake-host.js';
import { makeCertificate } from '../../support/make-certs.js';

const ca = makeCertificate({ subject: 'CA' });
const me = makeCertificate({ subject: 'me', issuer: ca, ca: false });
const other = makeCertificate({ subject: 'other', issuer: ca, ca: false });

const CERT = '/home/me/.postgresql/postgresql.crt';
const KEY = '/home/me/.postgresql/postgresql.key';
const encrypted = me.privateKey
  .export({ type: 'pkcs8', format: 'pem', cipher: 'aes-256-cbc', passphrase: 'open sesame' })
  .toString();

function hostWith(key: string | null = me.privateKeyPem, mode = 0o600, uid = 1000): FakeHost {
  const host = fakeHost();
  host.files.put(CERT, { bytes: me.pem });
  if (key !== null) host.files.put(KEY, { bytes: key, mode, uid });
  return host;
}

async function clientOf(host: FakeHost, conninfo = '', major = 18): Promise<ClientCertificate> {
  const homeFolder = userHome(host, major);
  const resolved = resolveSettings({ conninfo, host, homeFolder, major });
  if (!resolved.ok) throw new Error(resolved.libpqMessage);
  return (await readClientFiles(host, resolved.settings, { major, homeFolder })).client;
}

/** The host, but that looking at one path fails. */
function denying(host: FakeHost, path: string, code: string): FakeHost {
  const look = host.files.lookThrough.bind(host.files);
  host.files.lookThrough = (at) => {
    if (at === path) throw Object.assign(new Error(code), { code });
    return look(at);
  };
  return host;
}

describe('a pair that libpq takes', () => {
  test('with all that a TLS connection needs', async () => {
    const client = await clientOf(hostWith());
    expect(client).toMatchObject({ certPath: CERT, keyPath: KEY, refusal: null, code: null });
    expect(client.certificate?.sha256).toBe(me.sha256);
    const { cert = '', key = '' } = client.identity ?? {};
    expect(() => createSecureContext({ cert, key })).not.toThrow();
  });

  test('the chain is sent along', async () => {
    const host = hostWith();
    host.files.put(CERT, { bytes: me.pem + ca.pem });
    expect((await clientOf(host)).identity?.cert).toBe(me.pem + ca.pem);
  });

  test('an encrypted key needs no password any more', async () => {
    const { identity } = await clientOf(hostWith(encrypted), "sslpassword='open sesame'");
    expect(new X509Certificate(me.pem).checkPrivateKey(me.privateKey)).toBe(true);
    expect(identity?.key).toBe(me.privateKeyPem);
    expect(identity?.passphrase).toBeUndefined();
  });

  test('neither JSON nor what Node prints of it holds the key', async () => {
    const client = await clientOf(hostWith(encrypted), "sslpassword='open sesame'");
    for (const text of [
      JSON.stringify(client),
      inspect(client, { depth: 9 }),
      inspect(client, { showHidden: true }),
    ]) {
      expect(text).toContain('BEGIN CERTIFICATE');
      expect(text).not.toMatch(/PRIVATE KEY|sesame/);
    }
    expect({ ...client.identity }).toHaveProperty('key', me.privateKeyPem);
  });
});

test('without files there is nothing to send, and nothing to say', async () => {
  expect(await clientOf(fakeHost())).toEqual({
    certPath: CERT,
    keyPath: null,
    certificate: null,
    identity: null,
    refusal: null,
    code: null,
  });
});

test('without a home there is no certificate, or a certificate without a key', async () => {
  const host = fakeHost({ env: {}, passwdHome: null });
  expect(await clientOf(host)).toMatchObject({ certPath: null, refusal: null });
  host.files.put('/c.crt', { bytes: me.pem });
  expect(await clientOf(host, 'sslcert=/c.crt')).toMatchObject({
    refusal: 'certificate does not match private key file "": no private key assigned',
    code: 'client-key-missing',
  });
});

test('sslcertmode=disable looks at nothing', async () => {
  const host = denying(hostWith('junk'), CERT, 'EACCES');
  expect(await clientOf(host, 'sslcertmode=disable')).toMatchObject({ certPath: null, refusal: null });
});

describe('which check a refusal is worth', () => {
  const unreadable = `could not load private key file "${KEY}": `;
  test.each([
    [
      'no key',
      hostWith(null),
      `certificate present, but not private key file "${KEY}"`,
      'client-key-missing',
    ],
    ['open to others', hostWith(me.privateKeyPem, 0o644), null, 'client-key-permissions'],
    ['root’s, open to others', hostWith(me.privateKeyPem, 0o644, 0), null, 'client-key-permissions'],
    [
      "another's key",
      hostWith(other.privateKeyPem),
      `${unreadable}key values mismatch`,
      'client-key-mismatch',
    ],
    ['closed', hostWith(me.privateKeyPem, 0), `${unreadable}Permission denied`, 'permission-denied'],
    ['junk', hostWith('junk'), `${unreadable}unsupported`, null],
    ['no password', hostWith(encrypted), `${unreadable}processing error`, null],
    [
      'a closed folder',
      denying(hostWith(), CERT, 'EACCES'),
      `could not open certificate file "${CERT}": Permission denied`,
      'permission-denied',
    ],
    [
      'links in circles',
      denying(hostWith(), CERT, 'ELOOP'),
      `could not open certificate file "${CERT}": Too many levels of symbolic links`,
      null,
    ],
  ])('%s', async (_, host, refusal, code) => {
    const client = await clientOf(host);
    expect(client.identity).toBeNull();
    expect(client.code).toBe(code);
    if (refusal !== null) expect(client.refusal).toBe(refusal);
  });

  test("root's key may be open to its group", async () => {
    expect((await clientOf(hostWith(me.privateKeyPem, 0o640, 0))).refusal).toBeNull();
  });

  test('why a key cannot be looked at is told since 15', async () => {
    const ask = (major: number) => clientOf(denying(hostWith(), KEY, 'EACCES'), '', major);
    const [old, recent] = [await ask(14), await ask(15)];
    expect(old).toMatchObject({ refusal: `certificate present, but not private key file "${KEY}"` });
    expect(recent).toMatchObject({ refusal: `could not stat private key file "${KEY}": Permission denied` });
    expect([old.code, recent.code]).toEqual(['permission-denied', 'permission-denied']);
  });
});

describe('engines', () => {
  test('what comes of one is left open', async () => {
    const client = await clientOf(hostWith(), 'sslkey=pkcs11:object=me;pin-value=1234');
    expect(client).toMatchObject({ engine: 'pkcs11', identity: null, refusal: null, keyPath: null });
    expect(JSON.stringify(client)).not.toContain('1234');
  });

  test('a path with a colon is taken for one', async () => {
    expect(await clientOf(hostWith(), 'sslkey=/keys/a:b')).toMatchObject({
      refusal: 'could not load SSL engine "/keys/a": could not load the shared library',
    });
  });
});

describe('Windows', () => {
  const roaming = 'C:\\Users\\me\\AppData\\Roaming';
  function windows(): FakeHost {
    const host = fakeHost({ platform: 'win32' });
    host.files.put(`${roaming}\\postgresql\\postgresql.crt`, { bytes: me.pem });
    host.files.put(`${roaming}\\postgresql\\postgresql.key`, { bytes: me.privateKeyPem, mode: 0o666 });
    return host;
  }

  test('the files are in AppData, and the permissions do not count', async () => {
    const client = await clientOf(windows());
    expect(client).toMatchObject({ certPath: `${roaming}/postgresql/postgresql.crt`, refusal: null });
    expect(client.identity).not.toBeNull();
  });

  test('a drive is no engine', async () => {
    const host = windows();
    host.files.put('D:\\my.key', { bytes: me.privateKeyPem });
    expect(await clientOf(host, 'sslkey=D:/my.key')).toMatchObject({ keyPath: 'D:/my.key', refusal: null });
  });

  test('a folder does not open', async () => {
    const host = windows();
    host.files.put('C:\\x', { kind: 'folder' });
    expect(await clientOf(host, 'sslcert=C:/x')).toMatchObject({
      refusal: 'could not read certificate file "C:/x": Permission denied',
      code: 'permission-denied',
    });
  });
});
