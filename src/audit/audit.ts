import type { Catalog } from '../catalog/types.js';
import type { Finding } from '../core/findings.js';
import type { Host } from '../core/host.js';
import { attemptOf, handshakeOf, nameOf, startupOf } from '../doctor/connection.js';
import { type DiagnoseOptions, type Judged, judge, withRootFile } from '../doctor/diagnose.js';
import { gather } from '../doctor/gather.js';
import { openSession } from '../doctor/session.js';
import type { Resolved } from '../postgres/settings.js';
import { startupOptionsOf } from '../postgres/startup-options.js';
import { auditFindings } from './findings.js';
import { login } from './login.js';
import { passwordFor } from './password.js';
import { askServer } from './questions.js';
import { refusalOf, refusalOfRequest } from './refusal.js';
import { type AuditReport, reportOf } from './report.js';
import { auditSettings, RULES_OF } from './settings.js';

export type AuditOptions = Omit<DiagnoseOptions, 'major'>;

export interface Audit {
  readonly report: AuditReport;
  readonly connection: ConnectionFacts;
  readonly findings: readonly Finding[];
}

/** How the audit itself was connected. */
export interface ConnectionFacts {
  readonly address: string;
  readonly port: number;
  readonly sslmode: string;
  /** null: without TLS. */
  readonly tls: { readonly version: string; readonly cipher: string } | null;
}

/**
 * Logs in to a server and asks it for its sessions. First the doctor says whether libpq would come so far, without
 * logging in; then a second connection is judged by the same rules, and only over that one the password goes out.
 *
 * @throws PgRootCertError `settings-refused`, `setting-unsupported`, `host-unreachable`, `server-not-verified`,
 *   `login-failed`, `audit-failed`, a file error
 */
export async function audit(
  host: Host,
  catalog: Catalog,
  conninfo: string,
  options: AuditOptions,
): Promise<Audit> {
  const windows = host.platform === 'win32';
  const { resolved: given, instead } = auditSettings(host, conninfo);
  const resolved = withRootFile(given, options.file);
  const { settings } = resolved;
  const gathering = { ...options, major: RULES_OF };
  const seen = await gather(host, resolved, gathering);
  const judged = await judge(host, catalog, seen, options);
  const { attempt, asked } = welcomed(judged, windows);
  const refused = refusalOfRequest(seen, asked);
  if (refused !== null) throw refused;
  const { password, findings } = await passwordFor(host, settings, attempt.host.spec, asked);

  const { stream, evidence } = await openSession(host, seen, gathering);
  if (stream === null) throw refusalOf(await judge(host, catalog, evidence, options), windows);
  const handshake = handshakeOf(evidence);
  const value = (name: string): string => settings.get(name)?.value ?? '';
  const connected = await login({
    stream,
    tls: handshake !== null,
    user: value('user'),
    dbname: value('dbname'),
    startupOptions: startupOptionsOf(settings, host.env),
    asked,
    password,
    channelBinding: channelBindingOf(resolved),
    withinMs: options.limits.totalMs,
  });
  const answers = await askServer(connected).finally(connected.end);
  const report = reportOf(answers, nameOf(attempt.host.spec));
  return {
    report,
    connection: {
      address: attempt.probe.address,
      port: attempt.probe.port,
      sslmode: value('sslmode'),
      tls: handshake?.ok ? { version: handshake.version, cipher: handshake.cipher } : null,
    },
    findings: [...auditFindings(report), ...ofThisConnection(judged, instead), ...findings],
  };
}

/** The server that would let libpq in, and what it asks for. @throws PgRootCertError as `refusalOf` says */
function welcomed(judged: Judged, windows: boolean) {
  const { evidence, verdict } = judged.context;
  const attempt = attemptOf(evidence);
  const startup = startupOf(evidence);
  if (verdict.connects !== true || attempt === null || startup?.kind !== 'authentication')
    throw refusalOf(judged, windows);
  return { attempt, asked: { method: startup.method, mechanisms: startup.mechanisms ?? [] } };
}

function channelBindingOf({ settings }: Resolved): 'disable' | 'prefer' | 'require' {
  const value = settings.get('channel_binding')?.value;
  return value === 'disable' || value === 'require' ? value : 'prefer';
}

/** Of what the doctor found, what concerns this very connection: errors, and an sslmode that makes not sure. */
function ofThisConnection({ checked }: Judged, instead: string | null): Finding[] {
  return checked.findings
    .filter(({ code, severity }) => severity === 'error' || code === 'weak-sslmode')
    .map((each) =>
      each.code === 'weak-sslmode' && instead !== null
        ? {
            ...each,
            notes: [
              `sslmode=${instead} was taken for require: audit never goes on in plain text unasked`,
              ...each.notes,
            ],
          }
        : each,
    );
}
