import { chmodSync, chownSync, mkdirSync, readdirSync, statSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { CODES, type Code } from '../../src/core/codes.js';
import { closedPort } from '../support/http-servers.js';
import { askLibpq } from '../support/libpq.js';
import { available } from '../support/parts.js';
import { type PostgresServer, startPostgres } from '../support/postgres.js';
import { COMMAND, emptyHome, run } from '../support/run.js';
import { type ScriptedName, startScripted } from './parity-servers.js';
import {
  clientFiles,
  crlBytes,
  type RealServer,
  rootBytes,
  type Scenario,
  type ServerName,
  type Situation,
  serverSettings,
  siteCatalog,
} from './scenario-pieces.js';
import { NOT_THE_DOCTORS, SCENARIOS } from './scenarios.js';

const here = available();
const onServers = here.servers.includes('18') && here.libpq.includes('18') ? describe : describe.skip;

interface DoctorDocument {
  error?: { code: Code };
  verdict: { connects: boolean | null; libpqMessage: string | null };
  findings: { code: Code; severity: string }[];
}

const USERS = { nobody: 65_534, stranger: 54_321 } as const;
const isRoot = process.getuid?.() === 0;

function isPossible([, , , { as, libpq = '18' } = {}]: Scenario): boolean {
  const canBe = as === undefined || (isRoot ? isOpenToAll(COMMAND.at(-1) ?? '') : as === 'nobody');
  return here.libpq.includes(libpq) && canBe;
}

function isOpenToAll(file: string): boolean {
  for (let at = path.dirname(file); at !== path.dirname(at); at = path.dirname(at))
    if ((statSync(at).mode & 0o001) === 0) return false;
  return true;
}

/** A home as the scenario has it. */
function homeFor({ root = 'root', crl, client, files = {}, modes = {}, as, site }: Situation): string {
  const home = emptyHome();
  const write = (name: string, bytes: string | Uint8Array, mode = 0o600): void => {
    const file = path.join(home, name);
    mkdirSync(path.dirname(file), { recursive: true, mode: 0o700 });
    writeFileSync(file, typeof bytes === 'string' ? bytes.replaceAll('HOME', home) : bytes, { mode });
  };
  mkdirSync(path.join(home, '.postgresql'), { mode: 0o700 });
  if (root === 'folder') mkdirSync(path.join(home, '.postgresql/root.crt'));
  else if (root !== 'missing') write('.postgresql/root.crt', rootBytes(root));
  if (crl !== undefined && crl !== 'folder') write('.postgresql/root.crl', crlBytes(crl));
  if (client !== undefined) {
    const {
      cert,
      key,
      keyMode,
    }: { cert: string | Uint8Array; key: string | Uint8Array | null; keyMode?: number } = clientFiles(client);
    write('.postgresql/postgresql.crt', cert);
    if (key !== null) write('.postgresql/postgresql.key', key, keyMode);
  }
  if (site !== undefined) write('site.json', siteCatalog(site));
  for (const [name, bytes] of Object.entries(files)) write(name, bytes);
  if (as !== undefined && isRoot) {
    for (const name of ['.', ...readdirSync(home, { recursive: true, encoding: 'utf8' })])
      chownSync(path.join(home, name), USERS[as], USERS[as]);
  }
  for (const [name, mode] of Object.entries(modes)) chmodSync(path.join(home, name), mode);
  return home;
}

function conninfoFor(situation: Situation, place: Record<'HOME' | 'PORT' | 'CLOSED', string>): string {
  const { host = 'localhost', hostaddr = '127.0.0.1', mode = 'verify-full', more = '' } = situation;
  const pairs: Record<string, string | null> = {
    host,
    hostaddr,
    port: 'PORT',
    user: 'postgres',
    dbname: 'postgres',
    sslmode: mode,
  };
  const given = Object.entries(pairs).flatMap(([name, value]) =>
    value === null ? [] : [`${name}='${value}'`],
  );
  return filledIn([...given, more].join(' ').trim(), place);
}

const filledIn = (text: string, place: Record<string, string>): string =>
  text.replace(/HOME|PORT|CLOSED/g, (name) => place[name] ?? name);

onServers('every code, provoked for real', () => {
  let server: PostgresServer;
  let nobody: number;
  let serving: RealServer = 'plain';
  beforeAll(async () => {
    nobody = await closedPort();
    server = await startPostgres(serverSettings(serving));
  });
  afterAll(() => server.stop());

  /** Where the server is, ready to be asked. */
  async function serve(name: ServerName): Promise<{ port: number; close: () => void }> {
    if (name.startsWith('scripted:')) return startScripted(name.slice('scripted:'.length) as ScriptedName);
    if (name !== serving) await server.reload(serverSettings(name as RealServer));
    serving = name as RealServer;
    return { port: server.port, close: () => {} };
  }

  test.each(SCENARIOS.filter(isPossible))('%s: %s (%s)', async (code, _title, name, situation = {}) => {
    const { libpq = '18', as, site, also } = situation;
    const { port, close } = await serve(name);
    try {
      const home = homeFor(situation);
      const place = { HOME: home, PORT: String(port), CLOSED: String(nobody) };
      const conninfo = conninfoFor(situation, place);
      const env = Object.fromEntries(
        Object.entries({ HOME: 'HOME', ...situation.env }).map(([key, value]) => [
          key,
          filledIn(value, place),
        ]),
      );
      const uid = as === undefined || !isRoot ? undefined : USERS[as];
      const through =
        uid === undefined ? [] : ['setpriv', `--reuid=${uid}`, `--regid=${uid}`, '--clear-groups'];
      const catalog = site === undefined ? [] : ['--catalog', path.join(home, 'site.json')];
      const argv = ['doctor', '--libpq', libpq, ...catalog, conninfo, '--json'];
      const [told, answer] = await Promise.all([
        run(home, argv, { env, through }),
        askLibpq({ conninfo, env, libpq, ...(uid === undefined ? {} : { uid }) }),
      ]);
      const { verdict, findings, error } = JSON.parse(told.stdout) as DoctorDocument;
      const connects = answer.connected || answer.needsPassword;
      expect(verdict).toMatchObject({ connects, libpqMessage: connects ? null : answer.message });
      const codes = error === undefined ? findings.map((each) => each.code) : [error.code];
      expect(codes).toContain(code);
      const errors = codes.filter((each) => CODES[each].severity === 'error');
      expect(errors.filter((each) => each !== code)).toEqual(also === undefined ? [] : [also]);
      expect(told.status).toBe(error !== undefined ? 2 : errors.length > 0 || !connects ? 1 : 0);
    } finally {
      close();
    }
  });
});

test('there is a scenario for every code that the doctor has', () => {
  const provoked = new Set(SCENARIOS.map(([code]) => code));
  const codes = Object.keys(CODES) as Code[];
  expect(codes.filter((code) => !provoked.has(code) && !NOT_THE_DOCTORS.has(code))).toEqual([]);
  expect([...provoked].filter((code) => NOT_THE_DOCTORS.has(code))).toEqual([]);
});
