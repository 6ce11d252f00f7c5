import { describe, expect, test } from '@jest/globals';
import { hostsOfConninfo } from '../../../src/postgres/hosts.js';
import { resolveSettings } from '../../../src/postgres/settings.js';
import { fakeHost } from '../../support/fake-host.js';

const HOME = '/home/me';
const build = { socketFolder: '/tmp', sysconfFolder: null, gssapi: true, windows: false };
const ALL = [12, 13, 14, 15, 16, 17, 18];
const NEW = [16, 17, 18];

interface Question {
  readonly conninfo?: string;
  readonly env?: Record<string, string>;
  readonly services?: string;
  readonly major?: number;
  readonly gssapi?: boolean;
}

function resolve({ conninfo = '', env = {}, services = '', major = 18, gssapi = true }: Question) {
  const host = fakeHost({ env: { HOME, ...env } });
  host.files.put(`${HOME}/.pg_service.conf`, { bytes: services });
  return resolveSettings({ conninfo, host, homeFolder: HOME, major, build: { ...build, gssapi } });
}

describe('libpq’s own refusals, word for word', () => {
  const weak = (mode: string) => `weak sslmode "${mode}" may not be used with`;
  const unknown = (name: string) => `invalid connection option "${name}"`;

  /** Recorded from libpq 12 to 18; null where it goes on to connect. */
  const cases: readonly [settings: string, libpqMessage: string | null, majors: readonly number[]][] = [
    ['', null, ALL],
    ['sslmode=bogus', 'invalid sslmode value: "bogus"', ALL],
    ["sslmode=''", 'invalid sslmode value: ""', ALL],
    ['sslmode=Require', 'invalid sslmode value: "Require"', ALL],
    ['sslrootcert=system', null, ALL],
    ['sslrootcert=system sslmode=require', null, [12, 13, 14, 15]],
    ['sslrootcert=system sslmode=require', `${weak('require')} sslrootcert=system (use "verify-full")`, NEW],
    ['sslrootcert=system sslmode=verify-full', null, ALL],
    ['sslnegotiation=direct', unknown('sslnegotiation'), [12, 13, 14, 15, 16]],
    [
      'sslnegotiation=direct',
      `${weak('prefer')} sslnegotiation=direct (use "require", "verify-ca", or "verify-full")`,
      [17, 18],
    ],
    ['sslnegotiation=direct sslmode=require', null, [17, 18]],
    ['sslnegotiation=direct sslrootcert=system', null, [17, 18]],
    ['sslnegotiation=x', 'invalid sslnegotiation value: "x"', [17, 18]],
    ['channel_binding=x', unknown('channel_binding'), [12]],
    ['channel_binding=x', 'invalid channel_binding value: "x"', ALL.slice(1)],
    ["channel_binding=''", 'invalid channel_binding value: ""', ALL.slice(1)],
    ['gssencmode=x', 'invalid gssencmode value: "x"', ALL],
    ['gssencmode=require', null, ALL],
    ['ssl_min_protocol_version=x', 'invalid ssl_min_protocol_version value: "x"', [13, 14, 15, 16]],
    ['ssl_min_protocol_version=x', 'invalid "ssl_min_protocol_version" value: "x"', [17, 18]],
    [
      'ssl_max_protocol_version=TLSv1.4',
      'invalid ssl_max_protocol_version value: "TLSv1.4"',
      [13, 14, 15, 16],
    ],
    ["ssl_min_protocol_version=''", null, ALL.slice(1)],
    ['ssl_min_protocol_version=tlsv1', null, ALL.slice(1)],
    [
      'ssl_min_protocol_version=tlsv1.3 ssl_max_protocol_version=TLSv1.2',
      'invalid SSL protocol version range',
      [13, 18],
    ],
    ['ssl_max_protocol_version=TLSv1.1', 'invalid SSL protocol version range', [13, 18]],
    ['target_session_attrs=read-write', null, ALL],
    ['target_session_attrs=primary', 'invalid target_session_attrs value: "primary"', [12, 13]],
    ['target_session_attrs=primary', null, [14, 15, 16, 17, 18]],
    ['target_session_attrs=x', 'invalid target_session_attrs value: "x"', ALL],
    ['sslcertmode=x', 'invalid sslcertmode value: "x"', NEW],
    ["sslcertmode=''", 'invalid sslcertmode value: ""', NEW],
    ['load_balance_hosts=x', 'invalid load_balance_hosts value: "x"', NEW],
    ['require_auth=x', 'invalid require_auth value: "x"', NEW],
    ['require_auth=md5,', 'invalid require_auth value: ""', NEW],
    ["require_auth=''", null, NEW],
    ['require_auth=gss,sspi,none', null, NEW],
    ['require_auth=!password,!md5', null, NEW],
    [
      'require_auth=md5,!none',
      'negative require_auth method "!none" cannot be mixed with non-negative methods',
      NEW,
    ],
    ['require_auth=!md5,none', 'require_auth method "none" cannot be mixed with negative methods', NEW],
    ['require_auth=md5,md5', 'require_auth method "md5" is specified more than once', NEW],
    ['require_auth=!md5,!md5', 'require_auth method "!md5" is specified more than once', NEW],
    ['require_auth=oauth', 'invalid require_auth value: "oauth"', [16, 17]],
    ['require_auth=oauth', null, [18]],
    ['min_protocol_version=3.1', 'invalid min_protocol_version value: "3.1"', [18]],
    [
      'min_protocol_version=3.2 max_protocol_version=3.0',
      '"min_protocol_version" is greater than "max_protocol_version"',
      [18],
    ],
    ['min_protocol_version=latest', null, [18]],
    ['scram_client_key=x', 'invalid SCRAM client key', [18]],
    ['scram_client_key=YWJj', 'invalid SCRAM client key length: 3', [18]],
    ['scram_server_key=YQ==', 'invalid SCRAM server key length: 1', [18]],
    [`scram_client_key=${'A'.repeat(43)}=`, null, [18]],
    ['port=x', 'invalid integer value "x" for connection option "port"', ALL],
    ['port=0x1', 'invalid integer value "0x1" for connection option "port"', ALL],
    ['port=99999999999', 'invalid integer value "99999999999" for connection option "port"', ALL],
    ['port=0', 'invalid port number: "0"', ALL],
    ['port=65536', 'invalid port number: "65536"', ALL],
    ["port=' +5 '", null, ALL],
    ["port=''", null, ALL],
    ['port=1,2', 'could not match 2 port numbers to 1 hosts', ALL],
    ['host=a,b hostaddr=127.0.0.1', 'could not match 2 host names to 1 hostaddr values', ALL],
    ['host=a,b,c port=1,2', 'could not match 2 port numbers to 3 hosts', ALL],
    ['host=a,b port=0,70000', 'invalid port number: "0"\ninvalid port number: "70000"', ALL],
    ['host=a,b port=0,1', null, ALL],
    ['host=a,b port=x,1', 'invalid integer value "x" for connection option "port"', ALL],
    ['host=a,b port=1,x', null, ALL],
    [
      'host=a,b port=0,x',
      'invalid port number: "0"\ninvalid integer value "x" for connection option "port"',
      ALL,
    ],
    [
      'port=0 target_session_attrs=prefer-standby',
      'invalid port number: "0"\ninvalid port number: "0"',
      [14, 15, 16, 17, 18],
    ],
    ['sslmode=bogus channel_binding=x gssencmode=x', 'invalid channel_binding value: "x"', [13, 18]],
    ['sslmode=bogus port=1,2', 'could not match 2 port numbers to 1 hosts', ALL],
    ['sslmode=bogus port=0', 'invalid sslmode value: "bogus"', ALL],
    ['service=nope', 'definition of service "nope" not found', ALL],
  ];

  test.each(cases)('%s: %j', (settings, libpqMessage, majors) => {
    for (const major of majors) {
      const resolved = resolve({ conninfo: `host=h port=1 ${settings}`, major });
      expect({ major, message: resolved.ok ? null : resolved.libpqMessage }).toEqual({
        major,
        message: libpqMessage,
      });
    }
  });

  test('a libpq without GSSAPI has another default and refuses require', () => {
    expect(resolve({ gssapi: false }).settings?.get('gssencmode')?.value).toBe('disable');
    expect(resolve({ gssapi: false, conninfo: 'gssencmode=require' })).toMatchObject({
      ok: false,
      stage: 'settings',
      libpqMessage: 'gssencmode value "require" invalid when GSSAPI support is not compiled in',
    });
  });

  test('a user without a name must name one', () => {
    const host = { ...fakeHost({ env: {} }), user: { uid: 12345, gid: 12345, name: null, passwdHome: null } };
    const ask = (conninfo: string) => resolveSettings({ conninfo, host, homeFolder: null, major: 18, build });
    expect(ask('sslmode=bogus')).toMatchObject({ libpqMessage: 'local user with ID 12345 does not exist' });
    expect(ask('port=1,2')).toMatchObject({ libpqMessage: 'could not match 2 port numbers to 1 hosts' });
    expect(ask('user=u').ok).toBe(true);
    expect(hostsOfConninfo('host=h', host)).toEqual({ ok: true, hosts: ['h'] });
  });

  test('what was read before the refusal is kept', () => {
    const settings = resolve({ conninfo: 'host=h sslmode=bogus' }).settings;
    expect(settings?.get('host')).toEqual({ value: 'h', origin: 'conninfo', secret: false });
    expect(resolve({ conninfo: 'nonsense' }).settings).toBeNull();
  });
});

