import type { Look } from './look.js';
import type { FoundClient, FoundId } from './types.js';

const MOST_LEVELS = 12;
const VERSION = /^\d[\w.+-]{0,30}$/;

const NODE_PACKAGES = [
  ['pg', 'node-postgres'],
  ['postgres', 'postgres.js'],
  ['@prisma/client', 'prisma'],
] as const satisfies readonly (readonly [string, FoundId])[];

/** Libraries by what the files of other languages' projects say of them; the version is the first group. */
const MENTIONED: readonly { file: RegExp; id: FoundId; name: string; says: RegExp }[] = [
  { file: /^go\.mod$/, id: 'pgx', name: 'pgx', says: /\bgithub\.com\/jackc\/pgx(?:\/v\d+)? v(\S{1,30})/ },
  { file: /^go\.mod$/, id: 'lib-pq', name: 'lib/pq', says: /\bgithub\.com\/lib\/pq v(\S{1,30})/ },
  { file: /^Gemfile\.lock$/, id: 'ruby', name: 'Ruby pg', says: /^ {4}pg \((\d[^)\s-]{0,30})/m },
  { file: /^Cargo\.lock$/, id: 'sqlx', name: 'sqlx', says: /^name = "sqlx"\r?\nversion = "([^"]{1,30})"/m },
  {
    file: /\.csproj$/,
    id: 'npgsql',
    name: 'Npgsql',
    says: /<PackageReference[^<>]{0,200}"Npgsql(?:\.EntityFrameworkCore\.PostgreSQL)?"[^<>]{0,50}Version="([^"]{1,30})"/,
  },
];

/** What the project of the present folder uses: its files, and those of the folders above it up to the home. */
export function findProjects(look: Look): FoundClient[] {
  const { path, cwd } = look.host;
  const found: FoundClient[] = [];
  let folder = cwd;
  for (let level = 0; level < MOST_LEVELS; level += 1) {
    const names = look.list(folder);
    for (const client of [...inNode(look, folder, names), ...mentioned(look, folder, names)]) {
      // The nearest folder has the say: a library further up is another project's, or the same one's.
      if (!found.some(({ id }) => id === client.id)) found.push(client);
    }
    const above = path.dirname(folder);
    if (above === folder) break;
    folder = above;
  }
  return found;
}

function inNode(look: Look, where: string, names: readonly string[]): FoundClient[] {
  const manifest = names.includes('package.json')
    ? look.read(look.host.path.join(where, 'package.json'))
    : null;
  if (manifest === null && !names.includes('node_modules')) return [];
  const wanted = parsed(manifest);
  return NODE_PACKAGES.flatMap(([name, id]) => {
    const own = look.read(look.host.path.join(where, 'node_modules', name, 'package.json'));
    const isWanted = ['dependencies', 'devDependencies'].some((kind) => name in record(wanted[kind]));
    if (own === null && !isWanted) return [];
    const { version } = parsed(own);
    const known = typeof version === 'string' && VERSION.test(version) ? version : null;
    return [{ id, name: id === 'prisma' ? 'Prisma' : id, version: known, where }];
  });
}

function mentioned(look: Look, where: string, names: readonly string[]): FoundClient[] {
  return names.flatMap((file) => {
    const clients = MENTIONED.filter((each) => each.file.test(file));
    const text = clients.length === 0 ? null : look.read(look.host.path.join(where, file));
    return clients.flatMap(({ id, name, says }): FoundClient[] => {
      const version = says.exec(text ?? '')?.[1];
      if (version === undefined) return [];
      return [{ id, name, version: VERSION.test(version) ? version : null, where }];
    });
  });
}

function parsed(text: string | null): Readonly<Record<string, unknown>> {
  try {
    return record(JSON.parse(text ?? '{}'));
  } catch {
    return {};
  }
}

const record = (value: unknown): Readonly<Record<string, unknown>> =>
  typeof value === 'object' && value !== null ? (value as Record<string, unknown>) : {};
