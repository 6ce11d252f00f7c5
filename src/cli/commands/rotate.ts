import { NEWEST_MAJOR, OLDEST_MAJOR } from '../../postgres/options.js';
import type { Command } from '../command.js';
import { CATALOG, DOCTOR_CONCURRENCY, FILE, TARGETS } from '../options.js';

export const rotate: Command = {
  name: 'rotate',
  positional: { spec: '<provider>', name: 'provider', describe: 'a provider of the catalogue' },
  summary: "Add a provider's new roots, prove them, drop the old",
  options: {
    target: {
      type: 'string',
      array: true,
      value: 'CONNINFO',
      describe: 'the connection string of a server that must go on connecting',
    },
    targets: TARGETS,
    file: FILE,
    catalog: CATALOG,
    offline: { type: 'boolean', describe: 'never download; take the copy inside this package' },
    'require-download': { type: 'boolean', describe: 'never take the copy inside this package' },
    mirror: { type: 'string', value: 'URL', describe: 'download from URL/<id>.pem' },
    libpq: {
      type: 'number',
      value: 'MAJOR',
      describe: `whose rules to apply, ${OLDEST_MAJOR} to ${NEWEST_MAJOR}; default: that of your psql`,
    },
    concurrency: { type: 'number', value: 'N', describe: `servers at the same time (${DOCTOR_CONCURRENCY})` },
    'dry-run': { type: 'boolean', describe: 'ask the servers, say what would be done, and do nothing' },
    timeout: { type: 'number', value: 'SECONDS', describe: 'for each server; for downloads; for the lock' },
  },
  examples: [
    ["$0 rotate adobe --target 'host=… sslmode=verify-full'", 'one server'],
    ['$0 rotate azure --targets servers.txt', 'many: a connection string a line'],
    ['$0 rotate azure --targets servers.txt --dry-run', 'which of them still need the old root?'],
  ],
  run: async (context, args) => (await import('../on-demand.js')).runRotate(context, args),
};
