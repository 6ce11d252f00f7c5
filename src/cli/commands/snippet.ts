import type { Command } from '../command.js';
import { CATALOG } from '../options.js';

export const snippet: Command = {
  name: 'snippet',
  positional: {
    spec: '[client] [conninfo]',
    name: 'client',
    describe:
      'a client, such as psql or jdbc; without one, the list of them. conninfo is a connection string; what it leaves open, the environment says',
  },
  summary: "Print a client's settings for verify-full, filled in",
  options: {
    file: { type: 'string', value: 'PATH', describe: "the root file to name, not libpq's root.crt" },
    catalog: CATALOG,
  },
  examples: [
    ["$0 snippet psql 'host=db.example.org dbname=app user=me'", 'for psql'],
    ['$0 snippet env postgresql://me@db.example.org/app > .env', 'a file, ready to use'],
    ['$0 snippet', 'all clients'],
  ],
  run: async (context, args) => (await import('../on-demand.js')).runSnippet(context, args),
};
