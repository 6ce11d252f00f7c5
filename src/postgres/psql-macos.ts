import { NEWEST_MAJOR, OLDEST_MAJOR } from './options.js';

const MAJORS = Array.from({ length: NEWEST_MAJOR - OLDEST_MAJOR + 1 }, (_, index) => NEWEST_MAJOR - index);

/**
 * Where macOS has a psql that the search path does not lead to: Homebrew keeps libpq and the servers with a version in
 * their name off it ("keg-only"), Postgres.app and EDB's installer leave it to the user. The likeliest first.
 */
export const MAC_PSQL: readonly string[] = [
  ...['/opt/homebrew/opt', '/usr/local/opt'].flatMap((brew) =>
    ['libpq', ...MAJORS.map((major) => `postgresql@${major}`)].map((keg) => `${brew}/${keg}/bin/psql`),
  ),
  '/Applications/Postgres.app/Contents/Versions/latest/bin/psql',
  ...MAJORS.map((major) => `/Library/PostgreSQL/${major}/bin/psql`),
];
