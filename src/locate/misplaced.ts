import { type Finding, finding, help } from '../core/findings.js';
import type { Host } from '../core/host.js';
import { homeFolder, roamingFolder } from './homes.js';

/** Places that vendors' own documentation names and where libpq never looks, with who names them. */
function wrongPlaces(host: Host): readonly { path: string; namedBy: string }[] {
  const { join } = host.path;
  const found: { path: string; namedBy: string }[] = [];
  if (host.platform === 'win32') {
    const roaming = roamingFolder(host);
    const profile = host.env.USERPROFILE;
    if (roaming) found.push({ path: join(roaming, '.postgresql', 'root.crt'), namedBy: "CockroachDB's pages" });
    if (profile) found.push({ path: join(profile, '.postgresql', 'root.crt'), namedBy: "Yandex Cloud's pages; of all clients only asyncpg reads it" });
    return found;
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
  return wrongPlaces(host)
    .filter(({ path }) => host.files.lookThrough(path)?.kind === 'file')
    .map(({ path, namedBy }) =>
      finding('misplaced-root-crt', `${path} is not where libpq looks`, {
        notes: [`libpq reads ${rightPath}`, `the other place is named by ${namedBy}`],
        help: [
          help(
            'if you know where its certificates are from, compare their fingerprints with the vendor and add them',
            [['pg-root-cert', 'install', path, '--sha256', 'SHA256']],
            'review',
          ),
        ],
      }),
    );
}
