import { NEWEST_MAJOR, OLDEST_MAJOR } from '../../postgres/options.js';
import type { Command } from '../command.js';
import { CATALOG, DOCTOR_CONCURRENCY, DOCTOR_TIMEOUT_S, FILE, TARGETS, WARN_DAYS } from '../options.js';

export const doctor: Command = {
  name: 'doctor',
  positional: {
    spec: '[conninfo…]',
    name: 'conninfo',
    describe: 'a URI or keyword/value string; without one, what the environment says (PGHOST …)',
  },
  summary: 'Say what libpq would do and why, and repair it',
  options: {
    fix: { type: 'boolean', describe: 'repair what can be repaired here, and prove it' },
    trust: {
      type: 'string',
      array: true,
      value: 'SHA256',
      describe: 'with --fix: an unknown root that you answer for',
    },
    'all-services': { type: 'boolean', describe: 'every service of pg_service.conf' },
    targets: TARGETS,
    concurrency: {
      type: 'number',
      value: 'N',
      describe: `targets at the same time (${DOCTOR_CONCURRENCY})`,
    },
    libpq: {
      type: 'number',
      value: 'MAJOR',
      describe: `whose rules to apply, ${OLDEST_MAJOR} to ${NEWEST_MAJOR}; default: that of your psql`,
    },
    file: FILE,
    catalog: CATALOG,
    'warn-days': WARN_DAYS,
    timeout: { type: 'number', value: 'SECONDS', describe: `for each target (${DOCTOR_TIMEOUT_S})` },
  },
  examples: [
    ["$0 doctor 'host=db.example.org sslmode=verify-full'", 'why does it fail?'],
    ['$0 doctor --fix postgresql://me@db.example.org/app', 'mend it'],
    ['$0 doctor --libpq 14 service=adobe', 'by the rules of psql 14'],
    ['$0 doctor --targets servers.txt', 'many at once'],
  ],
  run: async (context, args) => (await import('../on-demand.js')).runDoctor(context, args),
};
