import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { matchHostName } from '../../src/x509/host-name.js';
import { askLibpqAll } from '../support/libpq.js';
import { available, type Major } from '../support/parts.js';
import { type PostgresServer, startPostgres } from '../support/postgres.js';
import { read } from '../unit/x509/chain-cases/index.js';
import { HOST_CASES, root } from '../unit/x509/host-name-cases.js';

const here = available();
/** The newest libpq, and the newest that doesn't look at iPAddress names. */
const majors = (['18', '14'] as const).filter((major) => here.libpq.includes(major));
const onServer = here.servers.includes('18') && majors.length > 0 ? describe : describe.skip;

onServer('verify-full compares names as libpq does', () => {
  let server: PostgresServer;
  let home: string;
  let rootCrt: string;

  beforeAll(async () => {
    home = mkdtempSync(join(tmpdir(), 'pg-host-name-'));
    rootCrt = join(home, 'root.crt');
    writeFileSync(rootCrt, root.pem);
    mkdirSync(join(home, '.postgresql'), { mode: 0o700 });
    server = await startPostgres({ tls: tlsOf(0) });
  });

  afterAll(async () => {
    rmSync(home, { recursive: true });
    await server.stop();
  });

  const tlsOf = (index: number): { cert: string; key: string } => {
    const { certificate } = HOST_CASES[index] ?? {};
    return { cert: certificate?.pem ?? '', key: certificate?.privateKeyPem ?? '' };
  };

  const conninfo = (host: string): string =>
    `host='${host}' hostaddr=127.0.0.1 port=${server.port} user=postgres dbname=postgres sslmode=verify-full sslrootcert='${rootCrt}'`;

  /** libpq's message, without what is put in front since 14. */
  async function ask(hosts: readonly string[], libpq: Major): Promise<(string | null)[]> {
    const questions = hosts.map((host) => ({ conninfo: conninfo(host), env: { HOME: home } }));
    const verdicts = await askLibpqAll(questions, { libpq });
    return verdicts.map(({ connected, message }) =>
      connected ? null : message.replace(/^connection to server at .*? failed: /, ''),
    );
  }

  test.each(HOST_CASES.map(({ name }, index) => [name, index] as const))('%s', async (_, index) => {
    const { certificate, hosts } = HOST_CASES[index] ?? {};
    if (certificate === undefined || hosts === undefined) throw new Error('no such case');
    await server.swapCertificate(tlsOf(index));
    const names = hosts.map(([host]) => host);
    for (const libpq of majors) {
      const said = await ask(names, libpq);
      const ours = names.map(
        (host) => matchHostName(read(certificate), host, { major: Number(libpq) }).libpqMessage,
      );
      expect(ours).toEqual(said);
    }
  });
});
