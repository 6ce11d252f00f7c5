import type { PgRootCertError } from '../../core/errors.js';
import type { Outcome } from '../command.js';

export function outcomeJson(command: string, outcome: Outcome): string {
  const { error, exitCode, document } = outcome;
  const ok = exitCode === 0 && error === undefined;
  return text({
    schemaVersion: 1,
    command,
    ok,
    ...(error === undefined ? {} : { error: told(error) }),
    ...document,
  });
}

/** A failure's document: the fields that scripts look for are there, empty. */
export function errorJson(command: string, error: PgRootCertError): string {
  const { path, findings } = error;
  const changes = ['install', 'remove', 'undo', 'rotate'].includes(command);
  const target = {
    path,
    changed: false,
    added: [],
    removed: [],
    kept: [],
    backup: null,
    source: null,
    error: told(error),
  };
  return text({
    schemaVersion: 1,
    command,
    ok: false,
    error: told(error),
    ...(changes ? { targets: path === null ? [] : [target] } : {}),
    findings,
  });
}

const told = ({ code, message, help }: PgRootCertError) => ({ code, message, help });

function text(document: unknown): string {
  return `${JSON.stringify(document, null, 2)}\n`;
}
