import { PgRootCertError } from '../core/errors.js';
import type { Host } from '../core/host.js';
import { redactUrl } from '../core/redact.js';
import { fetchBytes } from './fetch-bytes.js';

export interface SourceOptions {
  readonly host: Pick<Host, 'env'>;
  readonly timeoutMs: number;
}

/**
 * The bytes at an https address that a user named. Nothing stands in for them.
 * @throws {PgRootCertError} `usage` for any other address, `download-failed` for what `fetchBytes` cannot get.
 */
export async function fetchSource(url: string, { host, timeoutMs }: SourceOptions): Promise<Uint8Array> {
  if (!URL.canParse(url) || new URL(url).protocol !== 'https:') {
    throw new PgRootCertError('usage', `not an https address: ${redactUrl(url)}`, {
      help: ['download it by other means, and give the file instead'],
    });
  }
  return fetchBytes(url, { env: host.env, timeoutMs });
}
