import { expect, test } from '@jest/globals';
import type { Settings } from '../../../src/postgres/settings.js';
import { startupOptionsOf } from '../../../src/postgres/startup-options.js';

const settings = (values: Record<string, string>): Settings =>
  new Map(
    Object.entries(values).map(([name, value]) => [
      name,
      { value, origin: 'conninfo', secret: false } as const,
    ]),
  );

test('nothing is said that is not set', () => {
  expect(startupOptionsOf(settings({ options: '', client_encoding: 'auto', user: 'me' }), {})).toEqual([]);
});

test("libpq's order, and the fallback of the application's name", () => {
  const given = settings({
    fallback_application_name: 'psql',
    client_encoding: 'UTF8',
    options: '-c geqo=off',
    replication: 'database',
    application_name: '',
  });
  expect(startupOptionsOf(given, { PGTZ: 'UTC', PGDATESTYLE: 'Default', PGGEQO: 'on' })).toEqual([
    ['replication', 'database'],
    ['options', '-c geqo=off'],
    ['application_name', 'psql'],
    ['client_encoding', 'UTF8'],
    ['timezone', 'UTC'],
    ['geqo', 'on'],
  ]);
});
