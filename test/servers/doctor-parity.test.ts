import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { SSL_MODES } from '../../src/doctor/evidence.js';
import { closedPort } from '../support/http-servers.js';
import { askLibpqAll, type LibpqVerdict } from '../support/libpq.js';
import { available, type LibpqName } from '../support/parts.js';
import { type PostgresServer, startPostgres } from '../support/postgres.js';
import { COMBINATIONS } from './parity-cases.js';
import { type Asking, ClientFolder, type OurVerdict, ourVerdict, type Place } from './parity-client.js';
import type { Combination } from './parity-combination.js';
import { type RealName, type ScriptedName, settingsOf, startScripted } from './parity-servers.js';

const DEBIAN_MAJOR = 15;
const EVERY_RUN: readonly LibpqName[] = ['14', '18', 'debian'];
const here = available();
const libraries = here.libpq.filter((name) => process.env.ALL_MAJORS === '1' || EVERY_RUN.includes(name));
const majorOf = (name: LibpqName): number => (name === 'debian' ? DEBIAN_MAJOR : Number(name));

/** The embedded libpqs have OpenSSL 1.1.1, Debian's has 3. */
function isAskedOf(name: LibpqName, { client }: Combination): boolean {
  const major = majorOf(name);
  if (client.openSsl !== undefined && client.openSsl !== (name === 'debian' ? '3' : '1.1.1')) return false;
  return major >= Math.max(client.since ?? 12, client.byHome ? 15 : 12) && major <= (client.until ?? 18);
}

interface Told {
  readonly library: LibpqName;
  readonly combination: Combination;
  readonly asking: Asking;
  readonly libpq: LibpqVerdict;
  readonly ours: OurVerdict;
}

/** What is to be equal. A missing password is no failure: the doctor goes as far as the request for it. */
function theirs({ library, libpq }: Told) {
  const connects = libpq.connected || libpq.needsPassword;
  return { library, connects, libpqMessage: connects ? null : libpq.message };
}

const onServers = here.servers.includes('18') && libraries.length > 0 ? describe : describe.skip;

onServers(`the doctor says what libpq says (${libraries.join(', ')})`, () => {
  const folder = mkdtempSync(path.join(tmpdir(), 'pg-parity-'));
  const files = new ClientFolder(folder);
  let server: PostgresServer;
  let nobody: number;
  const everything: Told[] = [];
  beforeAll(async () => {
    nobody = await closedPort();
    server = await startPostgres(settingsOf('plain'));
  });
  afterAll(async () => {
    await server.stop();
    rmSync(folder, { recursive: true });
  });

  async function askAll(
    library: LibpqName,
    combinations: readonly Combination[],
    place: Place,
  ): Promise<Told[]> {
    const asked = combinations.filter((one) => isAskedOf(library, one));
    const askings = asked.map((one) => files.asking(one, place));
    const answers = await askLibpqAll(askings, { libpq: library, timeoutMs: 60_000 });
    const told: Told[] = [];
    for (const [index, libpq] of answers.entries()) {
      const [combination, asking] = [asked[index], askings[index]];
      if (combination === undefined || asking === undefined) throw new Error('more answers than questions');
      told.push({ library, combination, asking, libpq, ours: await ourVerdict(asking, majorOf(library)) });
    }
    return told;
  }

  const servers = [...new Set(COMBINATIONS.map((one) => one.server))];
  describe.each(servers)('%s', (name) => {
    const combinations = COMBINATIONS.filter((one) => one.server === name);
    let told: readonly Told[];
    beforeAll(async () => {
      const scripted = name.startsWith('scripted:')
        ? await startScripted(name.slice('scripted:'.length) as ScriptedName)
        : null;
      if (scripted === null) await server.reload(settingsOf(name as RealName));
      const place = {
        port: scripted?.port ?? server.port,
        closedPort: nobody,
        socketFolder: server.socketFolder,
      };
      try {
        told = (await Promise.all(libraries.map((library) => askAll(library, combinations, place)))).flat();
      } finally {
        scripted?.close();
      }
      everything.push(...told);
    }, 120_000);

    test.each(combinations.map((one): [string, Combination] => [one.title, one]))('%s', (_, one) => {
      const answers = told.filter(({ combination }) => combination === one);
      const ours = answers.map(({ library, ours: { connects, libpqMessage } }) => ({
        library,
        connects,
        libpqMessage,
      }));
      expect(ours).toEqual(answers.map(theirs));
    });
  });

  test('what it says of the other sslmodes holds, too', () => {
    let compared = 0;
    for (const { library, combination, ours } of everything) {
      for (const sslmode of SSL_MODES) {
        const mode = ours.modes?.[sslmode];
        const same = everything.find(
          (one) =>
            one.library === library &&
            one.combination.server === combination.server &&
            one.combination.client === combination.client &&
            one.combination.sslmode === sslmode,
        );
        if (mode === undefined || mode.connects === null || same === undefined) continue;
        compared += 1;
        const question = { asked: combination.title, sslmode };
        expect({ ...question, library, ...mode }).toEqual({ ...question, ...theirs(same) });
      }
    }
    expect(compared).toBeGreaterThan(everything.length);
  });

  test('the table is as long as was promised', () => {
    expect(COMBINATIONS.length).toBeGreaterThanOrEqual(150);
  });
});
