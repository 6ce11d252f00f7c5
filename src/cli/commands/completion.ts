import { loadCatalog } from '../../catalog/catalog.js';
import { CODES } from '../../core/codes.js';
import { CLIENT_IDS } from '../../snippet/ids.js';
import type { Args, Command, Context, Outcome } from '../command.js';
import { type Completions, SHELLS } from '../completion-scripts.js';
import { GLOBAL_OPTIONS } from '../options.js';
import { usage } from '../usage.js';

export const completion: Command = {
  name: 'completion',
  positional: { spec: '[shell]', name: 'shell', describe: 'bash, zsh or fish; default: that of $SHELL' },
  summary: 'Print a shell completion script',
  options: {},
  examples: [
    ['source <($0 completion bash)', 'in ~/.bashrc'],
    ['source <($0 completion zsh)', 'in ~/.zshrc'],
    ['$0 completion fish > ~/.config/fish/completions/pg-root-cert.fish', 'once'],
  ],
  run,
};

async function run({ host, commands }: Context, args: Args): Promise<Outcome> {
  const shell = args.positional[0] ?? host.path.basename(host.env.SHELL ?? 'bash');
  const script = SHELLS.get(shell);
  if (script === undefined)
    throw usage(`there is no completion for "${shell}"`, [`shells: ${[...SHELLS.keys()].join(', ')}`]);
  const catalog = await loadCatalog(host);
  const completions: Completions = {
    commands: commands.map(({ name, summary, options }) => ({
      name,
      summary,
      options: Object.keys({ ...options, ...GLOBAL_OPTIONS, help: 0 }),
    })),
    providers: catalog.providers.filter(({ roots }) => roots.length > 0).map(({ id }) => id),
    roots: catalog.roots.map(({ id }) => id),
    codes: Object.keys(CODES),
    clients: CLIENT_IDS,
  };
  const text = script(completions);
  return {
    exitCode: 0,
    document: { shell, script: text },
    text: () => text.trimEnd(),
    findings: [],
    findingsAreResult: true,
  };
}
