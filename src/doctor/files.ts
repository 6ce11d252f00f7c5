import type { Host, HostFiles } from '../core/host.js';
import { roamingFolder } from '../locate/homes.js';
import { ansiCodePage, faultForLibpq, isAscii, pathFault } from '../locate/libpq-path.js';
import type { Settings } from '../postgres/settings.js';
import type { ClientFiles, RootFile } from './evidence.js';
import { readClientCertificate } from './files/client-certificate.js';
import { readCrlFiles } from './files/crl-files.js';
import type { FilesQuestion } from './files/named-file.js';
import { readRootFile } from './files/root-file.js';

export { userHome } from './files/named-file.js';
export { rootFileRefusal } from './files/root-file.js';

/** The code page that paths are read by; null where no path needs it. */
async function codePageFor(host: Host, settings: Settings): Promise<number | null> {
  const paths = [roamingFolder(host) ?? '', host.cwd, ...[...settings.values()].map(({ value }) => value)];
  return paths.every(isAscii) ? null : ansiCodePage(host);
}

/** A Host without the files that libpq for Windows cannot open by their paths. */
function hiding(host: Host, codePage: number | null): Host {
  const own = host.files;
  const faultOf = (at: string): string | null => pathFault(at, codePage);
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

async function withFault(host: Host, root: RootFile): Promise<RootFile> {
  const fault =
    root.kind === 'absent' ? await faultForLibpq(host, host.path.resolve(host.cwd, root.path)) : null;
  return root.kind === 'absent' && fault !== null ? { ...root, fault } : root;
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
  const opener = host.platform === 'win32' ? hiding(host, await codePageFor(host, settings)) : host;
  const question = { host: opener, settings, major, homeFolder };
  // All in one step, so that what is seen is one moment's.
  const root = readRootFile(question);
  const rest = { crl: readCrlFiles(question, root), client: readClientCertificate(question) };
  return { root: await withFault(host, root), ...rest };
}
