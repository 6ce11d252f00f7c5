import { type Help, help } from '../core/findings.js';
import { type RootFiles, readsOf, requireVerifies } from './reads.js';
import type { ClientState, FoundClient } from './types.js';

/** A root file as clients meet it. */
export interface RootFile {
  readonly exists: boolean;
  /** SHA-256 of the self-signed certificates in it; none where it cannot be read or parsed. */
  readonly roots: readonly string[];
}

/** The file that this tool manages, which the clients shall be served by. */
export interface Managed extends RootFile {
  readonly path: string;
  /** What a command needs to name it; nothing for libpq's own. */
  readonly option: readonly string[];
  /** Those that no catalogue knows: they are installed elsewhere only with their SHA-256. */
  readonly unknown: readonly string[];
}

/** Whether each client, given nothing but `sslmode=verify-full`, trusts all that root.crt holds; and what is missing. */
export function serve(
  found: readonly FoundClient[],
  files: RootFiles,
  managed: Managed,
  at: ReadonlyMap<string, RootFile>,
): readonly ClientState[] {
  return found.map((client): ClientState => {
    const reads = readsOf(client, files);
    const file = (reads === null ? undefined : at.get(reads)) ?? { exists: false, roots: [] };
    const served = managed.roots.length > 0 && managed.roots.every((root) => file.roots.includes(root));
    const verifies = requireVerifies(client, reads === 'system' || file.exists ? reads : null);
    const lack = served ? { missing: null, help: [] } : lackOf(client, reads, file, { managed, files });
    return { ...client, reads, served, requireVerifies: verifies, ...lack };
  });
}

function lackOf(
  { id }: FoundClient,
  reads: string | null,
  file: RootFile,
  { managed, files }: { managed: Managed; files: RootFiles },
): { missing: string; help: readonly Help[] } {
  const bySettings = (missing: string) => ({
    missing,
    help: [help('the settings that it needs', [['pg-root-cert', 'snippet', id, ...managed.option]])],
  });
  if (!managed.exists) {
    const install = help('install a root', [['pg-root-cert', 'install', ...managed.option]]);
    return { missing: `${managed.path} does not exist`, help: [install] };
  }
  if (managed.roots.length === 0)
    return { missing: `${managed.path} holds no root that can be read`, help: [] };
  if (reads === null) return bySettings('it reads no root.crt by itself: its settings must name the file');
  if (reads === 'system') return bySettings("PGSSLROOTCERT or a service makes it read the system's roots");
  if (reads === files.namedSystem)
    return bySettings('it takes the word system in PGSSLROOTCERT for the name of a file');
  const pins = managed.unknown.flatMap((sha256) => ['--sha256', sha256]);
  const install = ['pg-root-cert', 'install', managed.path, ...pins, '--file', reads];
  return {
    missing: `it reads ${reads}, which ${file.exists ? 'lacks a root of this file' : 'does not exist'}`,
    help: [help('install the same roots there', [install], 'review')],
  };
}
