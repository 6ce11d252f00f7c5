import { FORMATS } from '../../export/types.js';
import type { Command } from '../command.js';
import { DRY_RUN } from '../options.js';
import { SOURCE_OPTIONS } from '../sources.js';

export const exportCommand: Command = {
  name: 'export',
  positional: {
    spec: '[source…]',
    name: 'source',
    describe: 'as for install; none means what is in root.crt',
  },
  summary: 'Write roots as keystore, PEM or DER for other clients',
  options: {
    format: { type: 'string', value: FORMATS.join('|'), describe: "without it, FILE's name says it" },
    out: { type: 'string', value: 'FILE', describe: 'the file to write; one that is there is added to' },
    'password-file': {
      type: 'string',
      value: 'FILE',
      describe: 'its first line is the password of the store',
    },
    ...SOURCE_OPTIONS,
    file: {
      type: 'string',
      value: 'PATH',
      describe: "where no source is named: this file, not libpq's root.crt",
    },
    'dry-run': DRY_RUN,
  },
  examples: [
    ['$0 export --out truststore.p12', 'what is in root.crt, for Java'],
    ['$0 export azure --format jks --out old.jks', 'for old Java'],
    ['$0 export aws-rds --format der --out roots/', 'a file for each certificate'],
  ],
  run: async (context, args) => (await import('../on-demand.js')).runExport(context, args),
};
