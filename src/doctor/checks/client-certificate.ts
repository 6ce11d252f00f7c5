import { type Finding, finding, help } from '../../core/findings.js';
import { printable } from '../../core/printable.js';
import { alertOf, clientAlertOf } from '../alerts.js';
import { type Check, type CheckContext, found, pass } from '../check.js';
import { conninfoFor, handshakeOf, serverName, startupOf, usesTls } from '../connection.js';
import { administratorHelp, dayOf } from '../remedies.js';

/** Whether the server takes the client certificate, or misses one. Under TLS 1.3 it says so after the handshake. */
export const clientCertificate: Check = {
  id: 'client-certificate',
  title: 'is the server content with the client certificate?',
  needs: [
    'client-key-permissions',
    'client-key-mismatch',
    'client-key-missing',
    'client-cert-unreadable',
    'permission-denied',
    'ssl-not-supported',
  ],
  applies: ({ evidence }) => usesTls(evidence),
  run: (context) => {
    const { client } = context.evidence.files;
    const complaint = complaintOf(context);
    if (client.certificate !== null && hasExpired(context, complaint))
      return found(expired(context, client.certificate.notAfter));
    if (complaint === null)
      return pass(client.identity === null ? 'none is sent' : 'nothing is said against it');
    return found(client.identity === null ? required(context, complaint) : rejected(context, complaint));
  },
};

/** The server's own word on client certificates, from an alert or from pg_hba.conf; null where there is none. */
function complaintOf({ evidence }: CheckContext): string | null {
  const handshake = handshakeOf(evidence);
  const startup = startupOf(evidence);
  if (handshake?.ok === false && clientAlertOf(handshake.reason) !== null) return alertOf(handshake.reason);
  if (startup?.kind === 'alert') return alertOf(startup.reason) || startup.reason;
  if (startup?.kind === 'error' && isAboutCertificate(startup.error)) return startup.error.message;
  return null;
}

/** auth.c, ClientAuthentication and auth_failed. All of them share SQLSTATE 28000, so an English server is needed to tell. */
export function isAboutCertificate({ sqlstate, message }: { sqlstate: string; message: string }): boolean {
  return (
    sqlstate === '28000' &&
    (message === 'connection requires a valid client certificate' ||
      message.startsWith('certificate authentication failed'))
  );
}

/** libpq sends an expired one all the same. It matters where the server asks for one, or may have and refuses. */
function hasExpired({ evidence, verdict }: CheckContext, complaint: string | null): boolean {
  const { certificate, identity } = evidence.files.client;
  if (certificate === null || identity === null || certificate.notAfter >= evidence.now) return false;
  const handshake = handshakeOf(evidence);
  const asked = handshake?.clientCertificateRequested ?? null;
  return complaint !== null || asked === true || (asked === null && verdict.connects !== true);
}

function expired({ evidence }: CheckContext, on: Date): Finding {
  const { certPath } = evidence.files.client;
  return finding('client-cert-expired', `${certPath ?? 'the client certificate'} expired on ${dayOf(on)}`, {
    notes: ['libpq sends it without a look at the date, and the server refuses it'],
    help: [
      help('ask whoever issued it for a new one', [], 'review'),
      ...(evidence.major >= 16
        ? [
            help(
              'or leave it out, if this server needs none',
              [['psql', conninfoFor(evidence, { sslcertmode: 'disable' })]],
              'review',
            ),
          ]
        : []),
    ],
  });
}

function required(context: CheckContext, complaint: string): Finding {
  const { client } = context.evidence.files;
  const disabled = context.evidence.settings.get('sslcertmode')?.value === 'disable';
  return finding('client-cert-required', `${serverName(context)} wants a client certificate`, {
    notes: [
      `it said: ${printable(complaint)}`,
      disabled
        ? 'sslcertmode=disable keeps libpq from sending one'
        : `libpq looked for ${client.certPath ?? 'none'}`,
    ],
    help: [
      ...(disabled ? [help('leave sslcertmode=disable out', [], 'review')] : []),
      help(
        'ask its administrator for a certificate and its key, and name them: sslcert=PATH sslkey=PATH',
        [],
        'review',
      ),
    ],
  });
}

function rejected(context: CheckContext, complaint: string): Finding {
  const { certPath, certificate } = context.evidence.files.client;
  const user = context.evidence.settings.get('user');
  const shown = [
    'openssl',
    'x509',
    '-in',
    certPath ?? 'FILE',
    '-noout',
    '-subject',
    '-issuer',
    '-dates',
    '-purpose',
  ];
  return finding(
    'client-cert-rejected',
    `the server refused the client certificate: ${printable(complaint)}`,
    {
      notes: [
        ...(certificate === null
          ? []
          : [`it is for "${printable(certificate.name)}", issued by ${printable(certificate.issuer)}`]),
        ...(user === undefined || user.secret ? [] : [`the user is "${printable(user.value)}"`]),
      ],
      help: [
        help('see what the certificate says, and compare its common name with the user', [shown], 'review'),
        administratorHelp(context, 'please look into the log why this client certificate was refused'),
      ],
    },
  );
}
