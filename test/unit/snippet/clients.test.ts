import { readFileSync } from 'node:fs';
import { describe, expect, test } from '@jest/globals';
import { PgRootCertError } from '../../../src/core/errors.js';
import { CLIENTS, clientNamed } from '../../../src/snippet/clients/index.js';
import { CLIENT_IDS } from '../../../src/snippet/ids.js';
import { remarksOf } from '../../../src/snippet/remarks.js';
import { snippetFor } from '../../../src/snippet/snippet.js';
import type { Client, Values } from '../../../src/snippet/types.js';
import { FILES, values } from './values.js';

const named = (id: string): Client => {
  const client = clientNamed(id);
  if (client === null) throw new Error(`no client ${id}`);
  return client;
};
const plain = (text: string) => text;
const textOf = (id: string, change: Partial<Values> = {}, isAdobe = false): string =>
  snippetFor(named(id), { values: values(change), files: FILES, isAdobe }, plain).text;
const whole = (client: Client, change: Partial<Values> = {}, isAdobe = false): string => {
  const known = { values: values(change), files: FILES, isAdobe };
  return [...remarksOf(client, known), client.text(known.values)].join('\n');
};

test('the clients are those of the contract, each with its id', () => {
  expect(CLIENTS.map(({ id }) => id)).toEqual([
    ...[
      'psql',
      'env',
      'service',
      'jdbc',
      'dbeaver',
      'dbvisualizer',
      'aqua-data-studio',
      'pgadmin',
      'power-bi',
    ],
    ...['tableau', 'looker', 'rstudio', 'jupyter', 'psycopg', 'sqlalchemy', 'asyncpg', 'node-postgres'],
    ...['postgres.js', 'prisma', 'npgsql', 'pgx', 'lib-pq', 'sqlx', 'php', 'ruby', 'odbc', 'rails', 'django'],
  ]);
});

describe.each(CLIENT_IDS)('%s', (id) => {
  const client = named(id);

  test('is filled in with host, port, database, user and root file', () => {
    const text = whole(client, { port: 6543, database: 'sales', user: 'reporter' });
    for (const part of ['db.example.org', '6543', 'sales', 'reporter']) expect(text).toContain(part);
    if (client.reads.named) expect(text).toContain('/home/me/.postgresql/root.crt');
  });

  test('says which root it reads and whether sslmode=require verifies, and uses verify-full', () => {
    const remarks = remarksOf(client, { values: values(), files: FILES, isAdobe: false }).join('\n');
    expect(remarks).toMatch(/^Root: .*(reads|in it)/m);
    expect(remarks).toMatch(/^sslmode=require .*verif(?:y|ies)/m);
    expect(client.require.verifies).toBe(!/^sslmode=require does not verify/m.test(remarks));
    expect(whole(client)).toMatch(/verify-full/);
    expect(client.text(values())).not.toMatch(/sslmode=(?:disable|allow|prefer|require)\b/);
  });

  test('has its remarks within 80 columns', () => {
    const { comment } = client.language;
    const lines = textOf(id, {}, true).split('\n');
    const remarks = lines.filter((line) => comment !== null && line.startsWith(comment));
    expect(remarks.filter((line) => line.length > 80 && !line.startsWith(`${comment}  `))).toEqual([]);
  });

  test('says how the password gets in, and has no place where one would be written down', () => {
    expect(whole(client)).toMatch(/^Password: ./m);
    expect(client.text(values())).not.toMatch(/\b(?:password|pwd)\s*[:=]/i);
  });

  test('carries what Adobe Query Service needs', () => {
    const text = whole(client, { port: 80, noGss: true, database: 'prod:all', user: 'A1@AdobeOrg' }, true);
    expect(text).toMatch(/\b80\b/);
    expect(text).toContain('gssencmode=disable');
    expect(text).toContain('Of psql it supports 14.x only');
    expect(text).toContain('prod:all');
    expect(text).toMatch(/A1(?:@|%40)AdobeOrg/);
  });

  test.each(['a\n#b', 'a\r\nb', '<%= 1 %>?>', 'a*/b\u2028c'])(
    'no comment ends where %j stands in a path',
    (part) => {
      const rootFile = `/tmp/${part}/root.crt`;
      const known = { values: values({ rootFile }), files: FILES, isAdobe: false };
      const { comment } = client.language;
      let text: string;
      try {
        text = snippetFor(client, known, plain).text;
      } catch (error) {
        expect(error).toBeInstanceOf(PgRootCertError);
        return;
      }
      if (comment === null) return;
      const body = client.text(known.values);
      const opening = client.language.opening === undefined ? '' : `${client.language.opening}\n`;
      expect(text.endsWith(body.slice(opening.length))).toBe(true);
      const head = text.slice(opening.length, text.length - body.length + opening.length);
      const lines = head.split(/\r\n|[\n\r\u2028]/).filter((line) => line !== '');
      expect(lines.filter((line) => !line.startsWith(comment))).toEqual([]);
    },
  );
});

