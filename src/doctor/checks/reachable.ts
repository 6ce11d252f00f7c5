import { type Finding, finding, type Help, help } from '../../core/findings.js';
import { type Check, type CheckContext, found, pass } from '../check.js';
import { attemptOf, nameOf } from '../connection.js';
import type { HostEvidence } from '../evidence.js';

/** Errnos in words, POSIX.1-2017, "Error Numbers"; another stands for itself. */
const WORDS: Readonly<Record<string, string>> = {
  ECONNREFUSED: 'connection refused',
  ECONNRESET: 'connection reset',
  EHOSTUNREACH: 'no route to the host',
  ENETUNREACH: 'network unreachable',
  ETIMEDOUT: 'no answer in time',
  EACCES: 'not permitted here',
  EPERM: 'not permitted here',
};

export const reachable: Check = {
  id: 'reachable',
  title: 'does the server answer?',
  needs: [],
  applies: ({ evidence }) => evidence.hosts.some((host) => wasTried(host)),
  run: (context) => {
    const { evidence } = context;
    const attempt = attemptOf(evidence);
    if (attempt === null) return found(notReached(context));
    const { answer } = attempt.probe.tls ?? {};
    if (answer?.kind === 'timeout' || answer?.kind === 'errno') {
      const why = answer.kind === 'errno' ? words(answer.errno) : 'nothing, in the time given';
      return found(
        finding('host-unreachable', `${at(attempt.host)} took the connection, and then came: ${why}`, {
          notes: [
            'whatever listens there does not speak PostgreSQL, or something on the way swallows the answer',
          ],
          help: [lookAgain(attempt.host)],
        }),
      );
    }
    return pass(`connected to ${attempt.probe.address} port ${attempt.probe.port}`);
  },
};

const wasTried = ({ probes, lookupErrno }: HostEvidence): boolean =>
  probes.length > 0 || lookupErrno !== null;
const words = (errno: string): string => WORDS[errno] ?? errno;
const at = ({ spec }: HostEvidence): string =>
  `${spec.unixSocket ? 'the socket in ' : ''}${nameOf(spec)} port ${spec.port ?? 5432}`;

function notReached({ evidence }: CheckContext): Finding {
  const tried = evidence.hosts.filter(wasTried);
  const [first, ...others] = tried.map((host) => `could not connect to ${at(host)}: ${whyNot(host)}`);
  const [host] = tried;
  return finding('host-unreachable', first ?? 'there is no host to connect to', {
    notes: [...others, 'TLS and certificates have nothing to do with it'],
    help: host === undefined ? [] : [lookAgain(host), network()],
  });
}

function whyNot({ probes, lookupErrno }: HostEvidence): string {
  if (lookupErrno !== null) return `the name leads to no address (${lookupErrno})`;
  const reasons = probes.map(({ connectErrno, address }) => ({ address, why: words(connectErrno ?? '') }));
  const different = new Set(reasons.map(({ why }) => why)).size > 1;
  return different
    ? reasons.map(({ address, why }) => `${why} (${address})`).join(', ')
    : (reasons[0]?.why ?? '');
}

const lookAgain = ({ spec }: HostEvidence): Help =>
  help(
    'look at name and port once more, and try them by themselves',
    spec.secret
      ? []
      : [['pg_isready', '-h', spec.hostaddr ?? spec.host ?? '', '-p', String(spec.port ?? 5432)]],
    'review',
  );

const network = (): Help =>
  help(
    "look into the provider's console whether your address is allowed in, and whether a VPN is needed",
    [],
    'review',
  );
