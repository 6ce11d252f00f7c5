import { PgRootCertError } from '../core/errors.js';
import { type Finding, finding } from '../core/findings.js';
import { printable } from '../core/printable.js';
import type { HostSpec } from '../postgres/host-list.js';
import type { Origin, Settings } from '../postgres/settings.js';
import type { Values } from './types.js';

export interface Question {
  readonly settings: Settings;
  /** Not empty. */
  readonly hosts: readonly HostSpec[];
  /** The id of the server's provider; null where none is known. */
  readonly provider: string | null;
}

export interface Filled extends Pick<Values, 'host' | 'port' | 'database' | 'user' | 'noGss' | 'name'> {
  /** What stands there in capital letters, to be filled in. */
  readonly placeholders: readonly string[];
  readonly isAdobe: boolean;
  readonly notes: readonly string[];
  readonly findings: readonly Finding[];
}

/** Source: Adobe Experience Platform, Query Service guide, Connect clients. */
const ADOBE = 'adobe';
const ADOBE_PORT = 80;
const DEFAULT_PORT = 5432;
const FILLED_IN = ['host', 'port', 'dbname', 'user', 'sslmode', 'sslrootcert', 'service'];
const ORIGIN: Readonly<Record<Origin, string>> = {
  conninfo: 'the connection string',
  service: 'the service file',
  env: 'the environment',
  default: 'libpq',
};

/**
 * What a connection's settings give to fill in; placeholders for what they leave open.
 * @throws PgRootCertError `usage`: a Unix socket, or a value that may hold a part of the password
 */
export function fillIn({ settings, hosts, provider }: Question): Filled {
  for (const option of [...FILLED_IN, 'hostaddr']) refuseSecret(settings, option);
  const given = (option: string): string | null => {
    const setting = settings.get(option);
    return setting === undefined || setting.origin === 'default' || setting.value === ''
      ? null
      : setting.value;
  };
  const server = hosts.find(({ port }) => port !== null);
  const host = hostOf(server);
  const isAdobe = provider === ADOBE;
  const open = {
    host: host === null ? 'HOST' : null,
    dbname: given('dbname') === null ? 'DATABASE' : null,
    user: given('user') === null ? (isAdobe ? 'ORG_ID@AdobeOrg' : 'USER') : null,
  };
  const placeholders = Object.values(open).flatMap((each) => each ?? []);
  const noGss = isAdobe || given('gssencmode') === 'disable';
  const filledIn = [
    ...FILLED_IN,
    ...(noGss ? ['gssencmode'] : []),
    ...(server?.host === null ? ['hostaddr'] : []),
  ];
  return {
    host: host ?? 'HOST',
    port: isAdobe && given('port') === null ? ADOBE_PORT : (server?.port ?? DEFAULT_PORT),
    database: given('dbname') ?? 'DATABASE',
    user: given('user') ?? open.user ?? 'USER',
    noGss,
    name: sectionName(given('service') ?? provider?.split('/')[0] ?? host?.split('.')[0] ?? ''),
    isAdobe,
    placeholders,
    notes: [
      ...(placeholders.length > 0 ? [`fill in ${placeholders.join(', ')}`] : []),
      ...(isAdobe && open.dbname !== null
        ? ['the database of Adobe Query Service is called like prod:all']
        : []),
      ...(hosts.length > 1 ? [`of ${hosts.length} hosts one is taken: ${printable(host ?? '')}`] : []),
      ...leftOut(settings, filledIn),
    ],
    findings: weakMode(settings),
  };
}

/** The name of a section, as people give them. */
const sectionName = (text: string): string =>
  text.replace(/[^\p{L}\p{N}_.-]+/gu, '-').replace(/^-+$/, '') || 'mydb';

function hostOf(server: HostSpec | undefined): string | null {
  if (server === undefined || server.isDefault) return null;
  const host = server.host ?? server.hostaddr;
  if (!server.unixSocket) return host;
  throw new PgRootCertError(
    'usage',
    `${printable(host ?? '')} is a Unix socket, and there is no TLS on one`,
    {
      help: ['name the host: host=db.example.com'],
    },
  );
}

function refuseSecret(settings: Settings, option: string): void {
  if (settings.get(option)?.secret !== true) return;
  throw new PgRootCertError('usage', `${option} of this URI may hold a part of the password`, {
    help: ['write the password with @ as %40, / as %2F and : as %3A, or leave it out: no snippet holds it'],
  });
}

function leftOut(settings: Settings, filledIn: readonly string[]): string[] {
  const chosen = [...settings].filter(([, { origin, value }]) => origin !== 'default' && value !== '');
  const others = chosen.map(([name]) => name).filter((name) => !filledIn.includes(name));
  return others.length === 0 ? [] : [`left out: ${others.join(', ')}`];
}

function weakMode(settings: Settings): Finding[] {
  const mode = settings.get('sslmode');
  if (mode === undefined || mode.origin === 'default' || mode.value === 'verify-full' || mode.value === '')
    return [];
  return [
    finding(
      'weak-sslmode',
      `sslmode=${mode.value} of ${ORIGIN[mode.origin]} is not taken over: this uses verify-full`,
    ),
  ];
}
