import { errnoOf } from '../core/file-errors.js';
import { type Finding, finding, help } from '../core/findings.js';
import type { Host } from '../core/host.js';
import { readBundle } from '../x509/bundle.js';
import { homeFolder, roamingFolder } from './homes.js';

const LIMIT = 1024 * 1024;

/** Places that vendors' own documentation names and where libpq never looks, with who names them. */
function wrongPlaces(host: Host): readonly { path: string; namedBy: string }[] {
  const { join } = host.path;
  if (host.platform === 'win32') {
    const roaming = roamingFolder(host);
    const profile = host.env.USERPROFILE;
    return [
      ...(roaming
        ? [{ path: join(roaming, '.postgresql', 'root.crt'), namedBy: "CockroachDB's pages" }]
        : []),
      ...(profile
        ? [
            {
              path: join(profile, '.postgresql', 'root.crt'),
              namedBy: "Yandex Cloud's pages; of all clients only asyncpg reads it",
            },
          ]
        : []),
    ];
  }
  const home = homeFolder(host);
  if (home === null) return [];
  return [
    { path: join(home, 'postgresql', 'root.crt'), namedBy: "Adobe's pages" },
    { path: join(home, '.postgres', 'root.crt'), namedBy: "Supabase's pages" },
  ];
}

/** A finding for each file that somebody put where a vendor's page said, in vain. */
export function misplacedFindings(host: Host, rightPath: string): Finding[] {
  const found = wrongPlaces(host).flatMap((place) => {
    const sha256s = sha256sIn(host, place.path);
    return sha256s === null ? [] : [{ ...place, sha256s }];
  });
  if (found.length === 0) return [];
  const there = new Set(sha256sIn(host, rightPath) ?? []);
  return found.map(({ path, namedBy, sha256s }) => {
    const known = sha256s.length > 0 && sha256s.every((each) => there.has(each));
    return finding('misplaced-root-crt', `${path} is not where libpq looks`, {
      notes: [`libpq reads ${rightPath}`, `the other place is named by ${namedBy}`],
      help: known
        ? [help('all that it holds is in the right file too: it may be deleted', [], 'review')]
        : [
            help(
              'if you know where its certificates are from, compare their SHA-256 with the vendor and add them',
              [['pg-root-cert', 'install', path, '--sha256', 'SHA256']],
              'review',
            ),
          ],
    });
  });
}

/** null where no file is there, or none that may be looked at. */
function sha256sIn(host: Host, path: string): string[] | null {
  try {
    if (host.files.lookThrough(path)?.kind !== 'file') return null;
    return readBundle(host.files.read(path, LIMIT)).certificates.map(({ sha256 }) => sha256);
  } catch (error) {
    if (errnoOf(error) === null) throw error;
    return null;
  }
}
