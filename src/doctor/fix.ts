import { onFile } from '../core/file-errors.js';
import type { Host } from '../core/host.js';
import { applyEdit } from '../install/apply.js';
import type { Change, Edit } from '../install/change.js';
import { installEdit } from '../install/edits.js';
import { type Narrowed, narrowOnWindows } from '../install/permissions-windows.js';
import { resolveSafely } from '../install/safe-path.js';
import { readBundle } from '../x509/bundle.js';
import type { Certificate } from '../x509/types.js';
import type { FixPlan } from './fix-plan.js';

/** What was done: the change of the root file, if there was one, and what others may no longer touch. */
export interface Fixed {
  readonly change: Change | null;
  readonly protectedKey: string | null;
  /** The root file and its folder on Windows, where their lists were too wide. */
  readonly narrowed: readonly Narrowed[];
}

/**
 * Carries a plan out, the root file by the same way as `install`: locked, backed up, journalled, so that `undo` takes it
 * back.
 *
 * @throws PgRootCertError what `applyEdit` and `narrowOnWindows` throw
 */
export async function applyFix(host: Host, plan: FixPlan, lockTimeoutMs: number): Promise<Fixed> {
  const { file, tighten, keyToProtect } = plan;
  const change = await fixRootFile(host, plan, lockTimeoutMs);
  const mayBeWide = host.platform === 'win32' && file !== null && (tighten || change !== null);
  return {
    change,
    protectedKey: keyToProtect === null ? null : protectKey(host, keyToProtect),
    narrowed: mayBeWide
      ? await narrowOnWindows(host, host.path.resolve(host.cwd, file), { mustKnow: tighten })
      : [],
  };
}

async function fixRootFile(host: Host, plan: FixPlan, lockTimeoutMs: number): Promise<Change | null> {
  const { file, rewriteWith, add, tighten } = plan;
  if (file === null || (rewriteWith === null && add === null && !tighten)) return null;
  const path = host.path.resolve(host.cwd, file);
  const added = add === null ? [] : [add.certificate];
  const edit =
    rewriteWith !== null
      ? rewriteEdit(path, added)
      : added.length > 0
        ? installEdit(path, added, false)
        : asItIs;
  const change = await applyEdit(host, { path, command: 'doctor', dryRun: false, lockTimeoutMs }, edit);
  return change.changed ? change : null;
}

const asItIs: Edit = (present) => ({ bytes: present, added: [], removed: [], kept: [] });

/** By what the file holds now: since it was looked at, another run may have mended it, or added to it. */
function rewriteEdit(path: string, added: readonly Certificate[]): Edit {
  return (present) => {
    const { problem, salvageable, certificates } = readBundle(present ?? new Uint8Array());
    const rewrites = problem !== null && salvageable;
    const wanted = rewrites ? [...certificates, ...added] : added;
    return wanted.length === 0 ? asItIs(present) : installEdit(path, wanted, rewrites)(present);
  };
}

/** libpq-rules 10: a key must be its owner's alone. */
function protectKey(host: Host, path: string): string {
  const { real } = resolveSafely(host, host.path.resolve(host.cwd, path));
  onFile('protect', real, () => host.files.setMode(real, 0o600));
  return real;
}
