import type { Host } from '../core/host.js';
import { nameOf } from '../doctor/connection.js';
import { withRootFile } from '../doctor/diagnose.js';
import type { Evidence, RootFile } from '../doctor/evidence.js';
import { userHome } from '../doctor/files.js';
import { type GatherOptions, gather } from '../doctor/gather.js';
import { changed, readsFile } from '../doctor/impact.js';
import { judgeChain } from '../doctor/judged-chain.js';
import { forMany } from '../doctor/many.js';
import { verdictFor } from '../doctor/verdict.js';
import type { ProbeLimits } from '../postgres/probe.js';
import { redactConninfo } from '../postgres/redact-conninfo.js';
import { type Resolved, resolveSettings } from '../postgres/settings.js';

/** One server of a target: libpq is content with the first that answers, a proof is not. */
export interface Server {
  /** The target's conninfo, without passwords. */
  readonly target: string;
  /** How messages name the server: the target, and its host where it has several. */
  readonly name: string;
  /** Its name or address; null where it may hold a part of a password. */
  readonly host: string | null;
  readonly resolved: Resolved;
}

/** How a server stands with some content of the root file. */
export interface Look {
  /** libpq's verdict with the target's own settings. */
  readonly connects: boolean | null;
  /** It would go by way of TLS. */
  readonly byTls: boolean;
  /** The server passes verification by this file, whatever the sslmode. null: that is not known. */
  readonly verified: boolean | null;
  /** Where nothing is known: why. */
  readonly because: 'other-file' | 'no-tls' | 'other-trouble' | null;
  /** The SHA-256 of the root that the chain ends at; null where it does not verify. */
  readonly anchor: string | null;
  readonly libpqMessage: string | null;
}

export interface ProveOptions {
  /** libpq's major version, 12 to 18. */
  readonly major: number;
  readonly limits: ProbeLimits;
  readonly concurrency: number;
  /** The file that is rotated, absolute. */
  readonly path: string;
  readonly isDefault: boolean;
}

export type ServersOf =
  | { readonly ok: true; readonly servers: readonly Server[] }
  | { readonly ok: false; readonly libpqMessage: string };

/** The servers of a target, or libpq's refusal of its settings. @throws PgRootCertError a service file's error */
export function serversOf(host: Host, conninfo: string, options: ProveOptions): ServersOf {
  const { major, path, isDefault } = options;
  const resolved = resolveSettings({ conninfo, host, homeFolder: userHome(host, major), major });
  if (!resolved.ok) return resolved;
  const target = redactConninfo(conninfo);
  const withFile = withRootFile(resolved, isDefault ? undefined : path);
  const several = resolved.hosts.length > 1;
  const servers = resolved.hosts.map((spec): Server => {
    const name = several ? `${target} (${nameOf(spec)}:${spec.port ?? '?'})` : target;
    const host = spec.secret ? null : (spec.host ?? spec.hostaddr);
    return { target, name, host, resolved: { ...withFile, hosts: [spec] } };
  });
  return { ok: true, servers };
}

/** Asks every server, with the file as it is, or as `after` would make it (null: gone). */
export async function lookAtAll(
  host: Host,
  servers: readonly Server[],
  options: ProveOptions,
  after: { readonly bytes: Uint8Array | null } | null,
  onDone: (done: number) => void,
): Promise<readonly Look[]> {
  const { major, limits, path, concurrency } = options;
  const looks: Look[] = [];
  const gathering = {
    major,
    limits,
    ...(after === null
      ? {}
      : { rootFile: (found: RootFile) => changed(host, found, { path, after: after.bytes }) }),
  };
  const look = ({ resolved }: Server) => lookAtEach(host, resolved, gathering, path);
  await forMany(servers, concurrency, look, (one) => {
    looks.push(one);
    onDone(looks.length);
  });
  return looks;
}

/** Behind one name; of more than these nothing is proved. */
const MOST_ADDRESSES = 32;

/**
 * A server at each of its addresses. libpq is content with the first that answers, but behind another there may be a
 * machine that has not moved yet. An address where nobody is proves nothing, and keeps nothing.
 */
async function lookAtEach(
  host: Host,
  resolved: Resolved,
  gathering: GatherOptions,
  path: string,
): Promise<Look> {
  const evidence = await gather(host, resolved, gathering);
  const looks = [judge(host, evidence, path)];
  const others = evidence.hosts.flatMap(({ spec, addresses, probes }) =>
    addresses
      .filter((address) => !probes.some((probe) => probe.address === address))
      .map((address) => ({ ...spec, hostaddr: address })),
  );
  for (const spec of others.slice(0, MOST_ADDRESSES)) {
    const other = await gather(host, { ...resolved, hosts: [spec] }, gathering);
    if (!isNobody(other)) looks.push(judge(host, other, path));
  }
  const worst = looks.reduce((one, next) => (rank(next) < rank(one) ? next : one));
  const connects = looks.map((look) => look.connects);
  const isUnknown = others.length > MOST_ADDRESSES && worst.verified === true;
  return {
    ...worst,
    connects: connects.includes(false) ? false : connects.includes(null) ? null : true,
    byTls: looks.every(({ byTls }) => byTls),
    ...(isUnknown ? { verified: null, because: 'other-trouble' } : {}),
  };
}

/** A server that fails first, then one of which nothing is known. */
const rank = ({ verified }: Look): number => [false, null, true].indexOf(verified);

const isNobody = ({ hosts }: Evidence): boolean =>
  hosts.every(({ probes }) =>
    probes.every(({ connectErrno }) => connectErrno !== null && connectErrno !== 'ETIMEDOUT'),
  );

/**
 * A proof is libpq's verdict for verify-ca, or for verify-full where the target asks for it, out of the same evidence:
 * what comes after TLS (pg_hba.conf, a busy server) says nothing about roots.
 */
function judge(host: Host, evidence: Evidence, path: string): Look {
  const { connects, libpqMessage } = verdictFor(evidence, evidence.sslmode);
  const byTls = verdictFor(evidence, 'require').connects === true;
  const strict = verdictFor(evidence, evidence.sslmode === 'verify-full' ? 'verify-full' : 'verify-ca');
  const passed = strict.connects === true || strict.stage === 'startup';
  const failed = strict.stage === 'certificate' || strict.stage === 'hostname';
  const because = uselessness();
  const verified = because === null ? passed : null;
  const chain = verified === true ? judgeChain(evidence) : null;
  return {
    connects,
    byTls,
    verified,
    because,
    anchor: chain?.trusted ? (chain.path.at(-1)?.sha256 ?? null) : null,
    libpqMessage: libpqMessage ?? strict.libpqMessage,
  };

  function uselessness(): Look['because'] {
    if (strict.connects === null || evidence.hosts.some(({ spec }) => spec.unixSocket)) return 'no-tls';
    if (!readsFile(host, evidence.files.root, path)) return 'other-file';
    return passed || failed ? null : 'other-trouble';
  }
}

/** It connected before, and does not after; or it would go on in plain text. */
export const stops = (before: Look | undefined, after: Look): boolean =>
  before !== undefined &&
  ((before.connects === true && after.connects !== true) || (before.byTls && !after.byTls));
