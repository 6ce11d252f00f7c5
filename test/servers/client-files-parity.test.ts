import {
  chmodSync,
  chownSync,
  closeSync,
  mkdirSync,
  mkdtempSync,
  openSync,
  rmSync,
  statSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join, relative } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { nodeHost } from '../../src/core/node-host.js';
import { type ClientFiles, SSL_MODES, type SslMode } from '../../src/doctor/evidence.js';
import { readClientFiles, rootFileRefusal, userHome } from '../../src/doctor/files.js';
import { resolveSettings } from '../../src/postgres/settings.js';
import { askLibpq } from '../support/libpq.js';
import { available, type LibpqName, partsManifest } from '../support/parts.js';
import { type PostgresServer, startPostgres } from '../support/postgres.js';
import { CERTIFICATE_ROWS, KEY_ROWS } from './client-files-client-rows.js';
import { ca, type Entry, type Files, type Rest, type Row, server } from './client-files-material.js';
import { CRL_ROWS, ROOT_ROWS, SYSTEM_ROWS } from './client-files-root-rows.js';

const GROUPS = {
  root: ROOT_ROWS,
  system: SYSTEM_ROWS,
  CRL: CRL_ROWS,
  certificate: CERTIFICATE_ROWS,
  key: KEY_ROWS,
};
const ROWS: readonly Row[] = Object.entries(GROUPS).flatMap(([group, rows]) =>
  rows.map(([name, ...row]): Row => [`${group}: ${name}`, ...row]),
);

const NOBODY = 65_534;
const isRoot = process.getuid?.() === 0;
/** Root reads everything; another user can stand in where the oracle's files are open to all. */
const user = isRoot && isOpenToAll(partsManifest()) ? NOBODY : undefined;

function isOpenToAll(path: string): boolean {
  const isOpen = (at: string): boolean => (statSync(at).mode & 0o001) !== 0;
  for (let at = dirname(path); at !== dirname(at); at = dirname(at)) if (!isOpen(at)) return false;
  return true;
}

function hasTerminal(): boolean {
  try {
    closeSync(openSync('/dev/tty', 'r'));
    return true;
  } catch {
    return false;
  }
}

const terminal = hasTerminal();

function isPossible({ needs, asks }: Rest): boolean {
  if (asks && terminal) return false;
  if (needs === 'root') return isRoot;
  return needs !== 'unprivileged' || !isRoot || user !== undefined;
}

/** libpq's view of files is its user's, so ours must be, too. `look` opens all files before it returns. */
function asUser<T>(look: () => T): T {
  if (user === undefined) return look();
  process.setegid?.(user);
  process.seteuid?.(user);
  try {
    return look();
  } finally {
    process.seteuid?.(0);
    process.setegid?.(0);
  }
}

function lay(home: string, files: Files): void {
  const give = (path: string): void => {
    if (user !== undefined) chownSync(path, user, user);
  };
  mkdirSync(home);
  give(home);
  for (const [name, entry] of Object.entries(files)) {
    const path = join(home, name);
    const {
      bytes = '',
      folder,
      link,
      mode,
      ofRoot,
    }: Entry = typeof entry === 'string' || entry instanceof Uint8Array ? { bytes: entry } : entry;
    if (dirname(path) !== home) {
      mkdirSync(dirname(path), { recursive: true });
      give(dirname(path));
    }
    if (link !== undefined) {
      symlinkSync(link, path);
      continue;
    }
    if (folder) mkdirSync(path);
    else writeFileSync(path, bytes, { mode: 0o600 });
    if (ofRoot) chownSync(path, 0, user ?? 0);
    else give(path);
    if (mode !== undefined) chmodSync(path, mode);
  }
}

/** What libpq would say of a server whose chain ends at `ca`; null where it connects. */
function predicted(files: ClientFiles, sslmode: SslMode, major: number): string | null {
  const refusal = rootFileRefusal(files.root, sslmode, major) ?? files.client.refusal;
  if (refusal !== null || files.root.kind === 'absent' || files.root.kind === 'no-home') return refusal;
  const { root, crl } = files;
  const trusted = root.kind === 'system' ? root.certificates : (root.bundle?.certificates ?? []);
  const anchors = [...trusted, ...(crl.certificates ?? [])].map(({ sha256 }) => sha256);
  const unrevoked = !crl.active || crl.loaded.some(({ issuer }) => issuer === 'CN=CA');
  return anchors.includes(ca.sha256) && unrevoked ? null : 'SSL error: certificate verify failed';
}