describe('where a value comes from', () => {
  const services = '[s]\nsslmode=verify-ca\nport=2\npassword=x\n[system]\nsslrootcert=system\n';

  /** [question, parameter, value, origin]; null where nothing gives it. */
  const cases: readonly [Question, string, string | null, string?][] = [
    [{}, 'sslmode', 'prefer', 'default'],
    [{ env: { PGSSLMODE: 'require' } }, 'sslmode', 'require', 'env'],
    [{ services, conninfo: 'service=s', env: { PGSSLMODE: 'require' } }, 'sslmode', 'verify-ca', 'service'],
    [{ services, conninfo: 'service=s sslmode=disable' }, 'sslmode', 'disable', 'conninfo'],
    [{ services, env: { PGSERVICE: 's' } }, 'sslmode', 'verify-ca', 'service'],
    [{ services, env: { PGSERVICE: 's' } }, 'service', 's', 'env'],
    [{ services, conninfo: 'service=s', env: { PGSERVICE: 'system' } }, 'sslrootcert', null],
    [{ env: { PGREQUIRESSL: '1' } }, 'sslmode', 'require', 'env'],
    [{ env: { PGREQUIRESSL: '0' } }, 'sslmode', 'prefer', 'default'],
    [{ env: { PGREQUIRESSL: '1', PGSSLMODE: 'allow' } }, 'sslmode', 'allow', 'env'],
    [{ env: { PGSSLROOTCERT: 'system' } }, 'sslmode', 'verify-full', 'default'],
    [{ env: { PGSSLROOTCERT: 'system' }, major: 15 }, 'sslmode', 'prefer', 'default'],
    [{ services, conninfo: 'service=system' }, 'sslmode', 'verify-full', 'default'],
    [{ env: { PGSSLROOTCERT: '' } }, 'sslrootcert', '', 'env'],
    [{ conninfo: "sslrootcert=''", env: { PGSSLROOTCERT: '/x' } }, 'sslrootcert', '', 'conninfo'],
    [{}, 'sslrootcert', null],
    [{}, 'port', '5432', 'default'],
    [{ env: { PGPORT: '' } }, 'port', '', 'env'],
    [{}, 'user', 'me', 'default'],
    [{ env: { PGUSER: '' } }, 'user', 'me', 'default'],
    [{ conninfo: 'user=u' }, 'dbname', 'u', 'default'],
    [{ conninfo: 'user=u', env: { PGDATABASE: 'd' } }, 'dbname', 'd', 'env'],
    [{}, 'sslcertmode', 'allow', 'default'],
    [{ major: 15 }, 'sslcertmode', null],
    [{ major: 12 }, 'ssl_min_protocol_version', null],
    [{ major: 13 }, 'ssl_min_protocol_version', 'TLSv1.2', 'default'],
    [{ env: { PGSSLNEGOTIATION: 'x' }, major: 16 }, 'sslnegotiation', null],
    [{ env: { PGSSLPASSWORD: 'x' } }, 'sslpassword', null],
  ];

  test.each(cases)('%j: %s is %j from %s', (question, name, value, origin = '') => {
    const setting = resolve(question).settings?.get(name);
    expect(setting?.value ?? null).toBe(value);
    expect(setting?.origin ?? '').toBe(origin);
  });

  test('a password is marked as one wherever it comes from', () => {
    const secret = (question: Question) => resolve(question).settings?.get('password')?.secret;
    expect(secret({ conninfo: 'password=x' })).toBe(true);
    expect(secret({ services, conninfo: 'service=s' })).toBe(true);
    expect(secret({ env: { PGPASSWORD: 'x' } })).toBe(true);
  });

  test('the file of the service is told', () => {
    expect(resolve({ services, conninfo: 'service=s' })).toMatchObject({
      serviceFile: `${HOME}/.pg_service.conf`,
    });
    expect(resolve({ services })).toMatchObject({ serviceFile: null });
  });
});

