import { type Finding, finding, type Help, help } from '../../core/findings.js';
import { printable } from '../../core/printable.js';
import { listed } from '../../core/words.js';
import { hostNamesOf, matchHostName } from '../../x509/host-name.js';
import { isJudged } from '../chain-facts.js';
import { type Check, type CheckContext, found, pass } from '../check.js';
import { attemptOf, conninfoFor, hostToCompare, serverName } from '../connection.js';
import { administratorHelp } from '../remedies.js';

const MOST_NAMES = 8;

/** libpq-rules 11. A certificate that has to be replaced anyway is not looked at. */
export const hostName: Check = {
  id: 'host-name',
  title: 'is the certificate for this host?',
  needs: [
    'impostor-root',
    'unknown-ca',
    'self-signed-server',
    'server-cert-expired',
    'server-cert-not-yet-valid',
    'server-cert-revoked',
    'server-cert-invalid',
    'root-crt-unreadable',
    'root-crt-unparsable',
  ],
  applies: (context) => isJudged(context) && context.evidence.sslmode === 'verify-full',
  run: (context) => {
    const leaf = context.chain?.sent[0];
    if (leaf === undefined) return pass();
    const host = hostToCompare(context);
    if (host === null) return found(nothingToCompare(context));
    const { matches } = matchHostName(leaf, host, { major: context.evidence.major });
    return matches ? pass(`it is for ${serverName(context)}`) : found(mismatch(context));
  },
};

function nothingToCompare(context: CheckContext): Finding {
  return finding('hostname-mismatch', 'there is no host name that verify-full could compare', {
    notes: ['hostaddr is where libpq connects; host is what it compares'],
    help: suggestions(context),
  });
}

function mismatch(context: CheckContext): Finding {
  const names = namesOf(context);
  const quoted = names.map((name) => `"${printable(name)}"`);
  const list = quoted.length === 0 ? 'no host' : listed(quoted, MOST_NAMES);
  return finding('hostname-mismatch', `the certificate is for ${list}, not for "${serverName(context)}"`, {
    notes: ['verify-full compares the host of the settings, and never hostaddr'],
    help: [
      ...suggestions(context),
      administratorHelp(
        context,
        `please issue a certificate whose subjectAltName has "${serverName(context)}"`,
      ),
      help(
        'or do not compare names, and so accept any server of that authority',
        [['psql', conninfoFor(context.evidence, { sslmode: 'verify-ca' })]],
        'weakens-security',
      ),
    ],
  });
}

function namesOf({ chain }: CheckContext): readonly string[] {
  return chain === null ? [] : hostNamesOf(chain.sent[0]);
}

/** Connecting by a name of the certificate is right only if that is the server's own, so it wants a look. */
function suggestions(context: CheckContext): Help[] {
  const { chain, evidence } = context;
  const fits = (name: string): boolean =>
    chain !== null && matchHostName(chain.sent[0], name, { major: evidence.major }).matches;
  const name = namesOf(context).find((each) => /^[a-z0-9._:-]+$/i.test(each) && fits(each));
  if (name === undefined) return [];
  const probe = attemptOf(evidence)?.probe;
  const several = evidence.hosts.length > 1 && probe !== undefined ? { port: String(probe.port) } : {};
  const instead = { host: name, hostaddr: probe?.address ?? null, ...several, sslmode: 'verify-full' };
  return [
    help(
      'if that is the server you mean, connect by its name',
      [['psql', conninfoFor(evidence, instead)]],
      'review',
    ),
  ];
}
