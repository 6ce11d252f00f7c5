import { PgRootCertError } from '../core/errors.js';
import type { Host } from '../core/host.js';
import { userHome } from '../doctor/files.js';
import { NEWEST_MAJOR } from '../postgres/options.js';
import { settingsRefused } from '../postgres/refusal.js';
import { type Resolved, resolveSettings } from '../postgres/settings.js';

/** libpq's rules that count: audit is a client of its own, so the newest. */
export const RULES_OF = NEWEST_MAJOR;

export interface AuditSettings {
  readonly resolved: Resolved;
  /** The sslmode that was asked for and is taken for `require`, as it would permit plain text unasked; else null. */
  readonly instead: 'allow' | 'prefer' | null;
}

/**
 * The settings of a conninfo as libpq reads them, but verify-full where nothing says an sslmode.
 *
 * @throws PgRootCertError `settings-refused`, `setting-unsupported`, a file error of a service file
 */
export function auditSettings(host: Host, conninfo: string): AuditSettings {
  const resolved = resolveSettings({
    conninfo,
    host,
    homeFolder: userHome(host, RULES_OF),
    major: RULES_OF,
    defaults: { sslmode: 'verify-full' },
  });
  if (!resolved.ok) throw settingsRefused(resolved.libpqMessage, conninfo);
  refuseUnsupported(resolved);
  const sslmode = resolved.settings.get('sslmode');
  if (sslmode?.value !== 'allow' && sslmode?.value !== 'prefer') return { resolved, instead: null };
  const settings = new Map(resolved.settings).set('sslmode', { ...sslmode, value: 'require' });
  return { resolved: { ...resolved, settings }, instead: sslmode.value };
}

/** A setting that changes who is talked to, or how safely, and that this client cannot keep to. */
function refuseUnsupported({ settings, hosts }: Resolved): void {
  const value = (name: string): string => settings.get(name)?.value ?? '';
  const refuse = (name: string, why: string, way: string): never => {
    throw new PgRootCertError('setting-unsupported', `audit cannot keep to ${name}: ${why}`, { help: [way] });
  };
  if (value('gssencmode') === 'require') {
    refuse('gssencmode=require', 'it has no GSSAPI', 'leave gssencmode out: TLS protects this connection');
  }
  if (!['', 'any'].includes(value('target_session_attrs'))) {
    refuse('target_session_attrs', 'it audits one server', 'leave it out and name the server that you mean');
  }
  if (!['', '0', 'false', 'off', 'no'].includes(value('replication').toLowerCase())) {
    refuse('replication', 'such a connection answers no questions', 'leave replication out');
  }
  if (value('requirepeer') !== '' && hosts.some(({ unixSocket }) => unixSocket)) {
    refuse('requirepeer', 'it cannot see who owns the socket', 'leave requirepeer out, or connect over TCP');
  }
  if (value('scram_client_key') !== '' || value('scram_server_key') !== '') {
    refuse('SCRAM keys', 'it logs in by password', 'leave the keys out and give the password');
  }
  if (!['', '3.0'].includes(value('min_protocol_version'))) {
    refuse('min_protocol_version', 'it speaks protocol 3.0', 'leave min_protocol_version out');
  }
}
