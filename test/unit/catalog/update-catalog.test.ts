import { execFile } from 'node:child_process';
import { X509Certificate } from 'node:crypto';
import { createServer, type Server, type ServerResponse } from 'node:http';
import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';
import { readManifest } from '../../../src/catalog/manifest.js';
import { nodeHost } from '../../../src/core/node-host.js';
import { OTHER_ROOT_PEM, OTHER_ROOT_SHA256 } from './site-roots.js';

const host = nodeHost();
const { roots } = readManifest(host);
const script = host.path.join(import.meta.dirname, '../../../scripts/update-catalog.mjs');
const pemOf = (id: string): string => new TextDecoder().decode(host.asset(`certs/${id}.pem`));

const GLOBAL = '/truststore.pki.rds.amazonaws.com/global/global-bundle.pem';
const G2 = '/cacerts.digicert.com/DigiCertGlobalRootG2.crt.pem';
const MICROSOFT =
  '/www.microsoft.com/pkiops/certs/Microsoft%20RSA%20Root%20Certificate%20Authority%202017.crt';
const EU_WEST_1 = '/truststore.pki.rds.amazonaws.com/eu-west-1/eu-west-1-bundle.pem';

/** What the issuers' servers would say if they served the catalogue: by /HOST/PATH. */
function asPublished(): Map<string, string | Uint8Array> {
  const bodies = new Map<string, string | Uint8Array>();
  for (const { id, officialUrl, status } of roots) {
    if (officialUrl === null || status === 'expired') continue;
    const url = new URL(officialUrl);
    const at = `/${url.host}${url.pathname}`;
    bodies.set(at, `${bodies.get(at) ?? ''}${pemOf(id)}`);
  }
  bodies.set('/cacerts.digicert.com/BaltimoreCyberTrustRoot.crt.pem', pemOf('baltimore-cybertrust-root'));
  bodies.set(MICROSOFT, new X509Certificate(pemOf('microsoft-rsa-root-ca-2017')).raw);
  return bodies;
}

let server: Server;
let base: string;
let bodies: Map<string, string | Uint8Array>;
let special: Map<string, (response: ServerResponse) => void>;

beforeEach(async () => {
  bodies = asPublished();
  special = new Map();
  server = createServer(({ url = '' }, response) => {
    const answer = special.get(url);
    const body = bodies.get(url);
    if (answer !== undefined) answer(response);
    else if (body === undefined) response.writeHead(404).end();
    else response.end(body);
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const address = server.address();
  if (address === null || typeof address === 'string') throw new Error('no port');
  base = `http://127.0.0.1:${address.port}`;
});

afterEach(async () => {
  server.closeAllConnections();
  await new Promise((resolve) => server.close(resolve));
});

function run(...argv: string[]): Promise<{ status: unknown; stdout: string; stderr: string }> {
  return new Promise((resolve) => {
    execFile(process.execPath, [script, ...argv], (error, stdout, stderr) => {
      resolve({ status: error === null ? 0 : error.code, stdout, stderr });
    });
  });
}

const update = (...argv: string[]) => run('--base', base, ...argv);

describe('update-catalog', () => {
  test('says the same of every root where all is as pinned, whether PEM, DER or bundle', async () => {
    const { status, stdout } = await update();
    expect(stdout).toContain('\n144 same, 0 different, 0 unreachable; no pin was changed\n');
    for (const { id } of roots) expect(stdout).toContain(`  = ${id}: `);
    expect(stdout).toContain('= amazon-rds-root-2019-ca: gone from there, as it has expired');
    expect(stdout).toContain('= supabase-root-2021-rekey-2025: nothing to compare with');
    expect(status).toBe(0);
  });

  test('another certificate at an address is shown with subject, SHA-256 and dates', async () => {
    bodies.set(G2, OTHER_ROOT_PEM);
    const { status, stdout } = await update();
    expect(stdout).toContain(
      [
        '  ! digicert-global-root-g2: another certificate there',
        '      subject  CN=Other Root',
        `      SHA-256  ${OTHER_ROOT_SHA256}`,
        '      valid    2026-11-21 to 2126-10-28',
      ].join('\n'),
    );
    expect(status).toBe(1);
  });

  test('a root that has left its bundle, and one that has joined it', async () => {
    const [first, ...others] = roots.filter(({ officialUrl }) =>
      officialUrl?.endsWith('/eu-west-1-bundle.pem'),
    );
    bodies.set(EU_WEST_1, others.map(({ id }) => pemOf(id)).join('') + OTHER_ROOT_PEM);
    const { status, stdout } = await update();
    expect(stdout).toContain(`  - ${first?.id}: not at that address any more\n`);
    expect(stdout).toContain(
      '  + a certificate which the catalogue does not have\n      subject  CN=Other Root\n',
    );
    expect(stdout).toContain('\n143 same, 2 different, 0 unreachable');
    expect(status).toBe(1);
  });

  test('a page in place of a certificate', async () => {
    bodies.set(G2, '<html>Please log in</html>');
    const { status, stdout } = await update();
    expect(stdout).toContain('! digicert-global-root-g2: no certificate at that address');
    expect(status).toBe(1);
  });

  test.each<[string, string, (response: ServerResponse) => void]>([
    ['is not there', 'HTTP 404', (response) => response.writeHead(404).end()],
    [
      'never ends',
      'more than 524288 bytes',
      (response) => {
        const more = (): boolean => response.write('x'.repeat(65_536), () => response.destroyed || more());
        more();
      },
    ],
    ['is silent', 'timeout', () => undefined],
    [
      'redirects in circles',
      'more than 3 redirects',
      (response) => response.writeHead(302, { location: G2 }).end(),
    ],
    [
      'leads off https',
      'leads to http://other.example/, which is not https',
      (response) => response.writeHead(302, { location: 'http://other.example/' }).end(),
    ],
    [
      'is cut',
      'other side closed',
      (response) => {
        response.writeHead(200, { 'content-length': 5000 });
        response.write('-----BEGIN', () => response.destroy());
      },
    ],
  ])('an address that %s is unreachable, exit 3', async (_, why, answer) => {
    special.set(G2, answer);
    const { status, stdout } = await update('--timeout', '3');
    expect(stdout).toMatch(/ {2}\? digicert-global-root-g2: address unreachable: /);
    expect(stdout).toContain(why);
    expect(stdout).toContain('\n143 same, 0 different, 1 unreachable');
    expect(status).toBe(3);
  });

  test('a redirect is followed', async () => {
    const body = bodies.get(G2);
    special.set(G2, (response) => response.writeHead(301, { location: '/moved' }).end());
    special.set('/moved', (response) => response.end(body));
    expect((await update()).status).toBe(0);
  });

  test('a difference counts more than an unreachable address', async () => {
    bodies.delete(G2);
    bodies.set(GLOBAL, pemOf('isrg-root-x1'));
    expect((await update()).status).toBe(1);
  });

  test.each([
    ['--base', 'http://mirror.example/'],
    ['--base', 'no url'],
    ['--timeout', 'soon'],
    ['--write', ''],
  ])('%s %s is wrong usage', async (...argv) => {
    const { status, stdout, stderr } = await run(...argv);
    expect(stdout).toBe('');
    expect(stderr).toContain('usage: node scripts/update-catalog.mjs');
    expect(status).toBe(2);
  });
});
