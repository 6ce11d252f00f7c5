import { type Finding, finding, help } from '../../core/findings.js';
import { printable } from '../../core/printable.js';
import type { ServerError } from '../../postgres/probe-types.js';
import { type Check, type CheckContext, found, pass } from '../check.js';
import { attemptOf, conninfoFor, serverName, startupOf, usesTls } from '../connection.js';
import { administratorHelp } from '../remedies.js';
import { TLS_FAULTS } from '../tls-faults.js';
import { isAboutCertificate } from './client-certificate.js';

/** SQLSTATE invalid_authorization_specification, which auth.c gives for every refusal by pg_hba.conf. */
const REFUSED = '28000';

/**
 * What the server says to the start-up packet. Where TLS has failed before, as under `prefer`, its answer to the second
 * attempt leads astray and is left out.
 */
export const admission: Check = {
  id: 'admission',
  title: 'does the server let this user in?',
  needs: [
    ...TLS_FAULTS,
    'client-cert-required',
    'client-cert-rejected',
    'client-cert-expired',
    'server-refused',
  ],
  applies: ({ evidence }) => startupOf(evidence) !== null,
  run: (context) => {
    const startup = startupOf(context.evidence);
    switch (startup?.kind) {
      case 'authentication':
        return pass(`it asks for authentication: ${startup.method}`);
      case 'error':
        return found(
          startup.error.sqlstate === REFUSED
            ? refusedByHba(context, startup.error)
            : refused(context, startup.error),
        );
      case 'closed':
        return found(silent(context, 'closed the connection'));
      case 'timeout':
        return found(silent(context, 'said nothing in the time given'));
      case 'garbage':
        return found(
          silent(context, `answered with the byte 0x${startup.byte.toString(16).padStart(2, '0')}`),
        );
      default:
        return pass();
    }
  },
};

function refusedByHba(context: CheckContext, error: ServerError): Finding {
  const { evidence } = context;
  const tls = usesTls(evidence) && attemptOf(evidence)?.probe.tls?.handshake?.ok === true;
  const about = isAboutCertificate(error) ? ['it is about the client certificate'] : [];
  return finding('hba-rejected', printable(error.message, 300), {
    notes: [`this was said to a connection ${tls ? 'with TLS' : 'in plain text'}`, ...about],
    help: [
      ...(tls ? [] : [help('ask for TLS', [['psql', conninfoFor(evidence, { sslmode: 'verify-full' })]])]),
      help(
        "check user and database, and whether your address is allowed in the provider's console",
        [],
        'review',
      ),
      administratorHelp(context, `please allow it with a line of pg_hba.conf: ${lineFor(context)}`),
    ],
  });
}

function lineFor({ evidence }: CheckContext): string {
  const shown = (name: string, otherwise: string): string => {
    const setting = evidence.settings.get(name);
    return setting === undefined || setting.secret ? otherwise : printable(setting.value);
  };
  return `hostssl ${shown('dbname', 'DATABASE')} ${shown('user', 'USER')} ADDRESS scram-sha-256`;
}

function refused(context: CheckContext, error: ServerError): Finding {
  return finding(
    'server-refused',
    `${serverName(context)} refuses the connection: ${printable(error.message, 300)}`,
    {
      notes: [
        `SQLSTATE ${printable(error.sqlstate, 10)}`,
        ...[error.detail, error.hint].flatMap((text) => (text === null ? [] : [printable(text, 300)])),
      ],
      help: [help('TLS is fine; look at what the server says, and ask its administrator', [], 'review')],
    },
  );
}

function silent(context: CheckContext, what: string): Finding {
  return finding('server-refused', `${serverName(context)} ${what} after the start-up packet`, {
    help: [administratorHelp(context, 'please look into the log for the moment of this attempt')],
  });
}
