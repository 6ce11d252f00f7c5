import type { Host } from '../core/host.js';
import { type LibpqRefusal, parseConninfo } from './conninfo.js';
import { type HostSpec, hostCountProblem, hostsOf } from './host-list.js';
import { type LibpqBuild, likelyBuild } from './libpq-build.js';
import { isSecretOption, optionsOf } from './options.js';
import { readService } from './service-file.js';
import type { Setting, Settings } from './setting.js';
import { settingsProblem } from './settings-rules.js';

export type { Origin, Setting, Settings } from './setting.js';

export interface Resolved {
  readonly ok: true;
  readonly settings: Settings;
  readonly hosts: readonly HostSpec[];
  /** The file that defines the service, where one is used. */
  readonly serviceFile: string | null;
}

export interface RefusedSettings extends LibpqRefusal {
  readonly stage: 'settings';
  /** What was read until then; null where the conninfo or the service could not be read. */
  readonly settings: Settings | null;
}

export interface SettingsQuestion {
  readonly conninfo?: string;
  readonly host: Host;
  /** The user's home by that libpq's rules; not asked for on Windows, where AppData counts. */
  readonly homeFolder: string | null;
  readonly major: number;
  /** What a parameter is where nothing gives it, in place of libpq's own default. */
  readonly defaults?: Readonly<Record<string, string>>;
  /** Default: the libpq that this system's packages bring. */
  readonly build?: LibpqBuild;
}

const refused = (libpqMessage: string, settings: Settings | null = null): RefusedSettings => ({
  ok: false,
  stage: 'settings',
  libpqMessage,
  settings,
});

/**
 * Every parameter with its value and origin, as libpq of this major would use them, or libpq's message where it
 * would refuse them before it connects. An empty value stays empty; `hosts` has the defaults filled in.
 * Sources: `conninfo_add_defaults`, `pqConnectOptions2` and `PQconnectPoll` in fe-connect.c.
 * Throws PgRootCertError for a service file that is too large or cannot be read.
 */
export function resolveSettings(question: SettingsQuestion): Resolved | RefusedSettings {
  const { host, major, build = likelyBuild(question.host) } = question;
  const given = parseConninfo(question.conninfo ?? '', { major });
  if (!given.ok) return refused(given.libpqMessage);

  const settings = new Map<string, Setting>();
  for (const [name, value] of given.values) {
    settings.set(name, { value, origin: 'conninfo', secret: given.secret.has(name) });
  }

  const named = given.values.get('service') ?? host.env.PGSERVICE;
  const service = named === undefined ? null : readService({ ...question, service: named, build });
  if (service?.ok === false) return refused(service.libpqMessage);
  for (const [option, value] of service?.settings ?? []) {
    if (settings.has(option)) continue;
    settings.set(option, { value, origin: 'service', secret: isSecretOption(option) });
  }

  addDefaults(settings, question, build);
  const problem =
    hostCountProblem(settings) ?? nobodyProblem(settings, host) ?? settingsProblem(settings, major, build);
  if (problem !== null) return refused(problem, settings);

  const hosts = hostsOf(settings, { build, major });
  const ports = portsProblem(hosts, settings.get('target_session_attrs')?.value === 'prefer-standby');
  if (ports !== null) return refused(ports, settings);
  return { ok: true, settings, hosts, serviceFile: service?.file ?? null };
}

/** Source: `conninfo_add_defaults`, and the defaults that `pqConnectOptions2` still sets. */
function addDefaults(
  settings: Map<string, Setting>,
  { host, major, defaults = {} }: SettingsQuestion,
  build: LibpqBuild,
): void {
  const byDefault = (name: string, value: string) =>
    settings.set(name, { value, origin: 'default', secret: isSecretOption(name) });
  for (const { name, env, fallback, secret } of optionsOf(major)) {
    if (settings.has(name)) continue;
    const fromEnv = env === null ? undefined : host.env[env];
    if (fromEnv !== undefined) settings.set(name, { value: fromEnv, origin: 'env', secret });
    else if (name === 'sslmode' && host.env.PGREQUIRESSL?.startsWith('1')) {
      settings.set(name, { value: 'require', origin: 'env', secret });
    } else if (name === 'gssencmode' && !build.gssapi) byDefault(name, 'disable');
    else {
      const value = defaults[name] ?? fallback;
      if (value !== null) byDefault(name, value);
    }
  }
  const system = major >= 16 && settings.get('sslrootcert')?.value === 'system';
  if (system && settings.get('sslmode')?.origin === 'default') byDefault('sslmode', 'verify-full');
  if (major >= 16 && !settings.has('sslcertmode')) byDefault('sslcertmode', 'allow');

  const user = settings.get('user')?.value || host.user.name;
  if (!settings.get('user')?.value && user !== null) byDefault('user', user);
  if (!settings.get('dbname')?.value && user) byDefault('dbname', user);
}

/** Source: `pg_fe_getusername` in fe-auth.c. */
function nobodyProblem(settings: Settings, host: Host): string | null {
  if (settings.get('user')?.value || host.user.uid === null) return null;
  return `local user with ID ${host.user.uid} does not exist`;
}

/** What libpq says where it comes to no host with a right port; `twice` as prefer-standby goes round again. */
function portsProblem(hosts: readonly HostSpec[], twice: boolean): string | null {
  const lines: string[] = [];
  for (const { problem } of twice ? [...hosts, ...hosts] : hosts) {
    if (problem === null) return null;
    lines.push(problem.libpqMessage);
    if (problem.fatal) break;
  }
  return lines.join('\n');
}