describe('the servers that libpq would try', () => {
  /** Each server as `host|hostaddr|port`, `unix:` before a socket's folder, `-` for null. */
  const cases: readonly [conninfo: string, servers: string[], major?: number][] = [
    ['', ['unix:/tmp|-|5432']],
    ["host='' port=''", ['unix:/tmp|-|5432']],
    ['host=h', ['h|-|5432']],
    ['hostaddr=10.0.0.1', ['-|10.0.0.1|5432']],
    ['host=h hostaddr=10.0.0.1 port=7', ['h|10.0.0.1|7']],
    ['host=/run', ['unix:/run|-|5432']],
    ['host=/run hostaddr=10.0.0.1', ['/run|10.0.0.1|5432']],
    ['host=@abstract', ['unix:@abstract|-|5432']],
    ['host=@abstract', ['@abstract|-|5432'], 13],
    ['host=a,b port=7', ['a|-|7', 'b|-|7']],
    ['host=a,,b port=7,,8', ['a|-|7', 'unix:/tmp|-|5432', 'b|-|8']],
    ['host=a,b port=1,70000', ['a|-|1', 'b|-|-']],
    ['postgres://a:1,[::1]:2,c/d', ['a|-|1', '::1|-|2', 'c|-|5432']],
    ["port=' 7 '", ['unix:/tmp|-|7']],
  ];

  test.each(cases)('%j: %j', (conninfo, servers, major = 18) => {
    const resolved = resolve({ conninfo, major });
    const hosts = resolved.ok ? resolved.hosts : [];
    const told = hosts.map(({ host, hostaddr, port, unixSocket }) =>
      [`${unixSocket ? 'unix:' : ''}${host ?? '-'}`, hostaddr ?? '-', port ?? '-'].join('|'),
    );
    expect(told).toEqual(servers);
  });

  test('on Windows the default is localhost', () => {
    const host = fakeHost({ platform: 'win32' });
    const resolved = resolveSettings({ host, homeFolder: null, major: 18 });
    expect(resolved).toMatchObject({ hosts: [{ host: 'localhost', unixSocket: false, port: 5432 }] });
    const drive = resolveSettings({ conninfo: "host='C:/run'", host, homeFolder: null, major: 18 });
    expect(drive).toMatchObject({ hosts: [{ host: 'C:/run', unixSocket: true }] });
  });

  test('a part of a mistyped password is marked in the host too', () => {
    expect(resolve({ conninfo: 'postgres://u:p@ss@h/d' })).toMatchObject({
      hosts: [{ host: 'ss@h', secret: true }],
    });
  });
});

describe('the hosts that a conninfo names', () => {
  test.each<[string, Record<string, string>, object]>([
    ['postgres://a,b,a/d', {}, { ok: true, hosts: ['a', 'b'] }],
    ['hostaddr=10.0.0.1', {}, { ok: true, hosts: ['10.0.0.1'] }],
    ['host=/run', {}, { ok: true, hosts: [] }],
    ['dbname=d', {}, { ok: true, hosts: [] }],
    ['dbname=d', { PGHOST: 'e' }, { ok: true, hosts: ['e'] }],
    ['service=s', {}, { ok: true, hosts: ['from.service'] }],
    ['host=a sslmode=bogus', {}, { ok: false, libpqMessage: 'invalid sslmode value: "bogus"' }],
  ])('%j with %j', (conninfo, env, expected) => {
    const host = fakeHost({ env: { HOME, ...env } });
    host.files.put(`${HOME}/.pg_service.conf`, { bytes: '[s]\nhost=from.service\n' });
    expect(hostsOfConninfo(conninfo, host)).toMatchObject(expected);
  });
});
