import type { ErrorCode } from '../core/codes.js';
import { PgRootCertError } from '../core/errors.js';
import { printable } from '../core/printable.js';
import { serverName } from '../doctor/connection.js';
import type { Judged } from '../doctor/diagnose.js';
import type { Stage } from '../doctor/verdict-types.js';
import { requireAuthPermits } from '../postgres/require-auth.js';
import type { Settings } from '../postgres/settings.js';
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

/** Why there is no logging in, with what the doctor found. */
export function refusalOf({ context, checked }: Judged): PgRootCertError {
  const { verdict } = context;
  const code = CODE[verdict.stage] ?? 'login-failed';
  const said = verdict.libpqMessage?.split('\n')[0];
  const fact = FACT[code] ?? 'does not let this user log in';
  return new PgRootCertError(
    code,
    `${serverName(context)} ${fact}${said === undefined ? '' : `: ${printable(said, 300)}`}`,
    {
      help: ['ask the doctor for more, with sslmode=verify-full: pg-root-cert doctor CONNINFO'],
      findings: checked.findings.filter(({ severity }) => severity === 'error'),
    },
  );
}

/** What require_auth and channel_binding=require have against the server's request; null: nothing. */
export function refusalOfRequest(settings: Settings, asked: Asked, tls: boolean): PgRootCertError | null {
  const requireAuth = settings.get('require_auth')?.value ?? '';
  const refuse = (why: string): PgRootCertError =>
    new PgRootCertError('login-failed', why, { help: ["check the server's pg_hba.conf, or the setting"] });
  if (!requireAuthPermits(requireAuth, asked.method)) {
    const method = asked.method === 'ok' ? 'no authentication' : `a login by ${printable(asked.method, 20)}`;
    return refuse(`the server asks for ${method}, which require_auth=${printable(requireAuth)} forbids`);
  }
  const binds = tls && asked.mechanisms.includes('SCRAM-SHA-256-PLUS');
  if (settings.get('channel_binding')?.value === 'require' && !binds) {
    return refuse('the server offers no channel binding, which channel_binding=require asks for');
  }
  return null;
}
