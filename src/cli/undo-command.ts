import type { Location } from '../locate/location.js';

/** The argv that takes a change of this file back. */
export function undoCommand({ path, isDefault }: Location): string[] {
  return ['pg-root-cert', 'undo', ...(isDefault ? [] : ['--file', path])];
}
