import { loadCatalog } from '../catalog/catalog.js';
import { nearest } from '../catalog/nearest.js';
import type { Provider } from '../catalog/types.js';
import { commandText } from '../core/command-line.js';
import type { Host } from '../core/host.js';
import { printable } from '../core/printable.js';
import { userHome } from '../doctor/files.js';
import { locate } from '../locate/location.js';
import { settingsRefused } from '../postgres/refusal.js';
import { type Resolved, resolveSettings } from '../postgres/settings.js';
import { CLIENTS, clientNamed } from '../snippet/clients/index.js';
import { defaultFiles } from '../snippet/default-files.js';
import { snippetFor } from '../snippet/snippet.js';
import type { Client, Values } from '../snippet/types.js';
import { type Filled, fillIn } from '../snippet/values.js';
import type { Args, Context, Outcome } from './command.js';
import { joined } from './conninfo.js';
import type { Paint } from './render/paint.js';
import { asTyped } from './render/typed.js';
import { majorOf } from './server-options.js';
import { usage } from './usage.js';

/** The work of `snippet`, apart from its command line. */
export async function runSnippet({ host }: Context, args: Args): Promise<Outcome> {
  const [id, ...words] = args.positional;
  if (id === undefined) return listOfClients();
  const client = clientNamed(id) ?? unknownClient(id);
  const [conninfo = '', surplus] = joined(words);
  if (surplus !== undefined) throw usage('snippet takes one conninfo', ['put it into quotes, as one word']);

  const { settings, hosts } = settingsOf(host, conninfo, await majorOf(host, args));
  const catalog = await loadCatalog(host, args.text('catalog'));
  const provider = catalog.forHost(hosts[0]?.host ?? '');
  const filled = fillIn({ settings, hosts, provider: provider?.id ?? null });

  const root = await rootFile(host, args.text('file'), settings.get('sslrootcert')?.value ?? '');
  const values = valuesOf(host, filled, root.path, root.isDefault);
  const known = { values, files: defaultFiles(host), isAdobe: filled.isAdobe };
  const snippet = snippetFor(client, known, (text) => asTyped(text, host.env));
  const notes = [...filled.notes, ...root.notes, ...missing(host, client, root, provider)];
  const aside = client.language.comment === null ? snippet.remarks : [];
  return {
    exitCode: 0,
    document: {
      client: client.id,
      title: client.title,
      language: client.language.name,
      text: `${snippet.text}\n`,
      reads: { path: snippet.path, byDefault: snippet.byDefault },
      requireVerifies: client.require.verifies,
      provider: provider?.id ?? null,
      placeholders: filled.placeholders,
      notes: [...snippet.remarks, ...notes],
      findings: filled.findings,
    },
    text: () => snippet.text,
    isVerbatim: true,
    notes: [...aside, ...notes],
    findings: filled.findings,
    findingsAreResult: false,
  };
}

function listOfClients(): Outcome {
  const width = Math.max(...CLIENTS.map(({ id }) => id.length));
  return {
    exitCode: 0,
    document: {
      clients: CLIENTS.map(({ id, title, place }) => ({ client: id, title, place })),
      findings: [],
    },
    text: (paint: Paint) =>
      CLIENTS.map(({ id, title }) => `${paint.bold(id.padEnd(width))}  ${title}`).join('\n'),
    notes: ["for one of them: pg-root-cert snippet NAME 'host=… dbname=… user=…'"],
    findings: [],
    findingsAreResult: false,
  };
}

function unknownClient(id: string): never {
  const named = nearest(
    id,
    CLIENTS.map((client) => ({ id: client.id, name: client.title })),
  );
  const spoken = CLIENTS.filter(({ language }) => language.name === id.toLowerCase());
  const likely = named.length > 0 ? named : spoken.map((client) => client.id);
  throw usage(`there is no client "${printable(id)}"`, [
    ...(likely.length === 0 ? [] : [`did you mean pg-root-cert snippet ${likely.join(', or ')}?`]),
    `clients: ${CLIENTS.map((client) => client.id).join(', ')}`,
  ]);
}

function settingsOf(host: Host, conninfo: string, major: number): Resolved {
  // libpq refuses where nothing names a user, not even the system; here it stands open then.
  const defaults = { user: host.user.name ?? 'USER' };
  const resolved = resolveSettings({ conninfo, host, homeFolder: userHome(host, major), major, defaults });
  if (!resolved.ok) throw settingsRefused(resolved.libpqMessage, conninfo);
  return resolved;
}

interface RootFile {
  readonly path: string;
  readonly isDefault: boolean;
  readonly notes: readonly string[];
}

/** `--file`, else what the connection names, else libpq's place. */
async function rootFile(host: Host, option: string | undefined, setting: string): Promise<RootFile> {
  const named = setting === '' || setting === 'system' ? undefined : setting;
  const { path, isDefault } = await locate(host, option ?? named);
  const notes =
    option === undefined && setting === 'system'
      ? ['sslrootcert=system, which few clients know, is not taken over: a file is named']
      : [];
  return { path, isDefault, notes };
}

function valuesOf(host: Host, filled: Filled, path: string, isDefault: boolean): Values {
  const { dir, name } = host.path.parse(path);
  const storeFile = host.path.join(dir, `${name}.p12`);
  const command = [
    ...['pg-root-cert', 'export', ...(isDefault ? [] : ['--file', path])],
    ...['--format', 'pkcs12', '--out', storeFile, '--password-file', 'PASSWORD_FILE'],
  ];
  return {
    ...filled,
    rootFile: path,
    storeFile,
    storeCommand: commandText(command, host.platform === 'win32'),
    platform: host.platform,
  };
}

/** A root file that is not there yet, and the command that makes it. */
function missing(host: Host, client: Client, root: RootFile, provider: Provider | null): string[] {
  if (!client.reads.named || isThere(host, root.path)) return [];
  const name = provider !== null && provider.roots.length > 0 ? provider.id : 'NAME';
  const command = ['pg-root-cert', 'install', name, ...(root.isDefault ? [] : ['--file', root.path])];
  const typed = commandText(command, host.platform === 'win32');
  return [`${printable(root.path)} is not there yet; to make it: ${typed}`];
}

/** True, too, where that cannot be found out. */
function isThere(host: Host, path: string): boolean {
  try {
    return host.files.lookThrough(path) !== null;
  } catch {
    return true;
  }
}
