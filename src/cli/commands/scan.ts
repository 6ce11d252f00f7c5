import type { Command } from '../command.js';
import { CATALOG, SCAN_MAX_FILES, SCAN_MAX_MB, SCAN_TIMEOUT_S, WARN_DAYS } from '../options.js';

export const scan: Command = {
  name: 'scan',
  positional: {
    spec: '[path…]',
    name: 'path',
    describe: 'files and folders; without any, this folder and the usual places of this machine',
  },
  summary: 'Find stale bundles and keystores in a file tree',
  options: {
    for: {
      type: 'string',
      array: true,
      value: 'PROVIDER',
      describe: "say what is missing of this provider, or of this host's provider",
    },
    'password-file': {
      type: 'string',
      value: 'FILE',
      describe: 'passwords of keystores, one a line, beside none, changeit and changeme',
    },
    catalog: CATALOG,
    'warn-days': WARN_DAYS,
    timeout: { type: 'number', value: 'SECONDS', describe: `for the whole scan (${SCAN_TIMEOUT_S})` },
    'max-files': { type: 'number', value: 'N', describe: `files to look at (${SCAN_MAX_FILES})` },
    'max-size': {
      type: 'number',
      value: 'MB',
      describe: `pass over texts and keystores larger than this (${SCAN_MAX_MB})`,
    },
  },
  examples: [
    ['$0 scan', 'this folder and the usual places'],
    ['$0 scan node_modules --for aws-rds', 'which regions do the packages here lack?'],
    ['$0 scan ./rootfs --json', "an unpacked container image's tree, for a script"],
  ],
  run: async (context, args) => (await import('../on-demand.js')).runScan(context, args),
};
