import type { PgRootCertError } from '../../core/errors.js';
import type { Outcome } from '../command.js';

export function outcomeJson(command: string, outcome: Outcome): string {
  const { error, exitCode, document } = outcome;
  const ok = exitCode === 0 && error === undefined;
  return text({
    schemaVersion: 1,
    command,
    ok,
    ...(error === undefined ? {} : { error: errorDocument(error) }),
    ...document,
  });
}

/** What a failure leaves empty: the fields that scripts look for are there all the same. */
const EMPTY: Readonly<Record<string, Readonly<Record<string, unknown>>>> = {
  status: { certificates: [] },
  verify: { certificates: [] },
  doctor: { target: null, verdict: null, chain: [], fixed: [] },
  rotate: { steps: [], proofs: [] },
  scan: { files: [] },
};

/** The document of a failure that came before any result. */
export function errorJson(command: string, error: PgRootCertError, dryRun: boolean): string {
  const { path, findings } = error;
  const changes = ['install', 'remove', 'undo', 'export', 'rotate'].includes(command);
  return text({
    schemaVersion: 1,
    command,
    ok: false,
    error: errorDocument(error),
    ...(changes ? { targets: path === null ? [] : [failedTarget(path, error)], dryRun } : {}),
    ...EMPTY[command],
    findings,
  });
}

/** A file that was to be changed, and was not. */
export const failedTarget = (path: string, error: PgRootCertError) => ({
  path,
  changed: false,
  added: [],
  removed: [],
  kept: [],
  backup: null,
  source: null,
  error: errorDocument(error),
});

export const errorDocument = ({ code, message, help }: PgRootCertError) => ({ code, message, help });

function text(document: unknown): string {
  return `${JSON.stringify(document, null, 2)}\n`;
}