describe('what a format cannot hold is refused', () => {
  test.each([
    ['service', { database: 'a\nb' }, 'a line break'],
    ['service', { database: 'a ' }, 'blanks at the end'],
    ['service', { database: 'a'.repeat(300) }, `"${'a'.repeat(80)}…": libpq reads no line as long`],
    ['service', { database: 'a\u202e\n' }, '"a\\u202e\\n"'],
    ['php', { database: 'a;b' }, 'semicolon'],
    ['env', { database: "a'$b" }, 'no quotes are left'],
    ['env', { database: 'a\rb' }, 'carriage return'],
    ['dbeaver', { user: 'a\nb' }, 'line break'],
    ['tableau', { user: ' a' }, 'blanks'],
    ['odbc', { database: 'a\nb' }, 'line break'],
    ['odbc', { user: 'a;b' }, 'read otherwise'],
    ['jdbc', { host: 'a/b' }, 'read otherwise'],
    ['asyncpg', { host: "a'b" }, 'read otherwise'],
  ])('%s: %j', (id, change, why) => {
    expect(() => textOf(id, change)).toThrow(
      expect.objectContaining({ code: 'not-expressible', message: expect.stringContaining(why) }),
    );
  });
});

describe('docs/clients.md', () => {
  const page = readFileSync(new URL('../../../docs/clients.md', import.meta.url), 'utf8');
  const rows = page.split('\n').map((line) => line.split(' | '));

  test.each(CLIENTS)('says of $id what the snippet says', ({ id, reads, require }) => {
    const row = rows.find((cells) => cells.at(-1)?.startsWith(`\`snippet ${id}\``));
    expect(row).toHaveLength(4);
    const [, byItself = '', verifies = ''] = row ?? [];
    expect(/^none|no file$/.test(byItself)).toBe(reads.byDefault(FILES) === null);
    expect(/^no\b/.test(verifies)).toBe(!require.verifies);
  });
});

describe('details', () => {
  test('what ends a comment, or is carried out in one, does not in PHP and Rails', () => {
    const rootFile = '/tmp/<%= 1 %>?>/root.crt';
    expect(textOf('php', { rootFile })).not.toMatch(/^\/\/.*\?>/m);
    expect(textOf('rails', { rootFile })).not.toMatch(/<%(?!%)/);
  });

  test('an IPv6 address is bracketed in URIs, and nowhere else', () => {
    expect(textOf('jdbc', { host: '::1' })).toContain('//[::1]:5432/');
    expect(textOf('power-bi', { host: '::1' })).toContain('Server: [::1]:5432');
    expect(textOf('psql', { host: '::1' })).toContain('host=::1 ');
  });

  test('psql on Windows: PowerShell; a quotation mark, which it would lose, is written as in a URI', () => {
    const windows: Partial<Values> = { platform: 'win32', rootFile: 'C:\\Users\\me\\root.crt' };
    expect(textOf('psql', windows)).toMatch(
      /^psql 'host=.* sslrootcert=''C:\\\\Users\\\\me\\\\root\.crt'''$/m,
    );
    const odd = textOf('psql', { ...windows, database: 'a"b' });
    expect(odd).toMatch(/^psql 'postgresql:\/\/me@db\.example\.org:5432\/a%22b\?sslmode=verify-full&/m);
  });

  test('pgAdmin: a servers.json, with the remarks left to stderr', () => {
    expect(JSON.parse(textOf('pgadmin', { database: 'a"\n\\' }))).toEqual({
      Servers: {
        1: {
          Name: 'app',
          Group: 'Servers',
          Host: 'db.example.org',
          Port: 5432,
          MaintenanceDB: 'a"\n\\',
          Username: 'me',
          ConnectionParameters: { sslmode: 'verify-full', sslrootcert: '/home/me/.postgresql/root.crt' },
        },
      },
    });
  });

  test('jdbc: both ways, and the command that makes the keystore', () => {
    const text = textOf('jdbc', { storeCommand: 'pg-root-cert export --format pkcs12' });
    expect(text).toMatch(/^url=jdbc:.*sslmode=verify-full&sslrootcert=/m);
    expect(text).toMatch(
      /^url\.keystore=.*sslmode=verify-full&sslfactory=org\.postgresql\.ssl\.DefaultJavaSSLFactory$/m,
    );
    expect(text).toContain('#   pg-root-cert export --format pkcs12');
  });
});
