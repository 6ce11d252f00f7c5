import { audit } from '../audit/audit.js';
import { loadCatalog } from '../catalog/catalog.js';
import type { Args, Context, Outcome } from './command.js';
import { joined, locationOf } from './conninfo.js';
import { AUDIT_TIMEOUT_S, DEFAULT_WARN_DAYS } from './options.js';
import { auditDocument, auditText } from './render/audit.js';
import { limitsOf } from './server-options.js';
import { usage } from './usage.js';

/** Audit's work, apart from its command line. */
export async function runAudit({ host }: Context, args: Args): Promise<Outcome> {
  const [conninfo, ...others] = joined(args.positional);
  if (conninfo === undefined || others.length > 0) {
    throw usage(conninfo === undefined ? 'audit needs a conninfo' : 'audit takes one server', [
      "pg-root-cert audit 'host=db.example.org dbname=app user=me'",
      "where the environment says all (PGHOST …): pg-root-cert audit ''",
    ]);
  }
  const catalog = await loadCatalog(host, args.text('catalog'));
  const catalogFile = args.text('catalog');
  const file = args.text('file');
  const done = await audit(host, catalog, conninfo, {
    limits: limitsOf(args.amount('timeout') ?? AUDIT_TIMEOUT_S),
    warnDays: DEFAULT_WARN_DAYS,
    location: await locationOf(host, file),
    ...(catalogFile === undefined ? {} : { catalogFile }),
    ...(file === undefined ? {} : { file: host.path.resolve(host.cwd, file) }),
  });
  return {
    exitCode: 0,
    document: auditDocument(done),
    text: (paint) => auditText(done, paint),
    findings: done.findings,
    findingsAreResult: true,
  };
}
