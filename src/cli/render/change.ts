import type { Catalog } from '../../catalog/types.js';
import { printable } from '../../core/printable.js';
import type { Change } from '../../install/change.js';
import type { Certificate } from '../../x509/types.js';
import type { Paint } from './paint.js';

/** Where a root came from, as a person reads it. */
export const PAST = {
  download: 'downloaded, and checked against its pinned SHA-256',
  embedded: 'from the copy inside this package, checked against its pinned SHA-256',
  file: 'from your file',
  url: 'downloaded from your URL, and checked against your SHA-256',
} as const;

export function certificateDocument(catalog: Catalog, certificate: Certificate) {
  return {
    sha256: certificate.sha256,
    subject: certificate.subject,
    notAfter: certificate.notAfter.toISOString(),
    id: catalog.bySha256(certificate.sha256)?.id ?? null,
  };
}

/** With a dry run it says what would be. */
export function changeDocument(catalog: Catalog, change: Change) {
  const list = (certificates: readonly Certificate[]) => certificates.map((each) => certificateDocument(catalog, each));
  return {
    path: change.path,
    changed: change.changed,
    added: list(change.added),
    removed: list(change.removed),
    kept: list(change.kept),
    backup: change.backup,
  };
}

/** What was done to the file, or with `dryRun` would be. */
export function changeText(change: Change, options: { dryRun: boolean; paint: Paint; from?: string; undoable?: boolean }): string {
  const { dryRun, paint, from, undoable = true } = options;
  const lines = [
    ...change.added.map((each) => certificateLine(paint.green('+'), each)),
    ...change.removed.map((each) => certificateLine(paint.red('-'), each)),
  ];
  const deed =
    change.after === null
      ? 'deleted'
      : change.before === null
        ? 'written'
        : lines.length === 0
          ? change.tightened
            ? "protected from others' changes"
            : 'tidied'
          : 'changed';
  return [
    `${dryRun ? paint.cyan('dry run') : paint.green('ok')}: ${change.path} ${dryRun ? `would be ${deed}` : `was ${deed}`}`,
    ...lines,
    ...(from === undefined || change.added.length === 0 ? [] : [`  ${from}`]),
    ...(change.kept.length > 0 ? [`  ${change.kept.length} other certificate${change.kept.length === 1 ? '' : 's'} ${dryRun ? 'would stay' : 'kept'}`] : []),
    ...(change.backup === null ? [] : [`  before: ${change.backup}`]),
    ...(dryRun || !undoable ? [] : [paint.dim('  take it back: pg-root-cert undo')]),
  ].join('\n');
}

function certificateLine(sign: string, certificate: Certificate): string {
  return [
    `  ${sign} ${printable(certificate.name)}, valid until ${certificate.notAfter.toISOString().slice(0, 10)}`,
    `      SHA-256 ${certificate.sha256}`,
  ].join('\n');
}
