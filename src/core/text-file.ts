import { onFile } from './file-errors.js';
import type { Host } from './host.js';

/**
 * The text of a file that somebody has named, from the present folder: UTF-8 with or without a byte order mark, which
 * editors on Windows write, or UTF-16 with one, which PowerShell 5 redirects to. `limit` is in bytes.
 *
 * @throws PgRootCertError a file error
 */
export function readText(host: Host, file: string, limit: number): string {
  const path = host.path.resolve(host.cwd, file);
  const bytes = onFile('read', path, () => host.files.read(path, limit));
  const isUtf16 = bytes[0] === 0xff && bytes[1] === 0xfe;
  return new TextDecoder(isUtf16 ? 'utf-16le' : 'utf-8').decode(bytes);
}
