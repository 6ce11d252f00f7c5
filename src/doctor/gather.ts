import type { Host } from '../core/host.js';
import { type HostSpec, parseIntParam } from '../postgres/host-list.js';
import { lookup } from '../postgres/lookup.js';
import {
  type ProbeLimits,
  type ProbePlan,
  type ProbeQuestion,
  probeAddress,
  unixSocketPath,
} from '../postgres/probe.js';
import type { Handshake, Probe, TlsProbe } from '../postgres/probe-types.js';
import type { Resolved, Settings } from '../postgres/settings.js';
import { startupOptionsOf } from '../postgres/startup-options.js';
import { serverNameOf, type TlsSettings, tlsVersionOf } from '../postgres/tls.js';
import type { Evidence, HostEvidence, RootFile, SslMode } from './evidence.js';
import { readClientFiles, userHome } from './files.js';
import { type Missing, replay } from './verdict-replay.js';

export interface GatherOptions {
  /** libpq's major version, 12 to 18. */
  readonly major: number;
  readonly limits: ProbeLimits;
  readonly signal?: AbortSignal;
  /** What to judge by in place of the root file that was found: the one that a change would make of it, say. */
  readonly rootFile?: (found: RootFile) => RootFile;
}

/**
 * The evidence for one target: the client's files, the addresses of its hosts, and what their servers answer. The
 * verdict itself says what libpq would do next, and only that is done: so user and database name go out only where
 * libpq with these settings would send them, in plain text only where the sslmode permits it, the client certificate
 * only to a server that passes, and the next address is tried only where libpq would.
 * Throws PgRootCertError where a file is too large or cannot be read, and the signal's reason.
 */
export async function gather(host: Host, resolved: Resolved, options: GatherOptions): Promise<Evidence> {
  const { major } = options;
  const { settings } = resolved;
  const files = await readClientFiles(host, settings, { major, homeFolder: userHome(host, major) });
  let evidence: Evidence = {
    major,
    settings,
    sslmode: (settings.get('sslmode')?.value ?? 'prefer') as SslMode,
    files: { ...files, root: options.rootFile?.(files.root) ?? files.root },
    hosts: resolved.hosts.map((spec) => ({ spec, addresses: [], lookupErrno: null, probes: [] })),
    now: host.now(),
    windows: host.platform === 'win32',
  };
  const done = new Set<string>();
  for (;;) {
    const ending = replay(evidence, evidence.sslmode);
    if (ending.connects !== null) return evidence;
    const { missing } = ending;
    const step = missing.what === 'addresses' ? `${missing.host}` : `${missing.host} ${missing.address}`;
    if (done.has(step)) return evidence;
    done.add(step);
    evidence = await supply(host, evidence, missing, options);
  }
}

async function supply(
  host: Host,
  evidence: Evidence,
  missing: Missing,
  options: GatherOptions,
): Promise<Evidence> {
  const known = evidence.hosts[missing.host];
  if (known === undefined) return evidence;
  const { spec } = known;
  if (missing.what === 'addresses') {
    return withHost(evidence, missing.host, { ...known, ...(await addressesOf(host, spec, options.limits)) });
  }
  const withProbe = (probe: Probe): Evidence =>
    withHost(evidence, missing.host, { ...known, probes: [...known.probes, probe] });
  const { address } = missing;
  const plan = planFor(missing, spec, (probe) => withProbe(probe));
  return withProbe(await probeAddress(host, questionFor(host, evidence, { spec, address, plan, options })));
}

/** The evidence with the host at this place changed. */
export const withHost = (evidence: Evidence, place: number, changed: HostEvidence): Evidence => ({
  ...evidence,
  hosts: evidence.hosts.map((host, at) => (at === place ? changed : host)),
});

async function addressesOf(
  host: Host,
  spec: HostSpec,
  limits: ProbeLimits,
): Promise<Pick<HostEvidence, 'addresses' | 'lookupErrno'>> {
  if (spec.unixSocket) {
    return { addresses: [unixSocketPath(spec.host ?? '', spec.port ?? 0)], lookupErrno: null };
  }
  const { addresses, errno } = await lookup(host, spec.hostaddr ?? spec.host ?? '', limits.totalMs);
  return { addresses, lookupErrno: errno };
}

/** What libpq would do next, as it is found out: whether what is missing after this much is what is asked about. */
export function planFor(
  missing: Exclude<Missing, { what: 'addresses' }>,
  { port }: HostSpec,
  withProbe: (probe: Probe) => Evidence,
): ProbePlan {
  const { address } = missing;
  let probe: Probe = { address, port: port ?? 0, connectErrno: null, tls: null, plain: null };
  const wants = (what: Missing['what'], news: Partial<Probe>): boolean => {
    probe = { ...probe, ...news };
    const evidence = withProbe(probe);
    const ending = replay(evidence, evidence.sslmode);
    return (
      ending.connects === null &&
      ending.missing.what === what &&
      ending.missing.what !== 'addresses' &&
      ending.missing.address === address
    );
  };
  const shaken = (handshake: Handshake): TlsProbe => ({ answer: { kind: 'S' }, handshake, startup: null });
  return {
    first: missing.what === 'plain' ? 'plain' : 'tls',
    mayIdentify: (chain) =>
      wants('tls', { tls: shaken({ ok: false, kind: 'withheld', reason: 'withheld', chain }) }),
    mayStartup: (_chain, handshake) => wants('tls-startup', { tls: shaken(handshake) }),
    plainAfterTls: (tls) => wants('plain', { tls }),
    tlsAfterPlain: (plain) => wants('tls', { plain }),
  };
}

/** What one server is asked at one address by these settings. */
export function questionFor(
  host: Host,
  { settings, major, files }: Evidence,
  {
    spec,
    address,
    plan,
    options,
  }: { spec: HostSpec; address: string; plan: ProbePlan; options: GatherOptions },
): ProbeQuestion {
  const value = (name: string): string => settings.get(name)?.value ?? '';
  return {
    address,
    port: spec.port ?? 0,
    user: value('user'),
    dbname: value('dbname'),
    startupOptions: startupOptionsOf(settings, host.env),
    negotiation: major >= 17 && value('sslnegotiation') === 'direct' ? 'direct' : 'postgres',
    tls: {
      ...tlsVersions(settings),
      identity: files.client.identity,
      serverName: serverNameOf(spec.host, value('sslsni') || '1', major),
      alpn: major >= 17,
    },
    plan,
    limits: within(options.limits, value('connect_timeout')),
    ...(options.signal === undefined ? {} : { signal: options.signal }),
  };
}

/** libpq takes connect_timeout for whole seconds, at least two, and for each address anew (`pqConnectDBComplete`). */
function within(limits: ProbeLimits, connectTimeout: string): ProbeLimits {
  const seconds = parseIntParam(connectTimeout) ?? 0;
  const totalMs = seconds > 0 ? Math.min(limits.totalMs, Math.max(seconds, 2) * 1000) : limits.totalMs;
  return { ...limits, totalMs };
}

function tlsVersions(settings: Settings): Pick<TlsSettings, 'minVersion' | 'maxVersion'> {
  const bound = (name: string) => tlsVersionOf(settings.get(name)?.value ?? '');
  return {
    minVersion: bound('ssl_min_protocol_version') ?? 'TLSv1',
    maxVersion: bound('ssl_max_protocol_version') ?? 'TLSv1.3',
  };
}
