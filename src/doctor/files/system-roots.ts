import type { Host } from '../../core/host.js';
import { readBundle } from '../../x509/bundle.js';
import { toText } from '../../x509/pem.js';
import type { Certificate } from '../../x509/types.js';
import { hashedFiles } from './hashed-folder.js';
import { openFile, statFile } from './open.js';

/** OPENSSLDIR, the folder of `cert.pem` and `certs`: Debian's, Red Hat's, that of the rest, Homebrew's two. */
const UNIX_FOLDERS = ['/usr/lib/ssl', '/etc/pki/tls', '/etc/ssl'];
const HOMEBREW_FOLDERS = ['/opt/homebrew/etc/openssl@3', '/usr/local/etc/openssl@3'];
const WINDOWS_FOLDERS = ['C:\\Program Files\\Common Files\\SSL'];

/** On macOS /etc/ssl/cert.pem is Apple's own and always there, so who has Homebrew's is asked first. */
const FOLDERS = {
  win32: WINDOWS_FOLDERS,
  darwin: [...HOMEBREW_FOLDERS, ...UNIX_FOLDERS],
  unix: [...UNIX_FOLDERS, ...HOMEBREW_FOLDERS],
} as const;

/** Where distributions keep all their roots in one file, should OpenSSL's own folder hold none. */
const BUNDLES = [
  '/etc/ssl/certs/ca-certificates.crt',
  '/etc/pki/tls/certs/ca-bundle.crt',
  '/etc/ssl/ca-bundle.pem',
  '/etc/ssl/cert.pem',
];

/**
 * The roots of `sslrootcert=system`: OPENSSLDIR/cert.pem, or the file that SSL_CERT_FILE names, and the folder
 * OPENSSLDIR/certs, or those that SSL_CERT_DIR names. What cannot be read adds nothing. OPENSSLDIR is compiled into
 * OpenSSL, so where it lies is a guess by the system's custom.
 * Sources: X509_STORE_set_default_paths (crypto/x509/x509_d2.c), by_file.c and by_dir.c beside it.
 */
export function systemRoots(host: Host): readonly Certificate[] {
  const { SSL_CERT_FILE, SSL_CERT_DIR } = host.env;
  const folder = opensslFolder(host);
  const file = SSL_CERT_FILE ?? (folder && host.path.join(folder, 'cert.pem'));
  const folders = SSL_CERT_DIR ?? (folder && host.path.join(folder, 'certs'));
  const paths = [
    ...(file ? [host.path.resolve(host.cwd, file)] : []),
    ...hashedFiles(host, folders ?? '', 'certificate').flat(),
  ];
  const roots = readAll(host, paths);
  if (roots.length > 0 || SSL_CERT_FILE !== undefined || SSL_CERT_DIR !== undefined) return roots;
  const bundle = BUNDLES.find((path) => statFile(host, path).facts?.kind === 'file');
  return bundle === undefined ? [] : readAll(host, [bundle]);
}

function opensslFolder(host: Host): string | null {
  const folders = FOLDERS[host.platform === 'win32' || host.platform === 'darwin' ? host.platform : 'unix'];
  const holdsRoots = (folder: string): boolean =>
    ['cert.pem', 'certs'].some((name) => statFile(host, host.path.join(folder, name)).facts !== null);
  return folders.find(holdsRoots) ?? null;
}

function readAll(host: Host, paths: readonly string[]): readonly Certificate[] {
  const bySha256 = new Map<string, Certificate>();
  const texts: string[] = [];
  for (const path of paths) {
    const { bytes } = openFile(host, path);
    if (bytes === null) continue;
    // Distributions keep each root twice, in the one file and in the folder; parsing is what takes the time.
    const text = toText(bytes).trim();
    if (text !== '' && texts.some((known) => known.includes(text))) continue;
    const { certificates, problem } = readBundle(bytes);
    if (problem !== null) continue;
    texts.push(text);
    for (const certificate of certificates) bySha256.set(certificate.sha256, certificate);
  }
  return [...bySha256.values()];
}
