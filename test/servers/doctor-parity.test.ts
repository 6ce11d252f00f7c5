import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { closedPort } from '../support/http-servers.js';
import { askLibpqAll, type LibpqVerdict } from '../support/libpq.js';
import { available, type LibpqName } from '../support/parts.js';
import { type PostgresServer, startPostgres } from '../support/postgres.js';
import { COMBINATIONS, type Combination } from './parity-cases.js';
import { type Asking, ClientFolder, ourVerdict, type Place } from './parity-client.js';
import { type RealName, type ScriptedName, settingsOf, startScripted } from './parity-servers.js';

const DEBIAN_MAJOR = 15;
const EVERY_RUN: readonly LibpqName[] = ['14', '18', 'debian'];
const here = available();
const libraries = here.libpq.filter((name) => process.env.ALL_MAJORS === '1' || EVERY_RUN.includes(name));
const majorOf = (name: LibpqName): number => (name === 'debian' ? DEBIAN_MAJOR : Number(name));

/** Who is asked: the embedded libpqs have OpenSSL 1.1.1, Debian's has 3. */
function isAskedOf(name: LibpqName, { client }: Combination): boolean {
  const major = majorOf(name);
  if (client.openSsl !== undefined && client.openSsl !== (name === 'debian' ? '3' : '1.1.1')) return false;
  return major >= Math.max(client.since ?? 12, client.byHome ? 15 : 12) && major <= (client.until ?? 18);
}

interface Told {
  readonly library: LibpqName;
  readonly asking: Asking;
  readonly libpq: Pick<LibpqVerdict, 'connected' | 'message' | 'needsPassword'>;
  readonly ours: Awaited<ReturnType<typeof ourVerdict>>;
}

const onServers = here.servers.includes('18') && libraries.length > 0 ? describe : describe.skip;

onServers(`the doctor says what libpq says (${libraries.join(', ')})`, () => {
  const folder = mkdtempSync(path.join(tmpdir(), 'pg-parity-'));
  const files = new ClientFolder(folder);
  let server: PostgresServer;
  let nobody: number;
  beforeAll(async () => {
    nobody = await closedPort();
    server = await startPostgres(settingsOf('plain'));
  });
  afterAll(async () => {
    await server.stop();
    rmSync(folder, { recursive: true });
  });

  /** All that is asked of one server, library by library. */
  async function tellAll(combinations: readonly Combination[], place: Place): Promise<Map<Combination, Told[]>> {
    const told = new Map<Combination, Told[]>(combinations.map((one) => [one, []]));
    const perLibrary = libraries.map(async (library) => {
      const asked = combinations.filter((one) => isAskedOf(library, one));
      const askings = asked.map((one) => files.asking(one, place));
      const theirs = await askLibpqAll(askings, { libpq: library, timeoutMs: 60_000 });
      for (const [index, one] of asked.entries()) {
        const [asking, libpq] = [askings[index], theirs[index]];
        if (asking === undefined || libpq === undefined) throw new Error('an answer is missing');
        const ours = await ourVerdict(asking, majorOf(library));
        told.get(one)?.push({ library, asking, libpq, ours });
      }
    });
    await Promise.all(perLibrary);
    return told;
  }

  const servers = [...new Set(COMBINATIONS.map((one) => one.server))];
  describe.each(servers)('%s', (name) => {
    const combinations = COMBINATIONS.filter((one) => one.server === name);
    let told: Map<Combination, Told[]>;
    beforeAll(async () => {
      const place = { closedPort: nobody, socketFolder: server.socketFolder };
      if (name.startsWith('scripted:')) {
        const scripted = await startScripted(name.slice('scripted:'.length) as ScriptedName);
        try {
          told = await tellAll(combinations, { ...place, port: scripted.port });
        } finally {
          scripted.close();
        }
      } else {
        await server.reload(settingsOf(name as RealName));
        told = await tellAll(combinations, { ...place, port: server.port });
      }
    }, 120_000);

    test.each(combinations.map((one): [string, Combination] => [one.title, one]))('%s', (_, one) => {
      const answers = told.get(one) ?? [];
      expect(answers.map(({ library, ours }) => ({ library, ...said(ours) }))).toEqual(answers.map(expectation));
    });
  });
});

const said = ({ connects, libpqMessage }: Told['ours']) => ({ connects, libpqMessage });

/** A missing password is no failure: the doctor goes as far as the request for it. */
function expectation({ library, libpq }: Told) {
  const connects = libpq.connected || libpq.needsPassword;
  return { library, connects, libpqMessage: connects ? null : libpq.message };
}
