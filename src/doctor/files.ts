import type { Host } from '../core/host.js';
import type { Settings } from '../postgres/settings.js';
import type { ClientFiles } from './evidence.js';
import { readClientCertificate } from './files/client-certificate.js';
import { readCrlFiles } from './files/crl-files.js';
import type { FilesQuestion } from './files/named-file.js';
import { readRootFile } from './files/root-file.js';

export { userHome } from './files/named-file.js';
export { rootFileRefusal } from './files/root-file.js';

/**
 * The client's files as libpq of this major finds them for these settings: the root file, the CRLs, the client
 * certificate with its key. `homeFolder` is `userHome`'s. What libpq refuses is in the result, word for word; paths
 * are spelled as libpq spells them, so that a relative one counts from the working directory.
 * Source: `initialize_SSL` in fe-secure-openssl.c.
 * Throws PgRootCertError `file-too-large`.
 */
export async function readClientFiles(
  host: Host,
  settings: Settings,
  { major, homeFolder }: Pick<FilesQuestion, 'major' | 'homeFolder'>,
): Promise<ClientFiles> {
  const question = { host, settings, major, homeFolder };
  const root = readRootFile(question);
  return { root, crl: readCrlFiles(question, root), client: readClientCertificate(question) };
}
