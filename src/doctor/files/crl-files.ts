import type { Host } from '../../core/host.js';
import { type Crl, crlFolderName, readCrls } from '../../x509/crl.js';
import type { CrlFiles, RootFile } from '../evidence.js';
import { hashedFiles } from './hashed-folder.js';
import { defaultFile, type FilesQuestion, givenFile } from './named-file.js';
import { openFile } from './open.js';

const DER_SEQUENCE = 0x30;

/**
 * `sslcrl` and `sslcrldir`, or the default root.crl where neither is given. libpq looks at them only once a root file
 * has loaded. Checking is on where the file, if one is named, loads (certificates in it do, too); a folder counts as
 * loaded whatever is in it, and even where it is not there, so that every chain then lacks its CRLs.
 * Sources: `initialize_SSL` in fe-secure-openssl.c; X509_STORE_load_locations (crypto/x509/x509_d2.c).
 * Throws PgRootCertError `file-too-large`.
 */
export function readCrlFiles(question: FilesQuestion, root: RootFile): CrlFiles {
  const { host, settings } = question;
  const folders = settings.get('sslcrldir')?.value || null;
  const given = givenFile(question, 'sslcrl');
  const named = given ?? (folders === null ? defaultFile(question, 'root.crl') : null);
  const bytes = named && openFile(host, named.at).bytes;
  const content = bytes && readCrls(bytes);

  const fileLoads = named === null || content?.loads === true;
  const isAsked = named !== null || folders !== null;
  const active = root.kind === 'present' && root.loads && isAsked && fileLoads;
  return {
    file: named && {
      path: named.path,
      isDefault: named.isDefault,
      present: bytes !== null,
      der: bytes?.[0] === DER_SEQUENCE,
    },
    folder: folders,
    loaded: active ? [...(content?.crls ?? []), ...crlsIn(host, folders ?? '')] : [],
    certificates: active ? (content?.certificates ?? []) : [],
    active,
  };
}

/**
 * The lists that OpenSSL would find in the folders by their issuers' hashes. A file that does not load ends the search
 * among those of its hash; libpq then prints PEM's reason, `SSL error: no start line`, for a chain that needs it.
 */
function crlsIn(host: Host, folders: string): readonly Crl[] {
  return hashedFiles(host, folders, 'crl').flatMap((files) => {
    const crls: Crl[] = [];
    for (const file of files) {
      const { bytes } = openFile(host, file);
      const content = bytes && readCrls(bytes);
      if (!content?.loads) break;
      crls.push(...content.crls.filter((crl) => host.path.basename(file).startsWith(crlFolderName(crl))));
    }
    return crls;
  });
}