const here = available();
const libraries = here.servers.includes('18') ? here.libpq : [];
const majorOf = (library: LibpqName): number => (library === 'debian' ? 15 : Number(library));
/** Without another user, libpq 14 and older would look into the home of whoever runs the tests. */
const tried = libraries.filter((library) => majorOf(library) >= 15 || user !== undefined);
const onServers = tried.length > 0 ? describe : describe.skip;

onServers('the client’s files are what libpq makes of them', () => {
  let running: PostgresServer;
  let base: string;

  beforeAll(async () => {
    base = mkdtempSync(join(tmpdir(), 'pg-files-'));
    chmodSync(base, 0o755);
    ROWS.forEach(([, files, , rest = {}], index) => {
      if (isPossible(rest)) lay(join(base, String(index)), files);
    });
    running = await startPostgres({ tls: { cert: server.pem, key: server.privateKeyPem } });
  });

  afterAll(async () => {
    rmSync(base, { recursive: true, force: true });
    await running.stop();
  });

  async function both(
    library: LibpqName,
    index: number,
    row: Row,
  ): Promise<{ ours: string | null; libpqs: string | null }> {
    const [, , settings, rest = {}] = row;
    const home = join(base, String(index));
    const place = (text: string): string =>
      text.replaceAll('~/', `${home}/`).replaceAll('=./', `=${relative(process.cwd(), home)}/`);
    const env = Object.fromEntries(
      Object.entries({ HOME: home, ...rest.env }).map(([name, value]) => [name, place(value)]),
    );
    const given = `${/sslmode=/.test(settings) ? '' : 'sslmode=require '}${place(settings)}`;
    const conninfo = `host=localhost hostaddr=127.0.0.1 port=${running.port} user=postgres dbname=postgres gssencmode=disable ${given}`;
    const major = majorOf(library);

    const ours = await asUser(async () => {
      const host = { ...nodeHost(), env };
      const homeFolder = userHome(host, major);
      const resolved = resolveSettings({ conninfo, host, homeFolder, major });
      if (!resolved.ok) throw new Error(resolved.libpqMessage);
      const reading = readClientFiles(host, resolved.settings, { major, homeFolder });
      const sslmode = SSL_MODES.find((mode) => mode === resolved.settings.get('sslmode')?.value);
      return predicted(await reading, sslmode ?? 'prefer', major);
    });

    const verdict = await askLibpq({
      conninfo,
      env,
      libpq: library,
      ...(user !== undefined && { uid: user }),
    });
    const message = verdict.message.replace(/^connection to server at .*?, port \d+ failed: /, '');
    return { ours, libpqs: verdict.connected ? null : message };
  }

  /** OpenSSL's version decides some words; the model is 3.0. */
  function inWordsOf(library: LibpqName, ours: string | null, { openssl111 }: Rest): string | null {
    if (library === 'debian' || openssl111 === undefined || ours === null) return ours;
    return openssl111 === null ? null : ours.replace(/: [^:]*$/, `: ${openssl111}`);
  }

  describe.each(tried)('libpq %s', (library) => {
    const rows = ROWS.map((row, index) => ({ name: row[0], row, index })).filter(
      ({ row: [, , , rest = {}] }) =>
        isPossible(rest) &&
        majorOf(library) >= (rest.since ?? 0) &&
        (library === 'debian' || rest.onlyOpenssl3 !== true),
    );
    test.concurrent.each(rows)('$name', async ({ row, index }) => {
      const { ours, libpqs } = await both(library, index, row);
      const rest = row[3] ?? {};
      if (rest.garbledBy3 && library === 'debian') {
        expect(libpqs?.replace(/: [^:]*$/, '')).toBe(ours?.replace(/: [^:]*$/, ''));
      } else expect(libpqs).toBe(inWordsOf(library, ours, rest));
    });
  });
});
