import { describe, expect, test } from '@jest/globals';
import { type LibpqBuild, likelyBuild } from '../../../src/postgres/libpq-build.js';
import { listServices, readService } from '../../../src/postgres/service-file.js';
import { fakeHost } from '../../support/fake-host.js';

const HOME = '/home/me';
const FILE = `${HOME}/.pg_service.conf`;
const SHARED = '/usr/local/pgsql/etc/pg_service.conf';

type Answer = Record<string, string> | string;

function look(
  files: Record<string, string>,
  service: string,
  major: number,
  env: Record<string, string> = {},
): Answer {
  const host = fakeHost({ env: { HOME, ...env } });
  for (const [path, bytes] of Object.entries(files)) host.files.put(path, { bytes });
  const read = readService({ service, host, homeFolder: HOME, major });
  return read.ok ? Object.fromEntries(read.settings) : read.libpqMessage;
}

const NEW = [13, 14, 15, 16, 17, 18];
const ALL = [12, ...NEW];
const long = (length: number) => `options=${'x'.repeat(length - 'options='.length)}`;

/** Recorded from libpq 12 to 18. */
const cases: readonly [content: string, answer: Answer, majors?: readonly number[]][] = [
  ['[a]\nhost=h\nport=1\n', { host: 'h', port: '1' }],
  ['[a]\r\nhost=h\r\n', { host: 'h' }],
  ['# x\n\n  [a]  \n\t host=h\n#port=1', { host: 'h' }],
  ['[a]', {}],
  ['[b]\nhost=b\n[a]\nhost=a\n[c]\nhost=c\n', { host: 'a' }],
  ['[a]\nhost=1\n[a]\nport=2\n', { host: '1' }],
  ['[a]\nhost=1\nhost=2\n', { host: '1' }],
  ['[a] anything\nhost=h\n', { host: 'h' }],
  ['[a]\nhost= h\n', { host: ' h' }],
  ["[a]\npassword='q'\n", { password: "'q'" }],
  ['[a]\nhost=h # no comment\n', { host: 'h # no comment' }],
  ['[a]\noptions=a=b\n', { options: 'a=b' }],
  ['[a]\nuser=é\n', { user: 'é' }],
  ['[a]\nuser=x \n', { user: 'x ' }, [12]],
  ['[a]\nuser=x \n', { user: 'x' }, NEW],
  ['[a]\nhost\n', `syntax error in service file "${FILE}", line 2`],
  ['[a]\nhost = h\n', `syntax error in service file "${FILE}", line 2`],
  ['[a]\nfoo=1\n', `syntax error in service file "${FILE}", line 2`],
  ['[a]\n\nsslnegotiation=direct\n', `syntax error in service file "${FILE}", line 3`, [12, 13, 14, 15, 16]],
  ['[a]\nsslnegotiation=direct\n', { sslnegotiation: 'direct' }, [17, 18]],
  ['[a]\nservice=b\n', `nested service specifications not supported in service file "${FILE}", line 2`],
  ['[b]\nnonsense\n[a]\nhost=h\n', { host: 'h' }],
  ['[a]\nhost=h\n[b]\nnonsense\n', { host: 'h' }],
  ['[A]\nhost=h\n', 'definition of service "a" not found'],
  ['[ a ]\nhost=h\n', 'definition of service "a" not found'],
  ['[a\nhost=h\n', 'definition of service "a" not found'],
  ['\ufeff[a]\nhost=h\n', 'definition of service "a" not found'],
  ['', 'definition of service "a" not found'],
  [`[a]\n${long(253)}\n`, { options: 'x'.repeat(245) }],
  [`[a]\n${long(254)}\n`, `line 2 too long in service file "${FILE}"`, [12, 13]],
  [`[a]\n${long(1021)}\n`, { options: 'x'.repeat(1013) }, [14, 15, 16, 17, 18]],
  [`[a]\n${long(1022)}\n`, `line 2 too long in service file "${FILE}"`],
  [`${long(1022)}\n[a]\n`, `line 1 too long in service file "${FILE}"`],
  [`[a]\nhost=h\n[b]\n${long(1022)}\n`, { host: 'h' }],
];

