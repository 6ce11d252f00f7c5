import { errnoOf } from '../core/file-errors.js';
import type { Host } from '../core/host.js';
import { FILE_LIMIT } from '../install/limits.js';
import { readBundle } from '../x509/bundle.js';
import { findInstalled, findJava, findPsql, findPython } from './find-programs.js';
import { findProjects } from './find-projects.js';
import { Look } from './look.js';
import { readsOf, rootFilesOf } from './reads.js';
import { type Managed, type RootFile, serve } from './serves.js';
import type { ClientState } from './types.js';

export interface ClientsHere {
  readonly clients: readonly ClientState[];
  /** False where there was more to look at than a run looks at. */
  readonly complete: boolean;
}

/**
 * The PostgreSQL clients on this machine, and whether the present state serves each. It looks at names and a few small
 * files in the places where each system keeps such things, and starts none of them.
 */
export async function clientsHere(host: Host, managed: Managed): Promise<ClientsHere> {
  const look = new Look(host);
  const found = [findPsql, findPython, findJava, findProjects, findInstalled].flatMap((find) => find(look));
  const files = await rootFilesOf(host, found);
  const at = new Map([[managed.path, managed as RootFile]]);
  for (const client of found) {
    const path = readsOf(client, files);
    if (path !== null && path !== 'system' && !at.has(path)) at.set(path, rootFile(host, path));
  }
  return { clients: serve(found, files, managed, at), complete: look.complete };
}

function rootFile(host: Host, path: string): RootFile {
  let exists = false;
  try {
    exists = host.files.lookThrough(path) !== null;
    if (!exists) return { exists, roots: [] };
    const { certificates, problem } = readBundle(host.files.read(path, FILE_LIMIT));
    const roots = problem === null ? certificates.filter((each) => each.selfIssued) : [];
    return { exists, roots: roots.map(({ sha256 }) => sha256) };
  } catch (error) {
    if (errnoOf(error) === null) throw error;
    return { exists, roots: [] };
  }
}
