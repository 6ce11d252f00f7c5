import { describe, expect, test } from '@jest/globals';
import { override } from '../../../src/doctor/checks/override.js';
import { locate } from '../../../src/locate/location.js';
import { makeContext, rootFileOf } from '../../support/evidence.js';
import { fakeHost } from '../../support/fake-host.js';
import { makeCertificate } from '../../support/make-certs.js';
import '../../support/matchers.js';

const ROOT_CRT = '/Users/me/.postgresql/root.crt';

/** A Mac whose launchd answers with these variables, in a terminal with those. */
function mac(launchd: Record<string, string> | null, env: Record<string, string> = {}) {
  return fakeHost({
    platform: 'darwin',
    env: { HOME: '/Users/me', ...env },
    exec: ([program, verb, name = '']) => {
      if (launchd === null) return null;
      expect([program, verb]).toEqual(['/bin/launchctl', 'getenv']);
      const value = launchd[name];
      return {
        status: 0,
        stdout: Buffer.from(value === undefined ? '' : `${value}\n`),
        stderr: Buffer.alloc(0),
      };
    },
  });
}

const notesOf = async (host: ReturnType<typeof mac>): Promise<string> =>
  (await locate(host)).findings.flatMap(({ notes }) => notes).join('\n');

describe('what a terminal has and programs from the Dock do not', () => {
  const env = { PGSSLROOTCERT: '/opt/ca.pem' };

  test('PGSSLROOTCERT of a shell start-up file', async () => {
    const host = mac({}, env);
    expect((await locate(host)).findings).toEmit('env-overrides-root-crt');
    expect(await notesOf(host)).toBe(
      `programs started from the Dock do not have PGSSLROOTCERT: they read ${ROOT_CRT}`,
    );
  });

  test('the same, where launchd does not answer: the rule, not a fact', async () => {
    expect(await notesOf(mac(null, env))).toBe(
      `programs started from the Dock do not have what a shell's start-up file sets: they read ${ROOT_CRT}`,
    );
  });

  test('the same value for both: nothing more to say', async () => {
    expect(await notesOf(mac(env, env))).toBe('');
  });

  test('another value for those', async () => {
    expect(await notesOf(mac({ PGSSLROOTCERT: '/opt/old.pem' }, env))).toContain(
      'have another value: PGSSLROOTCERT is /opt/old.pem there',
    );
  });

  test('a service of PGSERVICE', async () => {
    const host = mac({}, { PGSERVICE: 'prod' });
    host.files.put('/Users/me/.pg_service.conf', { bytes: '[prod]\nhost=db\nsslrootcert=/etc/prod.crt\n' });
    expect(await notesOf(host)).toContain(`do not have PGSERVICE: they read ${ROOT_CRT}`);
  });

  test('the doctor says it too', async () => {
    const root = makeCertificate({ subject: 'Root', ca: true });
    const { findings, defaultPath } = await locate(mac({}, env));
    const context = makeContext({
      root: rootFileOf(root.pem, '/opt/ca.pem'),
      settings: { sslrootcert: ['/opt/ca.pem', 'env'] },
      context: { location: { defaultPath, findings } },
    });
    const result = override.run(context);
    expect(JSON.stringify(result)).toContain(`do not have PGSSLROOTCERT: they read ${ROOT_CRT}`);
  });
});

describe('what only programs from the Dock have', () => {
  test('launchctl setenv PGSSLROOTCERT: a finding, though this terminal shows nothing of it', async () => {
    const { findings, libpqReads } = await locate(mac({ PGSSLROOTCERT: '/opt/old.pem' }));
    expect(findings).toEmit('env-overrides-root-crt');
    expect(findings[0]?.message).toContain('from the Dock read /opt/old.pem');
    expect(findings[0]?.help[0]?.commands).toEqual([['launchctl', 'unsetenv', 'PGSSLROOTCERT']]);
    expect(libpqReads).toBe(ROOT_CRT);
  });

  test('the default file by its name: no finding', async () => {
    expect((await locate(mac({ PGSSLROOTCERT: ROOT_CRT }))).findings).toEqual([]);
  });

  test('with --file, and on other systems, launchd is not asked', async () => {
    const host = mac({ PGSSLROOTCERT: '/opt/old.pem' });
    await locate(host, '/Users/me/other.crt');
    const linux = fakeHost();
    await locate(linux);
    expect([...host.commands, ...linux.commands]).toEqual([]);
  });
});