describe('a service is read as libpq reads it', () => {
  test.each(cases)('%j', (content, expected, majors = ALL) => {
    for (const major of majors) {
      expect({ major, answer: look({ [FILE]: content }, 'a', major) }).toEqual({ major, answer: expected });
    }
  });

  test.each([
    ['a]', { host: 'x' }],
    ['', { host: 'y' }],
    ['é', { host: 'z' }],
  ])('the name %j is compared byte for byte', (service, expected) => {
    expect(look({ [FILE]: '[a]]\nhost=x\n[]\nhost=y\n[é]\nhost=z\n' }, service, 18)).toEqual(expected);
  });
});

describe('the files are asked in libpq’s order', () => {
  const both = { [FILE]: '[own]\nhost=own\n', [SHARED]: '[all]\nhost=all\n[own]\nhost=other\n' };

  test.each<[string, Record<string, string>, Answer]>([
    ['own', {}, { host: 'own' }],
    ['all', {}, { host: 'all' }],
    ['none', {}, 'definition of service "none" not found'],
    ['own', { PGSERVICEFILE: '/nowhere' }, 'service file "/nowhere" not found'],
    ['own', { PGSERVICEFILE: '' }, 'service file "" not found'],
    ['own', { PGSERVICEFILE: HOME }, { host: 'other' }],
    ['own', { PGSERVICEFILE: 'services' }, { host: 'relative' }],
    ['all', { PGSYSCONFDIR: '/etc/here' }, 'definition of service "all" not found'],
    ['here', { PGSYSCONFDIR: '/etc/here' }, { host: 'here' }],
  ])('%s with %j', (service, env, expected) => {
    const more = {
      '/etc/here/pg_service.conf': '[here]\nhost=here\n',
      [`${HOME}/services`]: '[own]\nhost=relative',
    };
    expect(look({ ...both, ...more }, service, 18, env)).toEqual(expected);
  });

  test('a fault in one file keeps libpq from the next', () => {
    const files = { [FILE]: '[all]\nnonsense\n', [SHARED]: '[all]\nhost=all\n' };
    expect(look(files, 'all', 18)).toBe(`syntax error in service file "${FILE}", line 2`);
  });

  test('without a home only the shared file is asked', () => {
    const host = fakeHost();
    host.files.put(FILE, { bytes: '[a]\nhost=own\n' });
    host.files.put(SHARED, { bytes: '[a]\nhost=all\n' });
    expect(readService({ service: 'a', host, homeFolder: null })).toMatchObject({ ok: true, file: SHARED });
  });

  test('on Windows the folder of the roaming profile counts', () => {
    const host = fakeHost({ platform: 'win32' });
    host.files.put('C:\\Users\\me\\AppData\\Roaming\\postgresql\\.pg_service.conf', {
      bytes: '[a]\r\nhost=h\r\n',
    });
    const read = readService({ service: 'a', host, homeFolder: null });
    expect(read).toMatchObject({
      ok: true,
      file: 'C:\\Users\\me\\AppData\\Roaming/postgresql/.pg_service.conf',
    });
  });

  test('a file past all measure is an error of its own', () => {
    const host = fakeHost();
    host.files.put(FILE, { bytes: new Uint8Array(17 * 1024 * 1024) });
    expect(() => readService({ service: 'a', host, homeFolder: HOME })).toThrow(
      expect.objectContaining({ code: 'file-too-large' }),
    );
  });
});

test.each<[string, Partial<LibpqBuild>]>([
  [
    '/etc/postgresql-common',
    { socketFolder: '/var/run/postgresql', sysconfFolder: '/etc/postgresql-common' },
  ],
  ['/etc/sysconfig/pgsql', { socketFolder: '/var/run/postgresql', sysconfFolder: '/etc/sysconfig/pgsql' }],
  ['/opt', { socketFolder: '/tmp', sysconfFolder: '/usr/local/pgsql/etc' }],
])('with a folder %s libpq is taken to be built as %j', (folder, expected) => {
  const host = fakeHost();
  host.files.put(folder, { kind: 'folder' });
  expect(likelyBuild(host)).toMatchObject(expected);
});

test('all services of a file are listed, with what is wrong with each', () => {
  const text = '[a]\nhost=h\n[b]\nnonsense\n[a]\nhost=second\n[c d]\nsslnegotiation=direct\n[no end\n';
  expect(listServices(Buffer.from(text), { major: 14 })).toEqual([
    { name: 'a', settings: new Map([['host', 'h']]), libpqMessage: null },
    { name: 'b', settings: new Map(), libpqMessage: 'syntax error in service file "%s", line 4' },
    { name: 'c d', settings: new Map(), libpqMessage: 'syntax error in service file "%s", line 8' },
  ]);
});
