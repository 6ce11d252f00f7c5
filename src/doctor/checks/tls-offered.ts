import { type Finding, finding, help } from '../../core/findings.js';
import { printable } from '../../core/printable.js';
import type { SslAnswer } from '../../postgres/probe-types.js';
import { type Check, type CheckContext, found, pass } from '../check.js';
import { attemptOf, conninfoFor, isLoopback, serverName, usesTls } from '../connection.js';
import { administratorHelp, RELOAD } from '../remedies.js';

/** What the server answers SSLRequest with; under `prefer` no TLS is no fault on this machine itself. */
export const tlsOffered: Check = {
  id: 'tls-offered',
  title: 'does the server offer TLS?',
  needs: ['host-unreachable'],
  applies: ({ evidence }) => usesTls(evidence),
  run: (context) => {
    const { evidence } = context;
    const attempt = attemptOf(evidence);
    const answer = attempt?.probe.tls?.answer;
    if (attempt === null || answer === undefined || answer.kind === 'S' || answer.kind === 'direct')
      return pass('it does');
    if (answer.kind === 'N' && falls(context) && isLoopback(attempt.probe.address)) {
      return pass('it does not, but it is this machine itself');
    }
    return found(
      answer.kind === 'error' ? refusedAtOnce(context, answer.error) : notOffered(context, answer),
    );
  },
};

const falls = ({ evidence }: CheckContext): boolean =>
  evidence.sslmode === 'prefer' || evidence.sslmode === 'allow';

function notOffered(context: CheckContext, answer: Exclude<SslAnswer, { kind: 'error' }>): Finding {
  const { evidence } = context;
  const local = isLoopback(attemptOf(evidence)?.probe.address ?? '');
  return finding('ssl-not-supported', factOf(serverName(context), answer), {
    notes: [
      ...(answer.kind === 'N' && falls(context) ? [`sslmode=${evidence.sslmode} goes on in plain text`] : []),
      ...(answer.kind === 'injection'
        ? ['somebody on the way may have put them there (CVE-2021-23222)']
        : []),
    ],
    help: [
      help('check that host and port are those of the database itself', [], 'review'),
      administratorHelp(context, 'please give the server a certificate and switch TLS on', [
        ['psql', '-c', 'alter system set ssl = on'],
        RELOAD,
      ]),
      help(
        local
          ? 'or do without TLS, which is tolerable on the same machine only'
          : 'or do without TLS: password and data can then be read on the way',
        [['psql', conninfoFor(evidence, { sslmode: 'disable' })]],
        'weakens-security',
      ),
    ],
  });
}

function factOf(server: string, answer: Exclude<SslAnswer, { kind: 'error' }>): string {
  switch (answer.kind) {
    case 'garbage':
      return `${server} answers the question for TLS with the byte 0x${answer.byte.toString(16).padStart(2, '0')}, so it is no PostgreSQL server`;
    case 'injection':
      return `${server} sent more than its one byte of answer before TLS began`;
    case 'closed':
      return `${server} closed the connection when asked for TLS`;
    default:
      return `${server} does not offer TLS`;
  }
}

function refusedAtOnce(context: CheckContext, error: { sqlstate: string; message: string }): Finding {
  return finding(
    'server-refused',
    `${serverName(context)} refuses the connection: ${printable(error.message, 300)}`,
    {
      notes: [`it said so when asked for TLS (SQLSTATE ${printable(error.sqlstate, 10)})`],
      help: [help('try again in a while, then ask its administrator', [], 'review')],
    },
  );
}
