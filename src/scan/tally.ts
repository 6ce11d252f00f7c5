/** A limit that left something out, by the name that the finding words. */
export type Limit = 'time' | 'files' | 'total-bytes' | 'bundles' | 'depth' | 'file-size';

export interface Limits {
  /** Milliseconds since 1970; nothing is begun after it. */
  readonly until: number;
  /** Regular files that are looked at. */
  readonly files: number;
  /** Bytes of a file that may be a bundle; larger ones are left out. */
  readonly fileBytes: number;
  /** Bytes read in all. */
  readonly totalBytes: number;
  /** Files with certificates that are kept in memory. */
  readonly bundles: number;
  /** Folders in folders, below where a walk starts. */
  readonly depth: number;
}

export const FIXED_LIMITS = {
  totalBytes: 8 * 1024 ** 3,
  bundles: 20_000,
  depth: 100,
} as const;

const MOST_NAMED = 20;

/** How many there were, and the first few by their path. */
export interface Named {
  count: number;
  readonly paths: string[];
}

/** What a scan looked at, and what it left out and why: nothing is passed over in silence. */
export interface Tally {
  files: number;
  folders: number;
  bytes: number;
  /** Links, none of which is followed. */
  links: number;
  /** Devices, pipes, sockets. */
  special: number;
  /** Folders of other file systems. */
  readonly mounts: Named;
  readonly unreadable: Named;
  /** What each limit left out; for one that ended the scan, where it was. */
  readonly limits: Map<Limit, Named>;
}

export function newTally(): Tally {
  return {
    files: 0,
    folders: 0,
    bytes: 0,
    links: 0,
    special: 0,
    mounts: { count: 0, paths: [] },
    unreadable: { count: 0, paths: [] },
    limits: new Map(),
  };
}

export function name(named: Named, path: string): void {
  named.count++;
  if (named.paths.length < MOST_NAMED) named.paths.push(path);
}

export function leaveOut(tally: Tally, limit: Limit, path: string): void {
  const named = tally.limits.get(limit) ?? { count: 0, paths: [] };
  tally.limits.set(limit, named);
  name(named, path);
}
