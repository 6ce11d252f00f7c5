import type { ErrorCode } from '../core/codes.js';
import { commandText } from '../core/command-line.js';
import { PgRootCertError } from '../core/errors.js';
import { printable } from '../core/printable.js';
import { conninfoFor, handshakeOf, serverName } from '../doctor/connection.js';
import type { Judged } from '../doctor/diagnose.js';
import type { Evidence } from '../doctor/evidence.js';
import { inOneLine } from '../doctor/verdict-texts.js';
import type { Stage } from '../doctor/verdict-types.js';
import { requireAuthPermits } from '../postgres/require-auth.js';
import type { Asked } from './password.js';

/** By where libpq's way ends. What is left is a server that says no to this user or client. */
const CODE: Partial<Record<Stage, ErrorCode>> = {
  network: 'host-unreachable',
  tls: 'server-not-verified',
  certificate: 'server-not-verified',
  hostname: 'server-not-verified',
};

const FACT: Partial<Record<ErrorCode, string>> = {
  'host-unreachable': 'could not be reached',
  'server-not-verified': 'did not pass, so no password was sent',
};

/** Why there is no logging in, with what the doctor found; `windows`: advice is for its shells. */
export function refusalOf({ context, checked }: Judged, windows: boolean): PgRootCertError {
  const { verdict, evidence } = context;
  const { sslmode } = evidence;
  const code = CODE[verdict.stage] ?? 'login-failed';
  const { libpqMessage } = verdict;
  const doctor = ['pg-root-cert', 'doctor', conninfoFor(evidence, { sslmode })];
  const fact = FACT[code] ?? 'does not let this user log in';
  return new PgRootCertError(
    code,
    `${serverName(context)} ${fact}${libpqMessage === null ? '' : `: ${printable(inOneLine(libpqMessage), 300)}`}`,
    {
      help: [`ask the doctor for more: ${commandText(doctor, windows)}`],
      findings: checked.findings.filter(({ severity }) => severity === 'error'),
    },
  );
}

/** What require_auth, channel_binding and sslcertmode have against the server's request; null: nothing. */
export function refusalOfRequest(evidence: Evidence, asked: Asked): PgRootCertError | null {
  const value = (name: string): string => evidence.settings.get(name)?.value ?? '';
  const handshake = handshakeOf(evidence);
  const refuse = (why: string): PgRootCertError =>
    new PgRootCertError('login-failed', why, { help: ["check the server's pg_hba.conf, or the setting"] });
  const requireAuth = value('require_auth');
  if (!requireAuthPermits(requireAuth, asked.method)) {
    const method = asked.method === 'ok' ? 'no authentication' : `a login by ${printable(asked.method, 20)}`;
    return refuse(`the server asks for ${method}, which require_auth=${printable(requireAuth)} forbids`);
  }
  const binds = handshake !== null && asked.mechanisms.includes('SCRAM-SHA-256-PLUS');
  if (value('channel_binding') === 'require' && !binds) {
    return refuse('the server offers no channel binding, which channel_binding=require asks for');
  }
  const shows = evidence.files.client.identity !== null && handshake?.clientCertificateRequested === true;
  if (value('sslcertmode') === 'require' && !shows) {
    return refuse('no client certificate was shown, which sslcertmode=require asks for');
  }
  return null;
}
