import type { StartupOption } from './packets.js';
import type { Settings } from './settings.js';

/** The environment variables that become parameters of the session, unless their value is `default`. */
const FROM_ENVIRONMENT = [
  ['PGDATESTYLE', 'datestyle'],
  ['PGTZ', 'timezone'],
  ['PGGEQO', 'geqo'],
] as const;

/**
 * What libpq's start-up packet says beside user and database, in its order. `client_encoding=auto` is left out: it
 * depends on the locale of the process that calls libpq.
 * Source: `build_startup_packet` in fe-protocol3.c, `EnvironmentOptions` in fe-connect.c.
 */
export function startupOptionsOf(
  settings: Settings,
  env: Readonly<Record<string, string | undefined>>,
): readonly StartupOption[] {
  const value = (name: string): string => settings.get(name)?.value ?? '';
  const encoding = value('client_encoding');
  const options: StartupOption[] = [
    ['replication', value('replication')],
    ['options', value('options')],
    ['application_name', value('application_name') || value('fallback_application_name')],
    ['client_encoding', encoding === 'auto' ? '' : encoding],
  ];
  const given = options.filter(([, text]) => text !== '');
  for (const [variable, name] of FROM_ENVIRONMENT) {
    const text = env[variable];
    if (text !== undefined && text.toLowerCase() !== 'default') given.push([name, text]);
  }
  return given;
}
