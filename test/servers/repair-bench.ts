import { chmodSync, mkdirSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { afterAll, beforeAll, beforeEach, expect } from '@jest/globals';
import { askLibpq } from '../support/libpq.js';
import { makeCertificate, type TestCertificate } from '../support/make-certs.js';
import { type PostgresServer, type ServerTls, startPostgres } from '../support/postgres.js';
import { emptyHome, run, tree } from '../support/run.js';
import { makeTestCa } from '../support/test-ca.js';

const DAY = 86_400_000;
export const days = (count: number): Date => new Date(Date.now() + count * DAY);

export interface DoctorDocument {
  error?: { code: string };
  target: { sslrootcert: string };
  verdict: { connects: boolean | null; libpqMessage: string | null };
  findings: { code: string; severity: string }[];
  fixed: { code: string }[];
}

export const HOST = 'db.site.example.test';
export const ca = makeTestCa({ name: 'Site Root', withIntermediate: true });
export const otherCa = makeTestCa({ name: 'Other Root' });
export const named = (issuer: TestCertificate, more: Partial<Parameters<typeof makeCertificate>[0]> = {}) =>
  makeCertificate({ subject: HOST, issuer, ca: false, san: [`DNS:${HOST}`, 'DNS:x.neon.tech'], ...more });
export const shows = (leaf: TestCertificate, ...sent: readonly TestCertificate[]): ServerTls => ({
  cert: [leaf, ...sent].map(({ pem }) => pem).join(''),
  key: leaf.privateKeyPem,
});
export const intermediate = ca.intermediate ?? ca.root;
export const GOOD = shows(named(intermediate), intermediate);
export const GOOD_WITH_ROOT = shows(named(intermediate), intermediate, ca.root);

/** A site's catalogue: each root by its id, and each provider with its roots and host patterns. */
export function siteCatalog(
  roots: Readonly<Record<string, TestCertificate>>,
  providers: Readonly<Record<string, { roots: readonly string[]; hosts: readonly string[] }>>,
): string {
  return JSON.stringify({
    schemaVersion: 1,
    roots: Object.entries(roots).map(([id, { pem, sha256 }]) => ({
      id,
      name: id,
      sha256,
      pem,
      status: 'current',
    })),
    providers: Object.entries(providers).map(([id, provider]) => ({
      id,
      name: `Provider ${id}`,
      formerly: [],
      ...provider,
    })),
  });
}

export const SITE = siteCatalog(
  { 'site-root': ca.root },
  { site: { roots: ['site-root'], hosts: ['*.site.example.test'] } },
);

export const fixedBy = ({ document }: { document: DoctorDocument }) => document.fixed.map(({ code }) => code);

/** A server for the tests of a `describe`, a new home for each of them, and what they ask of both. */
export function repairBench() {
  let server: PostgresServer;
  let home: string;
  beforeAll(async () => {
    server = await startPostgres({ tls: GOOD });
  });
  afterAll(() => server.stop());
  beforeEach(() => {
    home = emptyHome();
    mkdirSync(path.join(home, '.postgresql'), { mode: 0o700 });
  });

  const to = (host: string, more = 'sslmode=verify-full') =>
    `host=${host} hostaddr=127.0.0.1 port=${server.port} user=postgres dbname=postgres ${more}`;
  const write = (name: string, content: string | Uint8Array, mode = 0o600): string => {
    const file = path.join(home, name);
    writeFileSync(file, content, { mode });
    chmodSync(file, mode);
    return file;
  };
  const fix = async (argv: readonly string[], env: Record<string, string> = {}) => {
    const told = await run(home, ['doctor', '--fix', '--libpq', '18', ...argv, '--json'], { env });
    return { ...told, document: JSON.parse(told.stdout) as DoctorDocument };
  };
  const connects = async (conninfo: string, env: Record<string, string> = {}) =>
    (await askLibpq({ conninfo, env: { HOME: home, ...env } })).connected;

  /** It said no: nothing below the home has changed, and libpq has not changed its mind. */
  async function expectRefusal(conninfo: string, argv: readonly string[], env: Record<string, string> = {}) {
    const before = tree(home);
    const libpq = await connects(conninfo, env);
    const told = await fix([...argv, conninfo], env);
    expect(tree(home)).toEqual(before);
    expect(fixedBy(told)).toEqual([]);
    expect(told.document.verdict.connects).toBe(libpq);
    return told;
  }

  /** The sentence that says why not. */
  const reasonFor = async (conninfo: string, argv: readonly string[]): Promise<string> =>
    (await run(home, ['doctor', '--fix', '--libpq', '18', ...argv, conninfo])).stdout.replace(/\s+/g, ' ');

  return {
    home: () => home,
    serve: (tls: ServerTls) => server.swapCertificate(tls),
    to,
    write,
    fix,
    connects,
    expectRefusal,
    reasonFor,
  };
}
