import { mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { afterAll, beforeAll, beforeEach, describe, expect, test } from '@jest/globals';
import { readBundle } from '../../src/x509/bundle.js';
import { askLibpq, askLibpqAll } from '../support/libpq.js';
import { available } from '../support/parts.js';
import { type PostgresServer, startPostgres } from '../support/postgres.js';
import { codesOf, emptyHome, hasProgram, rootCrt, run, straced } from '../support/run.js';
import { makeTestCa } from '../support/test-ca.js';
import { gateTo, whileConnecting } from './rotate-client.js';

const here = available();
const onServers = here.servers.includes('18') && here.libpq.includes('18') ? describe : describe.skip;

const withStrace = process.platform === 'linux' && hasProgram('strace') ? test : test.skip;

const oldCa = makeTestCa({ name: 'Old Site Root' });
const newCa = makeTestCa({ name: 'New Site Root' });
const otherCa = makeTestCa({ name: 'Another Root' });
const names = { names: ['localhost'] };
const [OLD, NEW, OTHER] = [oldCa, newCa, otherCa].map(({ root }) => root.sha256) as [string, string, string];

interface Site {
  /** Of the old root. */
  readonly status?: string;
  /** The present roots of another provider. */
  readonly annex?: readonly string[];
  readonly formerly?: readonly string[];
}

/** A site that moves from one root of its own to another. */
const catalogue = ({ status = 'retired', annex = [], formerly = ['old-root'] }: Site) => ({
  schemaVersion: 1,
  roots: [
    {
      id: 'old-root',
      name: 'Old Site Root',
      sha256: OLD,
      pem: oldCa.root.pem,
      status,
    },
    { id: 'older-root', name: 'Another Root', sha256: OTHER, pem: otherCa.root.pem, status: 'retired' },
    { id: 'new-root', name: 'New Site Root', sha256: NEW, pem: newCa.root.pem, status: 'current' },
  ],
  providers: [
    {
      id: 'site',
      name: 'Our site',
      roots: ['new-root'],
      formerly,
      hosts: ['*.db.example.org'],
    },
    ...(annex.length > 0
      ? [
          {
            id: 'annex',
            name: 'Our annex',
            roots: annex,
            formerly: [],
            hosts: ['*.annex.example.org'],
          },
        ]
      : []),
  ],
});

function homeWith(pems: readonly string[], site: Site = {}): string {
  const home = emptyHome();
  writeFileSync(path.join(home, 'site.json'), JSON.stringify(catalogue(site)));
  mkdirSync(path.dirname(rootCrt(home)), { mode: 0o700 });
  if (pems.length > 0) writeFileSync(rootCrt(home), pems.join(''));
  return home;
}

const rootsIn = (home: string): string[] =>
  readBundle(readFileSync(rootCrt(home))).certificates.map(({ sha256 }) => sha256);

onServers('rotate, against a real PostgreSQL, with libpq as the judge', () => {
  let server: PostgresServer;
  let second: PostgresServer;
  beforeAll(async () => {
    [server, second] = await Promise.all([
      startPostgres({ tls: oldCa.issueServer(names) }),
      startPostgres({ tls: newCa.issueServer(names) }),
    ]);
  }, 60_000);
  afterAll(() => Promise.all([server.stop(), second.stop()]));

  const conninfoOf = ({ port }: PostgresServer, more = 'sslmode=verify-full') =>
    `host=localhost hostaddr=127.0.0.1 port=${port} user=postgres dbname=postgres ${more}`;
  const connects = async (home: string, to = server) =>
    (await askLibpq({ conninfo: conninfoOf(to), env: { HOME: home } })).connected;
  const rotate = (home: string, argv: readonly string[], through: readonly string[] = []) =>
    run(home, ['rotate', 'site', '--catalog', 'site.json', '--libpq', '18', '--offline', ...argv, '--json'], {
      through,
    });
  const target = (to: PostgresServer, more?: string) => ['--target', conninfoOf(to, more)];

  beforeEach(() => server.swapCertificate(oldCa.issueServer(names)));

  test('the server still shows the old root: the new is added, the old stays; once it has moved, the old goes', async () => {
    const home = homeWith([oldCa.root.pem, otherCa.root.pem]);
    const early = await rotate(home, target(server));
    expect(early.status).toBe(1);
    expect(early.json()).toMatchObject({
      command: 'rotate',
      ok: false,
      targets: [{ changed: true, added: [{ id: 'new-root' }], removed: [], source: 'embedded' }],
      proofs: [
        { target: conninfoOf(server), host: 'localhost', before: true, withBoth: true, withoutOld: false },
      ],
    });
    expect(early.json()).not.toHaveProperty('error');
    expect(codesOf(early.json())).toContain('rotation-waits');
    expect(early.json().proofs?.[0]?.libpqMessage).toContain('certificate verify failed');
    expect(rootsIn(home)).toEqual([OLD, OTHER, NEW]);
    expect(await connects(home)).toBe(true);

    await server.swapCertificate(newCa.issueServer(names));
    expect(await connects(home)).toBe(true);
    const late = await rotate(home, target(server));
    expect({ status: late.status, codes: codesOf(late.json()) }).toEqual({ status: 0, codes: [] });
    expect(late.json()).toMatchObject({
      ok: true,
      targets: [
        {
          changed: true,
          added: [],
          removed: [{ id: 'old-root' }],
          kept: [{ sha256: OTHER }, { id: 'new-root' }],
        },
      ],
      proofs: [{ before: true, withBoth: true, withoutOld: true, libpqMessage: null }],
      steps: [
        { step: 'prove', file: 'as-it-was', inPlace: true, servers: 1, verified: 1 },
        { step: 'prove', file: 'without-old', inPlace: false, servers: 1, verified: 1 },
        { step: 'remove', certificates: [{ id: 'old-root' }] },
        { step: 'prove', file: 'without-old', inPlace: true, servers: 1, verified: 1 },
      ],
    });
    expect(rootsIn(home)).toEqual([OTHER, NEW]);
    expect(await connects(home)).toBe(true);

    expect(await rotate(home, target(server))).toMatchObject({ status: 0 });
    expect((await run(home, ['undo'])).status).toBe(0);
    expect(rootsIn(home)).toEqual([OLD, OTHER, NEW]);
    expect((await run(home, ['undo'])).status).toBe(0);
    expect(rootsIn(home)).toEqual([OLD, OTHER]);
  });

  test('a server that has moved already fails before, and connects after: all in one run', async () => {
    const home = homeWith([oldCa.root.pem]);
    expect(await connects(home, second)).toBe(false);
    const done = await rotate(home, target(second));
    expect(done.status).toBe(0);
    expect(done.json()).toMatchObject({
      targets: [{ added: [{ id: 'new-root' }], removed: [{ id: 'old-root' }] }],
      proofs: [{ before: false, withBoth: true, withoutOld: true }],
    });
    expect(done.json().steps?.map(({ step }) => step)).toEqual([
      'prove',
      'prove',
      'add',
      'prove',
      'prove',
      'remove',
      'prove',
    ]);
    expect(rootsIn(home)).toEqual([NEW]);
    expect(await connects(home, second)).toBe(true);
  });

  test('of several servers each must do without the old root; --targets names them', async () => {
    const home = homeWith([oldCa.root.pem]);
    writeFileSync(path.join(home, 'targets.txt'), `# ours\n${conninfoOf(second)}\n\n${conninfoOf(server)}\n`);
    const waiting = await rotate(home, ['--targets', 'targets.txt']);
    expect(waiting.json().proofs).toMatchObject([{ withoutOld: true }, { withoutOld: false }]);
    const finding = waiting.json().findings.find(({ code }) => code === 'rotation-waits');
    expect(finding?.message).toBe('1 of 2 servers still needs "Old Site Root"');
    expect(rootsIn(home)).toEqual([OLD, NEW]);
    await server.swapCertificate(newCa.issueServer(names));
    expect((await rotate(home, ['--targets', 'targets.txt'])).status).toBe(0);
    expect(rootsIn(home)).toEqual([NEW]);
  });

  test('a target of several hosts: each of them is asked, not only the first that answers', async () => {
    const home = homeWith([oldCa.root.pem]);
    const both = `host=localhost,localhost hostaddr=127.0.0.1,127.0.0.1 port=${second.port},${server.port} user=postgres sslmode=verify-full`;
    const waiting = await rotate(home, ['--target', both]);
    expect(waiting.status).toBe(1);
    expect(waiting.json().proofs).toMatchObject([
      { target: both, host: 'localhost', withoutOld: true },
      { target: both, host: 'localhost', withoutOld: false },
    ]);
    expect(rootsIn(home)).toEqual([OLD, NEW]);
  });

  test('without a target the new is added and nothing goes; it says how to go on', async () => {
    const home = homeWith([oldCa.root.pem]);
    const done = await rotate(home, []);
    expect({ status: done.status, codes: codesOf(done.json()) }).toEqual({
      status: 1,
      codes: ['rotation-unproved'],
    });
    expect(done.json().findings.find(({ code }) => code === 'rotation-unproved')?.help[0]?.commands).toEqual([
      ['pg-root-cert', 'rotate', 'site', '--target', 'CONNINFO', '--catalog', 'site.json'],
    ]);
    expect(rootsIn(home)).toEqual([OLD, NEW]);
    expect(await rotate(homeWith([newCa.root.pem]), [])).toMatchObject({ status: 0 });
  });

  const useless: readonly (readonly [title: string, more: string, note: string])[] = [
    ['goes in plain text', 'sslmode=disable', 'goes without TLS'],
    ['reads another file', 'sslmode=verify-full sslrootcert=/other.crt', 'does not read'],
    ['is not there', 'sslmode=verify-full port=1', 'Connection refused'],
    ['refuses by name', 'sslmode=verify-full host=other.example.org', 'does not match host name'],
  ];
  test.each(useless)('a target that %s proves nothing, and no old root goes', async (_title, more, note) => {
    const home = homeWith([oldCa.root.pem]);
    const done = await rotate(home, [...target(second), '--target', `${conninfoOf(second, '')}${more}`]);
    const finding = done.json().findings.find(({ code }) => code === 'rotation-unproved');
    expect({ status: done.status, message: finding?.message }).toEqual({
      status: 1,
      message: '1 of 2 servers proves nothing',
    });
    expect(finding?.notes.join('\n')).toContain(note);
    expect(done.json().proofs).toMatchObject([
      { withBoth: true },
      { withBoth: note.includes('name') ? false : null },
    ]);
    expect(rootsIn(home)).toEqual([OLD, NEW]);
  });

  test.each(['sslmode=require', 'sslmode=prefer', ''])(
    'a target with %p proves by its chain',
    async (more) => {
      const home = homeWith([oldCa.root.pem]);
      expect((await rotate(home, target(second, more))).status).toBe(0);
      expect(rootsIn(home)).toEqual([NEW]);
    },
  );

  test("a server of somebody else's proves nothing of this provider", async () => {
    await server.swapCertificate(otherCa.issueServer(names));
    const home = homeWith([oldCa.root.pem, otherCa.root.pem]);
    const done = await rotate(home, target(server));
    expect(done.json().findings.find(({ code }) => code === 'rotation-unproved')?.message).toBe(
      "no target's chain ends at a root of site",
    );
    expect(rootsIn(home)).toEqual([OLD, OTHER, NEW]);
  });

  test.each(['require', 'prefer'])(
    'a new file that would take the connection, or its TLS, from a target with sslmode=%s is not written',
    async (sslmode) => {
      await server.swapCertificate(otherCa.issueServer(names));
      await server.reload({ hba: ['host all all 127.0.0.1/32 trust'] });
      const home = homeWith([]);
      const done = await rotate(home, [...target(second), ...target(server, `sslmode=${sslmode}`)]);
      await server.reload({ hba: ['hostssl all all 127.0.0.1/32 trust'] });
      expect({ status: done.status, codes: codesOf(done.json()) }).toEqual({
        status: 1,
        codes: ['rotation-breaks-target'],
      });
      expect(done.json()).toMatchObject({ targets: [{ changed: false, added: [], backup: null }] });
      const finding = done.json().findings.find(({ code }) => code === 'rotation-breaks-target');
      expect(finding?.notes[0]).toContain(
        sslmode === 'prefer' ? 'it connects without TLS then' : 'certificate verify failed',
      );
      expect(readdirSync(path.dirname(rootCrt(home)))).toEqual([]);
    },
  );

  test('--dry-run asks, and writes nothing', async () => {
    const home = homeWith([oldCa.root.pem]);
    const ready = await rotate(home, [...target(second), '--dry-run']);
    expect(ready.json()).toMatchObject({
      ok: true,
      dryRun: true,
      targets: [{ changed: true, added: [{ id: 'new-root' }], removed: [{ id: 'old-root' }], backup: null }],
      proofs: [{ withoutOld: true }],
    });
    const waiting = await rotate(home, [...target(server), '--dry-run']);
    expect({ status: waiting.status, codes: codesOf(waiting.json()) }).toEqual({
      status: 1,
      codes: ['rotation-waits'],
    });
    expect(rootsIn(home)).toEqual([OLD]);
    expect(readdirSync(home).sort()).toEqual(['.postgresql', 'site.json']);
  });

  test('--file: the targets are tried with that file', async () => {
    const home = homeWith([]);
    const file = path.join(home, 'site.crt');
    writeFileSync(file, oldCa.root.pem);
    const done = await rotate(home, [
      '--file',
      file,
      ...target(second),
      ...target(second, `sslmode=verify-full sslrootcert=${file}`),
    ]);
    expect(done.status).toBe(0);
    expect(done.json().proofs).toHaveLength(2);
    expect(readBundle(readFileSync(file)).certificates.map(({ sha256 }) => sha256)).toEqual([NEW]);
  });

  test('a root that another provider in the file still needs stays', async () => {
    const needed = homeWith([oldCa.root.pem], { status: 'current', annex: ['old-root'] });
    const kept = await rotate(needed, target(second));
    expect({ status: kept.status, codes: codesOf(kept.json()) }).toEqual({
      status: 0,
      codes: ['root-superseded'],
    });
    expect(rootsIn(needed)).toEqual([OLD, NEW]);
    const alone = homeWith([oldCa.root.pem], { status: 'current' });
    expect((await rotate(alone, target(second))).status).toBe(0);
    expect(rootsIn(alone)).toEqual([NEW]);
  });

  test('a retired root goes though another provider lists it, of which nothing else is there; that is said', async () => {
    const home = homeWith([oldCa.root.pem], { annex: ['new-root', 'old-root'] });
    const done = await rotate(home, target(second));
    expect({ status: done.status, codes: codesOf(done.json()) }).toEqual({
      status: 0,
      codes: ['provider-no-longer-served'],
    });
    expect(rootsIn(home)).toEqual([NEW]);
  });

  test('of two old roots the one goes that no server needs', async () => {
    const home = homeWith([oldCa.root.pem, otherCa.root.pem], { formerly: ['old-root', 'older-root'] });
    const half = await rotate(home, [...target(server), ...target(second)]);
    expect(half.status).toBe(1);
    expect(half.json().targets[0]?.removed).toMatchObject([{ id: 'older-root' }]);
    expect(half.json().findings.find(({ code }) => code === 'rotation-waits')?.message).toBe(
      '1 of 2 servers still needs "Old Site Root"',
    );
    expect(rootsIn(home)).toEqual([OLD, NEW]);
  });

  test('a password in a target is shown nowhere; settings that libpq refuses end it before anything is done', async () => {
    const home = homeWith([oldCa.root.pem]);
    const secret = await rotate(home, target(second, 'sslmode=verify-full password=hunter2'));
    expect(secret.status).toBe(0);
    expect(secret.stdout + secret.stderr).not.toContain('hunter2');
    const refused = await rotate(homeWith([oldCa.root.pem]), [
      ...target(second),
      '--target',
      'sslmode=bogus',
    ]);
    expect({ status: refused.status, code: refused.json().error?.code }).toEqual({
      status: 2,
      code: 'settings-refused',
    });
  });

  test('while clients connect all along, the server changes its certificate: nobody is refused', async () => {
    const home = homeWith([oldCa.root.pem]);
    const slowly = hasProgram('strace') ? straced('rename', null, 'delay_exit=200000') : [];
    const met = await whileConnecting(conninfoOf(server), { HOME: home }, async () => {
      expect((await rotate(home, target(server), slowly)).status).toBe(1);
      await server.swapCertificate(newCa.issueServer(names));
      expect((await rotate(home, target(server), slowly)).status).toBe(0);
    });
    expect(met.refusals).toEqual([]);
    expect(met.connected).toBeGreaterThan(60);
    expect(rootsIn(home)).toEqual([NEW]);
  }, 60_000);

  /** Rotates with something else happening before the nth question to the server goes through. */
  const rotateAnd = async (
    home: string,
    to: PostgresServer,
    moment: number,
    deed: () => Promise<unknown>,
    through: readonly string[] = [],
  ) => {
    const gate = await gateTo(to.port, async (nth) => {
      if (nth === moment) await deed();
    });
    try {
      return await rotate(home, ['--target', conninfoOf({ ...to, port: gate.port })], through);
    } finally {
      gate.close();
    }
  };

  /** With only the old root there it asks four times before that goes: twice before the new is there, twice after. */
  const moments: readonly (readonly [title: string, file: readonly string[], nth: number])[] = [
    ['the new root has been added', [oldCa.root.pem], 3],
    ['it is tried without the old root', [oldCa.root.pem], 4],
    ['it looks at what is there, old and new', [oldCa.root.pem, newCa.root.pem], 1],
    ['it tries old and new without the old', [oldCa.root.pem, newCa.root.pem], 2],
  ];
  test.each(moments)('the server changes its certificate just when %s', async (_title, file, moment) => {
    const home = homeWith(file);
    const met = await whileConnecting(conninfoOf(server), { HOME: home }, async () => {
      const done = await rotateAnd(home, server, moment, () =>
        server.swapCertificate(newCa.issueServer(names)),
      );
      expect({ status: done.status, roots: rootsIn(home) }).toEqual({ status: 0, roots: [NEW] });
    });
    expect(met.refusals).toEqual([]);
  });

  test('a server that shows its old certificate again once the old root is gone: that comes back', async () => {
    await server.swapCertificate(newCa.issueServer(names));
    const home = homeWith([oldCa.root.pem, newCa.root.pem]);
    const stopped = await rotateAnd(home, server, 3, async () => {
      expect(rootsIn(home)).toEqual([NEW]);
      await server.swapCertificate(oldCa.issueServer(names));
    });
    expect({ status: stopped.status, codes: codesOf(stopped.json()) }).toEqual({
      status: 1,
      codes: ['rotation-breaks-target'],
    });
    expect(stopped.json()).toMatchObject({
      targets: [{ changed: false, removed: [] }],
      proofs: [{ withoutOld: false }],
    });
    expect(stopped.json().steps?.at(-1)).toMatchObject({
      step: 'put-back',
      certificates: [{ id: 'old-root' }],
    });
    expect(rootsIn(home)).toEqual([OLD, NEW]);
    expect(await connects(home)).toBe(true);
  });

  withStrace('and where that fails too, it says so, and how to mend it', async () => {
    await server.swapCertificate(newCa.issueServer(names));
    const home = homeWith([oldCa.root.pem, newCa.root.pem]);
    // The removal renames twice: its lock, and the file.
    const afterRemoval = straced('rename', null, 'error=EIO:when=3+');
    const relapse = () => server.swapCertificate(oldCa.issueServer(names));
    const stuck = await rotateAnd(home, server, 3, relapse, afterRemoval);
    expect({ status: stuck.status, code: stuck.json().error?.code }).toEqual({ status: 5, code: 'io-error' });
    expect(stuck.json()).toMatchObject({ targets: [{ changed: true, removed: [{ id: 'old-root' }] }] });
    const finding = stuck.json().findings.find(({ code }) => code === 'rotation-breaks-target');
    expect(finding?.notes).toContain(`${rootCrt(home)} could not be put back`);
    expect(finding?.help[0]?.commands).toEqual([['pg-root-cert', 'undo']]);
    expect(rootsIn(home)).toEqual([NEW]);
    expect((await run(home, ['undo'])).status).toBe(0);
    expect(await connects(home)).toBe(true);
  });

  test('a server that goes away once the new root is there: the file is as it was', async () => {
    const home = homeWith([oldCa.root.pem]);
    const stopped = await rotateAnd(home, server, 3, async () => {
      expect(rootsIn(home)).toEqual([OLD, NEW]);
      await server.reload({ hba: ['local all all trust'] });
    });
    await server.reload({ hba: ['hostssl all all 127.0.0.1/32 trust'] });
    expect({ status: stopped.status, codes: codesOf(stopped.json()) }).toEqual({
      status: 1,
      codes: ['rotation-breaks-target'],
    });
    expect(rootsIn(home)).toEqual([OLD]);
  });

  test('another run changes the file while the servers are asked: exit 4, and its change stays', async () => {
    const home = homeWith([oldCa.root.pem, newCa.root.pem]);
    const refused = await rotateAnd(home, second, 2, async () =>
      writeFileSync(rootCrt(home), oldCa.root.pem + newCa.root.pem + otherCa.root.pem),
    );
    expect({ status: refused.status, code: refused.json().error?.code }).toEqual({
      status: 4,
      code: 'changed-since',
    });
    expect(rootsIn(home)).toEqual([OLD, NEW, OTHER]);
    expect(await rotate(home, target(second))).toMatchObject({ status: 0 });
    expect(rootsIn(home)).toEqual([NEW, OTHER]);
  });

  /** Kills a run at each call of a kind, one home a time; what the clients of each then meet, and how it ends. */
  const killedEverywhere = async (before: readonly string[], unharmed: number, after: readonly string[]) => {
    const homes: string[] = [];
    for (const call of ['connect', 'mkdir', 'rename', 'fsync', 'unlink', 'rmdir', 'fchmod']) {
      for (let nth = 1; nth <= 40; nth++) {
        const home = homeWith(before);
        const killed = await rotate(home, target(server), straced(call, nth, 'signal=KILL'));
        homes.push(home);
        if (killed.status === unharmed) break;
        expect({ call, nth, signal: killed.signal }).toEqual({ call, nth, signal: 'SIGKILL' });
      }
    }
    expect(homes.length).toBeGreaterThan(12);
    const askAll = () =>
      askLibpqAll(
        homes.map((home) => ({ conninfo: conninfoOf(server), env: { HOME: home } })),
        { timeoutMs: 60_000 },
      );
    expect((await askAll()).filter(({ connected }) => !connected)).toEqual([]);
    for (const home of homes) {
      expect((await rotate(home, target(server))).status).toBe(unharmed);
      expect(rootsIn(home)).toEqual(after);
      expect(readdirSync(path.dirname(rootCrt(home)))).toEqual(['root.crt']);
    }
    expect((await askAll()).filter(({ connected }) => !connected)).toEqual([]);
  };

  withStrace(
    'each rename fails: exit 5, and what is told is what is there; then it is run again',
    async () => {
      const seen = new Set<string>();
      for (let nth = 1, isDone = false; !isDone; nth++) {
        const home = homeWith([oldCa.root.pem]);
        const done = await rotate(home, target(second), straced('rename', nth, 'error=EIO'));
        isDone = done.status === 0;
        const { targets, error } = done.json();
        if (!isDone)
          expect({ status: done.status, code: error?.code }).toEqual({ status: 5, code: 'io-error' });
        const roots = rootsIn(home);
        expect(targets[0]?.changed).toBe(roots.join() !== OLD);
        expect(targets[0]?.added.map(({ sha256 }) => sha256)).toEqual(roots.filter((each) => each === NEW));
        seen.add(roots.map((each) => (each === OLD ? 'old' : 'new')).join());
        expect((await rotate(home, target(second))).status).toBe(0);
        expect(rootsIn(home)).toEqual([NEW]);
      }
      expect([...seen]).toEqual(['old', 'old,new', 'new']);
    },
    60_000,
  );

  test('install adds and takes nothing out: a server on the old root goes on connecting, one on the new begins to', async () => {
    const home = homeWith([oldCa.root.pem]);
    const installed = await run(home, ['install', 'site', '--catalog', 'site.json', '--offline', '--json']);
    expect(installed.json().targets[0]).toMatchObject({
      added: [{ id: 'new-root' }],
      removed: [],
      kept: [{ id: 'old-root' }],
    });
    expect([await connects(home, server), await connects(home, second)]).toEqual([true, true]);
  });

  describe('killed at each call that changes a file: clients connect, and it is run again', () => {
    withStrace(
      'while it adds the new root',
      () => killedEverywhere([oldCa.root.pem], 1, [OLD, NEW]),
      240_000,
    );

    withStrace(
      'while it removes the old one',
      async () => {
        await server.swapCertificate(newCa.issueServer(names));
        await killedEverywhere([oldCa.root.pem, newCa.root.pem], 0, [NEW]);
      },
      240_000,
    );

    withStrace(
      'in one run that does both',
      async () => {
        await server.swapCertificate(newCa.issueServer(names));
        const home = homeWith([oldCa.root.pem]);
        let nth = 0;
        for (let isDone = false; !isDone && nth < 40; ) {
          const killed = await rotate(home, target(server), straced('rename', ++nth, 'signal=KILL'));
          isDone = killed.signal === null;
          expect([OLD, OLD + NEW, NEW]).toContain(rootsIn(home).join(''));
        }
        expect(nth).toBeGreaterThan(1);
        expect(rootsIn(home)).toEqual([NEW]);
      },
      60_000,
    );
  });
});
