import type { PgRootCertError } from '../../core/errors.js';
import type { Outcome } from '../command.js';

export function outcomeJson(command: string, outcome: Outcome): string {
  return text({ schemaVersion: 1, command, ok: outcome.exitCode === 0, ...outcome.document });
}

/** A failure's document: the fields that scripts look for are there, empty. */
export function errorJson(command: string, error: PgRootCertError): string {
  const { code, message, help, path, findings } = error;
  const told = { code, message, help };
  const changes = ['install', 'remove', 'undo'].includes(command);
  const target = {
    path,
    changed: false,
    added: [],
    removed: [],
    kept: [],
    backup: null,
    source: null,
    error: told,
  };
  return text({
    schemaVersion: 1,
    command,
    ok: false,
    error: told,
    ...(changes ? { targets: path === null ? [] : [target] } : {}),
    findings,
  });
}

function text(document: unknown): string {
  return `${JSON.stringify(document, null, 2)}\n`;
}
