import { printable } from '../core/printable.js';
import type { HostSpec } from '../postgres/host-list.js';
import type { Handshake, Probe, Startup } from '../postgres/probe-types.js';
import type { CheckContext } from './check.js';
import type { Evidence, HostEvidence } from './evidence.js';

/** The attempt that decides: libpq goes on to the next address only where it could not connect. */
export interface Attempt {
  readonly host: HostEvidence;
  readonly probe: Probe;
}

/** SQLSTATE cannot_connect_now: since 14 libpq goes on to the next host where a server says so. */
const NOT_NOW = '57P03';

/** The first attempt that connected, to a server that is ready if any is; null where none did, or none was made. */
export function attemptOf({ hosts, major }: Evidence): Attempt | null {
  const attempts = hosts.flatMap((host) =>
    host.probes.filter(({ connectErrno }) => connectErrno === null).map((probe) => ({ host, probe })),
  );
  return attempts.find(({ probe }) => major < 14 || !isBusy(probe)) ?? attempts[0] ?? null;
}

const isBusy = ({ tls, plain }: Probe): boolean =>
  [tls?.startup, plain].some((startup) => startup?.kind === 'error' && startup.error.sqlstate === NOT_NOW);

/** True if libpq goes by way of TLS, be it at the second try (`allow`) or only at first (`prefer`). */
export function usesTls(evidence: Evidence): boolean {
  const attempt = attemptOf(evidence);
  if (attempt === null || attempt.host.spec.unixSocket || attempt.probe.tls === null) return false;
  if (evidence.sslmode === 'allow') return attempt.probe.plain !== null && !isLetIn(attempt.probe.plain);
  return evidence.sslmode !== 'disable';
}

const isLetIn = (startup: Startup): boolean => startup.kind === 'authentication';

/** True if these settings can lead to TLS at all, be the server reached or not. */
export const concernsTls = ({ sslmode, hosts }: Evidence): boolean =>
  sslmode !== 'disable' && hosts.some(({ spec }) => !spec.unixSocket);

/** True if libpq verifies the chain: in every TLS mode as soon as there is a root file (libpq-rules 4). */
export function verifiesChain({ sslmode, files }: Evidence): boolean {
  return files.root.kind === 'present' || files.root.kind === 'system' || requiresRoot(sslmode);
}

export const requiresRoot = (sslmode: Evidence['sslmode']): boolean =>
  sslmode === 'verify-ca' || sslmode === 'verify-full';

export function handshakeOf(evidence: Evidence): Handshake | null {
  return usesTls(evidence) ? (attemptOf(evidence)?.probe.tls?.handshake ?? null) : null;
}

/** The start-up exchange that libpq comes to, if what comes before is in order; null where it is not known. */
export function startupOf(evidence: Evidence): Startup | null {
  const probe = attemptOf(evidence)?.probe;
  if (probe === undefined) return null;
  return usesTls(evidence) && probe.tls?.handshake?.ok ? probe.tls.startup : probe.plain;
}

/** How a message names the server: by its name where it has one, without what may be a secret. */
export function nameOf({ host, hostaddr, secret }: HostSpec): string {
  return secret ? '***' : printable(host ?? hostaddr ?? 'the server', 260);
}

/** The name of the server that decides, or of the first one. */
export function serverName({ evidence }: Pick<CheckContext, 'evidence'>): string {
  const host = attemptOf(evidence)?.host ?? evidence.hosts[0];
  return host === undefined ? 'the server' : nameOf(host.spec);
}

/** The host name that verify-full compares and the catalogue goes by; null where there is none. */
export function hostToCompare({ evidence }: Pick<CheckContext, 'evidence'>): string | null {
  return (attemptOf(evidence)?.host ?? evidence.hosts[0])?.spec.host ?? null;
}

/** True for an address of this machine itself (RFC 1122, 3.2.1.3; RFC 4291, 2.5.3), sockets included. */
export const isLoopback = (address: string): boolean =>
  /^127\.|^[/@]/.test(address) || address === '::1' || /^::ffff:127\./i.test(address);

const REPEATED = ['service', 'host', 'hostaddr', 'port', 'dbname', 'user', 'sslmode', 'sslrootcert'] as const;

/**
 * The conninfo for a command of a help: what the given one says of the server, and `instead` for what is to be
 * otherwise (null: left out). Nothing secret.
 */
export function conninfoFor(
  { settings }: Evidence,
  instead: Readonly<Record<string, string | null>>,
): string {
  const pairs = new Map<string, string>();
  for (const name of REPEATED) {
    const setting = settings.get(name);
    const worthSaying = setting?.origin === 'conninfo' || (name === 'host' && setting?.origin === 'env');
    if (setting !== undefined && worthSaying && !setting.secret && setting.value !== '')
      pairs.set(name, setting.value);
  }
  for (const [name, value] of Object.entries(instead)) {
    if (value === null) pairs.delete(name);
    else pairs.set(name, value);
  }
  return [...pairs].map(([name, value]) => `${name}=${quoted(value)}`).join(' ');
}

/** Connection strings, "Keyword/Value Connection Strings" in the libpq manual. */
function quoted(value: string): string {
  return /[\s'\\]/.test(value) || value === '' ? `'${value.replace(/['\\]/g, '\\$&')}'` : value;
}
