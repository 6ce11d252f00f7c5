import type { Catalog } from '../../catalog/types.js';
import { commandText } from '../../core/command-line.js';
import { printable } from '../../core/printable.js';
import { count } from '../../core/words.js';
import type { Change } from '../../install/change.js';
import type { Certificate } from '../../x509/types.js';
import type { Paint } from './paint.js';

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
  const list = (certificates: readonly Certificate[]) =>
    certificates.map((each) => certificateDocument(catalog, each));
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
export function changeText(
  change: Change,
  options: {
    dryRun: boolean;
    paint: Paint;
    from?: readonly string[];
    undo?: readonly string[];
    /** What to call a change that no certificate tells of. */
    deed?: string;
  },
): string {
  const { dryRun, paint, from = [], undo } = options;
  const lines = [
    ...change.added.map((each) => certificateLine(paint.green('+'), each)),
    ...change.removed.map((each) => certificateLine(paint.red('-'), each)),
  ];
  const deed = deedOf(change, lines.length > 0, options.deed);
  return [
    `${dryRun ? paint.cyan('dry run') : paint.green('ok')}: ${change.path} ${dryRun ? `would be ${deed}` : `was ${deed}`}`,
    ...lines,
    ...(change.added.length === 0 ? [] : from.map((each) => `  ${each}`)),
    ...(change.kept.length > 0
      ? [`  ${count(change.kept.length, 'other certificate')} ${dryRun ? 'would stay' : 'kept'}`]
      : []),
    ...(change.backup === null ? [] : [`  backup: ${change.backup}`]),
    ...(dryRun || undo === undefined
      ? []
      : [paint.dim(`  take it back: ${commandText(undo, paint.windows)}`)]),
  ].join('\n');
}

function deedOf(change: Change, exchanged: boolean, otherwise = 'tidied'): string {
  if (change.after === null) return 'deleted';
  if (change.before === null) return 'written';
  if (exchanged) return 'changed';
  return change.tightened ? "protected from others' changes" : otherwise;
}

function certificateLine(sign: string, certificate: Certificate): string {
  return [
    `  ${sign} ${printable(certificate.name)}, valid until ${certificate.notAfter.toISOString().slice(0, 10)}`,
    `      SHA-256 ${certificate.sha256}`,
  ].join('\n');
}
