import type { Command } from '../command.js';
import { AUDIT_TIMEOUT_S, CATALOG, FILE } from '../options.js';

export const audit: Command = {
  name: 'audit',
  positional: {
    spec: '<conninfo>',
    name: 'conninfo',
    describe:
      "a URI or keyword/value string; '' for what the environment says (PGHOST …). The password comes from it, " +
      'PGPASSWORD, .pgpass or the terminal; sslmode is verify-full unless you say another',
  },
  summary: 'Log in to a server and show who uses TLS, and how',
  options: {
    file: { ...FILE, describe: "judge the server by this file, not libpq's root.crt" },
    catalog: CATALOG,
    timeout: {
      type: 'number',
      value: 'SECONDS',
      describe: `to reach the server, and to ask it (${AUDIT_TIMEOUT_S} each)`,
    },
  },
  examples: [
    ["$0 audit 'host=db.example.org dbname=app user=me'", 'as a table'],
    ['$0 audit postgresql://me@db.example.org/app --json', 'the same for a script'],
  ],
  run: async (context, args) => (await import('../on-demand.js')).runAudit(context, args),
};
