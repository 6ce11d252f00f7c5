import { PgRootCertError } from '../core/errors.js';
import { onFile } from '../core/file-errors.js';
import type { Host } from '../core/host.js';
import { readText } from '../core/text-file.js';
import { likelyBuild } from '../postgres/libpq-build.js';
import { listServices, serviceFiles } from '../postgres/service-file.js';

const LIMIT = 4 * 1024 * 1024;
export const MOST_TARGETS = 100_000;

/**
 * The targets of a file: a conninfo a line; blank lines and those that begin with `#` are passed over.
 *
 * @throws PgRootCertError `usage`, or a file error
 */
export function readTargets(host: Host, file: string): string[] {
  const path = host.path.resolve(host.cwd, file);
  if (onFile('look at', path, () => host.files.lookThrough(path)) === null) {
    throw usage(`there is no file ${path}`, 'write a conninfo a line into it, such as host=db.example.org');
  }
  const targets = readText(host, file, LIMIT)
    .split(/\r?\n/)
    .map((line) => line.trim())
    .filter((line) => line !== '' && !line.startsWith('#'));
  if (targets.length === 0)
    throw usage(`${path} names no target`, 'write a conninfo a line, such as host=db.example.org');
  if (targets.length > MOST_TARGETS)
    throw usage(`${path} names more than ${MOST_TARGETS} targets`, 'split the file');
  return targets;
}

/** A conninfo for each service of the service files that libpq reads, in their order. */
export function serviceTargets(host: Host, homeFolder: string | null, major: number): string[] {
  const files = serviceFiles({ host, homeFolder, major, build: likelyBuild(host) });
  const names = files.flatMap(({ path }) => {
    const at = host.path.resolve(host.cwd, path);
    if (onFile('look at', at, () => host.files.lookThrough(at)) === null) return [];
    return listServices(
      onFile('read', at, () => host.files.read(at, LIMIT)),
      { major },
    ).map(({ name }) => name);
  });
  return [...new Set(names)].map((name) => `service=${quoted(name)}`);
}

const quoted = (value: string): string =>
  /^[\w.-]+$/.test(value) ? value : `'${value.replace(/['\\]/g, '\\$&')}'`;

function usage(message: string, help: string): PgRootCertError {
  return new PgRootCertError('usage', message, { help: [help] });
}
