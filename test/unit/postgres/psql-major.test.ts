import { describe, expect, test } from '@jest/globals';
import { psqlMajor } from '../../../src/postgres/psql-major.js';
import { fakeHost } from '../../support/fake-host.js';

const mac = { platform: 'darwin' as const };
const APP = '/Applications/Postgres.app/Contents/Versions';

describe('macOS: a psql that the search path does not lead to', () => {
  test("Homebrew's libpq, in its Cellar", async () => {
    const host = fakeHost(mac);
    host.files.put('/opt/homebrew/Cellar/libpq/17.6_1/bin/psql');
    host.files.put('/opt/homebrew/opt/libpq', { kind: 'link', target: '../Cellar/libpq/17.6_1' });
    expect(await psqlMajor(host)).toBe(17);
    expect(host.commands).toEqual([]);
  });

  test('the newest of several servers of an Intel Homebrew', async () => {
    const host = fakeHost(mac);
    for (const major of [14, 16]) host.files.put(`/usr/local/opt/postgresql@${major}/bin/psql`);
    expect(await psqlMajor(host)).toBe(16);
  });

  test('Postgres.app: the version that it calls the latest', async () => {
    const host = fakeHost(mac);
    host.files.put(`${APP}/16/bin/psql`);
    host.files.put(`${APP}/15/bin/psql`);
    host.files.put(`${APP}/latest`, { kind: 'link', target: '16' });
    expect(await psqlMajor(host)).toBe(16);
  });

  test("EDB's installer", async () => {
    const host = fakeHost(mac);
    host.files.put('/Library/PostgreSQL/15/bin/psql');
    expect(await psqlMajor(host)).toBe(15);
  });

  test('the one on the search path counts before them', async () => {
    const host = fakeHost({ ...mac, env: { HOME: '/Users/me', PATH: `${APP}/14/bin:/usr/bin` } });
    host.files.put(`${APP}/14/bin/psql`);
    host.files.put('/opt/homebrew/opt/libpq/bin/psql');
    expect(await psqlMajor(host)).toBe(14);
  });

  test('none at all; and these places are for macOS only', async () => {
    expect(await psqlMajor(fakeHost(mac))).toBeNull();
    const linux = fakeHost();
    linux.files.put('/opt/homebrew/opt/postgresql@16/bin/psql');
    expect(await psqlMajor(linux)).toBeNull();
  });
});
