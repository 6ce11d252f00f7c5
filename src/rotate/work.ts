import type { Catalog, Provider } from '../catalog/types.js';
import type { Finding } from '../core/findings.js';
import type { Host } from '../core/host.js';
import type { Change } from '../install/change.js';
import type { SourceOptions } from '../install/sources.js';
import { undo } from '../install/undo.js';
import type { Location } from '../locate/location.js';
import type { Certificate } from '../x509/types.js';
import { breaks, type Seen, type Words } from './findings.js';
import { type Look, lookAtAll, type ProveOptions, type Server } from './prove.js';

export interface RotateOptions extends Omit<ProveOptions, 'path' | 'isDefault'> {
  readonly provider: Provider;
  readonly servers: readonly Server[];
  readonly sources: Omit<SourceOptions, 'requests' | 'pins' | 'vouched'>;
  readonly dryRun: boolean;
  /** For the lock. */
  readonly lockTimeoutMs: number;
  readonly onProgress: (file: Content, done: number, total: number) => void;
}

/** The content of the file that a proof is about. */
export type Content = 'as-it-was' | 'old-and-new' | 'without-old';

export type Step =
  | {
      readonly step: 'prove';
      readonly file: Content;
      /** True where the servers were asked with the file in place, false with what it would be. */
      readonly inPlace: boolean;
      readonly servers: number;
      readonly verified: number;
    }
  | {
      readonly step: 'add' | 'remove' | 'put-back';
      readonly certificates: readonly Certificate[];
      readonly backup: string | null;
    };

/** A rotation under way: what it goes by, and what has come of it so far. */
export interface Work {
  readonly host: Host;
  readonly catalog: Catalog;
  readonly location: Location;
  readonly options: RotateOptions;
  readonly steps: Step[];
  readonly findings: Finding[];
  /** From what was there at first to what is there now, or with `dryRun` would be. */
  change: Change;
  before: readonly Look[];
  withBoth: readonly Look[];
  withoutOld: readonly Look[];
}

/** Asks all servers, with the file as it is, or with `bytes` in its place. */
export async function prove(work: Work, file: Content, bytes?: Uint8Array | null): Promise<readonly Look[]> {
  const { host, location, options, steps } = work;
  const { servers } = options;
  if (servers.length === 0) return [];
  const how = { ...options, path: location.path, isDefault: location.isDefault };
  const after = bytes === undefined ? null : { bytes };
  const looks = await lookAtAll(host, servers, how, after, (done) =>
    options.onProgress(file, done, servers.length),
  );
  const verified = looks.filter((look) => look.verified === true).length;
  steps.push({ step: 'prove', file, inPlace: after === null, servers: servers.length, verified });
  return looks;
}

/**
 * The change that was made last is taken back, so that `change` is there: better old roots than a client that is cut
 * off.
 *
 * @throws PgRootCertError what `undo` throws
 */
export async function putBack(work: Work, stopped: readonly Seen[], change: Change): Promise<void> {
  const { host, location, options, steps, findings } = work;
  const { path } = location;
  const broken = (isBack: boolean) =>
    breaks(stopped, options.servers.length, isBack ? 'back' : 'not-back', wordsOf(work));
  try {
    const back = await undo(host, { path, dryRun: false, lockTimeoutMs: options.lockTimeoutMs });
    steps.push({ step: 'put-back', certificates: back.added, backup: back.backup });
    findings.push(broken(true));
    work.change = change;
  } catch (error) {
    findings.push(broken(false));
    throw error;
  }
}

/** The servers with a look that is like this. */
export function seen(
  { options: { servers } }: Work,
  looks: readonly Look[],
  isSo: (look: Look, at: number) => boolean,
): Seen[] {
  return servers.flatMap((server, at) => {
    const look = looks[at];
    return look !== undefined && isSo(look, at) ? [{ server, look }] : [];
  });
}

export const howOf = ({
  location: { path },
  options: { dryRun, lockTimeoutMs },
}: Pick<Work, 'location' | 'options'>) => ({
  path,
  command: 'rotate',
  dryRun,
  lockTimeoutMs,
});

export const wordsOf = ({ location: { path }, options }: Work): Words => ({
  provider: options.provider.id,
  path,
});
