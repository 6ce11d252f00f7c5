import { DEFAULT_ROOT } from '../../install/sources.js';
import type { Command } from '../command.js';
import { CATALOG, FOR } from '../options.js';

export const script: Command = {
  name: 'script',
  positional: {
    spec: '[root…]',
    name: 'root',
    describe: `a root or provider of the catalogue (${DEFAULT_ROOT})`,
  },
  summary: 'Print an installer (POSIX sh) for use without Node',
  options: {
    for: FOR,
    catalog: CATALOG,
  },
  examples: [
    ['$0 script > install.sh', 'then, elsewhere: sh install.sh'],
    ['$0 script azure | ssh me@laptop sh', 'straight to another machine'],
  ],
  run: async (context, args) => (await import('../on-demand.js')).runScript(context, args),
};
