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

/** A failure's document: the fields that scripts look for are there, empty. */
export function errorJson(command: string, error: PgRootCertError): string {
  const { path, findings } = error;
  const changes = ['install', 'remove', 'undo', 'export', 'rotate'].includes(command);
  return text({
    schemaVersion: 1,
    command,
    ok: false,
    error: errorDocument(error),
    ...(changes ? { targets: path === null ? [] : [failedTarget(path, error)] } : {}),
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
