import { errnoOf } from '../../core/file-errors.js';
import type { Host } from '../../core/host.js';

const SUFFIX = { certificate: '', crl: 'r' } as const;

/**
 * The files that OpenSSL would find in folders made by `openssl rehash`: `HASH.0`, `HASH.1` … for certificates,
 * `HASH.r0` … for CRLs, one list per hash, each up to the first number that is missing. Other names it never opens,
 * and a folder that is not there is an empty one. Whether a name is the right hash is not looked at here.
 * Source: `add_cert_dir` and `get_cert_by_subject_ex` in OpenSSL's crypto/x509/by_dir.c.
 *
 * @param folders parted by `:`, on Windows by `;`
 */
export function hashedFiles(
  host: Host,
  folders: string,
  kind: keyof typeof SUFFIX,
): readonly (readonly string[])[] {
  const pattern = new RegExp(`^([0-9a-f]{8})\\.${SUFFIX[kind]}0$`);
  return folders
    .split(host.path.delimiter)
    .filter((folder) => folder !== '')
    .map((folder) => host.path.resolve(host.cwd, folder))
    .flatMap((folder) => {
      const names = new Set(namesIn(host, folder));
      const hashes = [...names].flatMap((name) => pattern.exec(name)?.[1] ?? []);
      return hashes.map((hash) => {
        const files: string[] = [];
        for (let n = 0; names.has(`${hash}.${SUFFIX[kind]}${n}`); n++) {
          files.push(host.path.join(folder, `${hash}.${SUFFIX[kind]}${n}`));
        }
        return files;
      });
    });
}

function namesIn(host: Host, folder: string): readonly string[] {
  try {
    return host.files.list(folder);
  } catch (error) {
    if (errnoOf(error) === null) throw error;
    return [];
  }
}
