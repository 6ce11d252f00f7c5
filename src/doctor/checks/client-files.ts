import type { Code } from '../../core/codes.js';
import { type Finding, finding, type Help, help } from '../../core/findings.js';
import { printable } from '../../core/printable.js';
import { type Check, type CheckContext, found, pass } from '../check.js';
import { conninfoFor, usesTls } from '../connection.js';
import type { ClientCertificate } from '../evidence.js';

/** libpq-rules 10: what libpq gives up on before the handshake, whether or not the server wants a certificate. */
export const clientFiles: Check = {
  id: 'client-files',
  title: 'can libpq use the client certificate and its key?',
  needs: [],
  applies: ({ evidence }) => usesTls(evidence) && evidence.files.client.certPath !== null,
  run: (context) => {
    const { client } = context.evidence.files;
    if (client.refusal === null)
      return pass(client.certificate === null ? 'there is no client certificate' : 'it can');
    return found(refused(context, client, client.refusal));
  },
};

function refused(context: CheckContext, client: ClientCertificate, refusal: string): Finding {
  const code: Code = client.code ?? 'client-cert-unreadable';
  const cert = client.certPath ?? 'the client certificate';
  const key = client.keyPath ?? 'its key';
  return finding(code, factOf(code, cert, key), {
    notes: [`libpq: ${printable(refusal, 500)}`],
    help: [...helpOf(code, cert, key), ...withoutCertificate(context)],
  });
}

function factOf(code: Code, cert: string, key: string): string {
  switch (code) {
    case 'client-key-permissions':
      return `others may read ${key}`;
    case 'client-key-mismatch':
      return `${key} is not the key of ${cert}`;
    case 'client-key-missing':
      return `there is ${cert}, but no ${key}`;
    case 'permission-denied':
      return `libpq may not look for ${cert}`;
    default:
      return `libpq cannot use ${cert} with ${key}`;
  }
}

function helpOf(code: Code, cert: string, key: string): Help[] {
  switch (code) {
    case 'client-key-permissions':
      return [help('take that right from others', [['chmod', '600', key]])];
    case 'client-key-mismatch':
      return [
        help(
          'compare the public keys, and put the right pair in place',
          [
            ['openssl', 'x509', '-in', cert, '-noout', '-pubkey'],
            ['openssl', 'pkey', '-in', key, '-pubout'],
          ],
          'review',
        ),
      ];
    case 'client-key-missing':
      return [help('put the key there, or name its place: sslkey=PATH', [], 'review')];
    case 'permission-denied':
      return [help('look whose the folder is, and take it back', [['ls', '-ld', cert]], 'review')];
    default:
      return [
        help(
          'see what OpenSSL says of the two',
          [
            ['openssl', 'x509', '-in', cert, '-noout', '-subject', '-dates'],
            ['openssl', 'pkey', '-in', key, '-noout'],
          ],
          'review',
        ),
      ];
  }
}

/** `sslcertmode` came with libpq 16. */
function withoutCertificate({ evidence }: CheckContext): Help[] {
  const text = 'if this server needs no client certificate, leave it out';
  return evidence.major >= 16
    ? [help(text, [['psql', conninfoFor(evidence, { sslcertmode: 'disable' })]], 'review')]
    : [];
}
