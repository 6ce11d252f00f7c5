import type { Host } from '../core/host.js';
import { samePath } from '../locate/location.js';
import type { ProbeLimits } from '../postgres/probe.js';
import { resolveSettings } from '../postgres/settings.js';
import { readBundle } from '../x509/bundle.js';
import type { Evidence, RootFile } from './evidence.js';
import { userHome } from './files.js';
import { gather } from './gather.js';
import { forMany } from './many.js';
import { verdictFor } from './verdict.js';

/** What a change of root.crt means for one target. */
export interface Impact {
  readonly target: string;
  /** Would libpq connect with the file as it is, and as it would be? null: not known. */
  readonly before: boolean | null;
  readonly after: boolean | null;
  /** With sslmode=prefer: it goes by way of TLS now, and would go in plain text. */
  readonly losesTls: boolean;
  /** What libpq would print after the change; null where it prints nothing. */
  readonly libpqMessage: string | null;
}

export interface ImpactOptions {
  readonly major: number;
  readonly limits: ProbeLimits;
  readonly concurrency: number;
  /** The changed file, absolute, and its bytes after the change; null: it goes. */
  readonly path: string;
  readonly after: Uint8Array | null;
}

/**
 * Tries each target (a conninfo) with root.crt as it is and as it would be. Nothing is written; a target that doesn't
 * read the changed file is asked all the same, and is the same before and after.
 *
 * @throws PgRootCertError a file error of a service file or a client's file
 */
export async function impactOn(
  host: Host,
  targets: readonly string[],
  options: ImpactOptions,
  onDone: (done: number) => void = () => {},
): Promise<readonly Impact[]> {
  const impacts: Impact[] = [];
  await forMany(
    targets,
    options.concurrency,
    (target) => impactOnOne(host, target, options),
    (impact) => {
      impacts.push(impact);
      onDone(impacts.length);
    },
  );
  return impacts;
}

async function impactOnOne(host: Host, target: string, options: ImpactOptions): Promise<Impact> {
  const { major, limits } = options;
  const resolved = resolveSettings({ conninfo: target, host, homeFolder: userHome(host, major), major });
  if (!resolved.ok)
    return { target, before: false, after: false, losesTls: false, libpqMessage: resolved.libpqMessage };
  const now = await gather(host, resolved, { major, limits });
  const before = verdictFor(now, now.sslmode);
  const then = await gather(host, resolved, {
    major,
    limits,
    rootFile: (found) => changed(host, found, options),
  });
  const after = verdictFor(then, then.sslmode);
  const goesByTls = (evidence: Evidence): boolean => verdictFor(evidence, 'require').connects === true;
  const losesTls =
    now.sslmode === 'prefer' &&
    before.connects === true &&
    after.connects !== false &&
    goesByTls(now) &&
    !goesByTls(then);
  return {
    target,
    before: before.connects,
    after: after.connects,
    losesTls,
    libpqMessage: after.libpqMessage,
  };
}

/** True where libpq would load this very file for these settings, be it there or not. */
export function readsFile(
  host: Host,
  found: RootFile,
  path: string,
): found is Extract<RootFile, { readonly kind: 'present' | 'absent' }> {
  if (found.kind !== 'present' && found.kind !== 'absent') return false;
  return samePath(host, host.path.resolve(host.cwd, found.path), path);
}

/** The root file as it would be, where it is the one that changes. */
export function changed(
  host: Host,
  found: RootFile,
  { path, after }: Pick<ImpactOptions, 'path' | 'after'>,
): RootFile {
  if (!readsFile(host, found, path)) return found;
  const { path: spelled, isDefault } = found;
  if (after === null) return { kind: 'absent', path: spelled, isDefault };
  const bundle = readBundle(after);
  const reason = bundle.problem?.reason ?? null;
  return { kind: 'present', path: spelled, isDefault, bundle, reason, loads: reason === null, facts: null };
}
