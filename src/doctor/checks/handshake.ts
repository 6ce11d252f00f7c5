import { type Finding, finding, help } from '../../core/findings.js';
import { printable } from '../../core/printable.js';
import { clientAlertOf } from '../alerts.js';
import { type Check, type CheckContext, found, pass } from '../check.js';
import { conninfoFor, handshakeOf, serverName } from '../connection.js';
import { administratorHelp, RELOAD } from '../remedies.js';

/** OpenSSL's reasons (ssl/ssl_err.c) for which no version or no cipher is had in common; alerts by RFC 8446, 6.2. */
const NOTHING_IN_COMMON: ReadonlySet<string> = new Set([
  'unsupported protocol',
  'wrong ssl version',
  'wrong version number',
  'no protocols available',
  'version too low',
  'version too high',
  'no ciphers available',
  'no shared cipher',
  'unknown protocol',
  'alert protocol version',
  'alert handshake failure',
  'alert insufficient security',
]);

const common = (reason: string): boolean =>
  NOTHING_IN_COMMON.has(reason) || NOTHING_IN_COMMON.has(/alert .*$/.exec(reason)?.[0] ?? '');

export const handshake: Check = {
  id: 'handshake',
  title: 'do client and server agree on TLS?',
  needs: ['host-unreachable', 'ssl-not-supported', 'server-refused'],
  applies: ({ evidence }) => handshakeOf(evidence) !== null,
  run: (context) => {
    const shaken = handshakeOf(context.evidence);
    const direct = context.evidence.settings.get('sslnegotiation')?.value === 'direct';
    if (shaken === null) return pass();
    if (shaken.ok) {
      if (direct && shaken.alpn === null)
        return found(
          broken(context, 'the server agreed on no protocol (ALPN), which sslnegotiation=direct needs'),
        );
      return pass(`${shaken.version}, ${shaken.cipher}`);
    }
    if (shaken.kind === 'withheld')
      return pass('it was broken off, for the client certificate is not for this server');
    if (clientAlertOf(shaken.reason) !== null)
      return pass('the server has something against the client certificate');
    const reason = printable(shaken.reason);
    if (shaken.kind === 'openssl' && common(shaken.reason)) return found(mismatch(context, reason));
    if (shaken.kind === 'closed') return found(broken(context, 'the server closed the connection'));
    return found(broken(context, shaken.kind === 'timeout' ? 'it did not end in the time given' : reason));
  },
};

function bounds({ evidence }: CheckContext): string[] {
  return (['ssl_min_protocol_version', 'ssl_max_protocol_version'] as const).flatMap((name) => {
    const setting = evidence.settings.get(name);
    return setting?.value ? [`${name} is ${setting.value} (${setting.origin})`] : [];
  });
}

function mismatch(context: CheckContext, reason: string): Finding {
  const { settings } = context.evidence;
  const own =
    settings.get('ssl_min_protocol_version')?.origin !== 'default' ||
    settings.has('ssl_max_protocol_version');
  return finding(
    'tls-version-mismatch',
    `libpq and ${serverName(context)} have no TLS version or cipher in common: ${reason}`,
    {
      notes: bounds(context),
      help: [
        ...(own
          ? [
              help(
                'take the limits out of your own settings',
                [['psql', conninfoFor(context.evidence, {})]],
                'review',
              ),
            ]
          : []),
        administratorHelp(context, 'please allow TLS 1.2 and 1.3', [
          ['psql', '-c', "alter system set ssl_min_protocol_version = 'TLSv1.2'"],
          ['psql', '-c', 'alter system reset ssl_max_protocol_version'],
          RELOAD,
        ]),
        help(
          'or allow versions that are broken',
          [['psql', conninfoFor(context.evidence, { ssl_min_protocol_version: 'TLSv1' })]],
          'weakens-security',
        ),
      ],
    },
  );
}

function broken(context: CheckContext, why: string): Finding {
  const direct = context.evidence.settings.get('sslnegotiation')?.value === 'direct';
  return finding('tls-failed', `the TLS handshake with ${serverName(context)} failed: ${why}`, {
    notes: direct ? ['sslnegotiation=direct works with servers of version 17 and newer only'] : [],
    help: [
      ...(direct
        ? [
            help(
              'ask for TLS in the way that all servers know',
              [['psql', conninfoFor(context.evidence, { sslmode: 'require' })]],
              'review',
            ),
          ]
        : []),
      help('look for what stands between: a proxy, a pooler, a firewall that inspects', [], 'review'),
      administratorHelp(context, 'please look into the log for the moment of this attempt'),
    ],
  });
}
