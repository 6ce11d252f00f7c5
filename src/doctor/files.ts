import type { Host, HostFiles } from '../core/host.js';
import { roamingFolder } from '../locate/homes.js';
import { ansiCodePage, isAscii, pathFault } from '../locate/libpq-path.js';
import type { Settings } from '../postgres/settings.js';
import type { ClientFiles } from './evidence.js';
import { readClientCertificate } from './files/client-certificate.js';
import { readCrlFiles } from './files/crl-files.js';
import type { FilesQuestion } from './files/named-file.js';
import { readRootFile } from './files/root-file.js';

export { userHome } from './files/named-file.js';
export { rootFileRefusal } from './files/root-file.js';

/** The code page that paths are read by; null where no path needs it. */
async function codePageFor(host: Host, settings: Settings): Promise<number | null> {
  if (host.platform !== 'win32') return null;
  const paths = [roamingFolder(host) ?? '', host.cwd, ...[...settings.values()].map(({ value }) => value)];
  return paths.every(isAscii) ? null : ansiCodePage(host);
}

/** A Host without the files that libpq cannot open by their paths. */
function hiding(host: Host, faultOf: (at: string) => string | null): Host {
  const own = host.files;
  const files = new Proxy(own, {
    get: (_own, name: keyof HostFiles) => {
      if (name === 'lookThrough') return (at: string) => (faultOf(at) === null ? own.lookThrough(at) : null);
      if (name === 'read') {
        return (at: string, limit: number) => {
          if (faultOf(at) === null) return own.read(at, limit);
          throw Object.assign(new Error(at), { code: 'ENOENT' });
        };
      }
      return own[name].bind(own);
    },
  });
  return { ...host, files };
}

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
  const codePage = await codePageFor(host, settings);
  const faultOf = (at: string): string | null => (host.platform === 'win32' ? pathFault(at, codePage) : null);
  const question = { host: hiding(host, faultOf), settings, major, homeFolder };
  const root = readRootFile(question);
  const fault = root.kind === 'absent' ? faultOf(host.path.resolve(host.cwd, root.path)) : null;
  return {
    root: root.kind === 'absent' && fault !== null ? { ...root, fault } : root,
    crl: readCrlFiles(question, root),
    client: readClientCertificate(question),
  };
}
