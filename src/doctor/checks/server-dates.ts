import { type Finding, finding, help } from '../../core/findings.js';
import { printable } from '../../core/printable.js';
import type { Certificate } from '../../x509/types.js';
import { isJudged, serversOwn } from '../chain-facts.js';
import { type Check, type CheckContext, found, pass } from '../check.js';
import { serverName } from '../connection.js';
import { administratorHelp, dayOf, RELOAD } from '../remedies.js';

/** The dates of what the server has sent, whether or not its chain can be built. Roots in root.crt are not its affair. */
export const serverDates: Check = {
  id: 'server-dates',
  title: 'is the server certificate valid today?',
  needs: ['impostor-root'],
  applies: isJudged,
  run: (context) => {
    const { now } = context.evidence;
    const own = serversOwn(context);
    const expired = own.find(({ notAfter }) => notAfter < now);
    if (expired !== undefined) return found(hasExpired(context, expired));
    const early = own.find(({ notBefore }) => notBefore > now);
    if (early !== undefined) return found(isEarly(context, early));
    return pass(`until ${dayOf(new Date(Math.min(...own.map(({ notAfter }) => notAfter.getTime()))))}`);
  },
};

/** "the certificate of HOST", or the intermediate by its name. */
const subjectOf = (context: CheckContext, certificate: Certificate): string =>
  certificate.sha256 === context.chain?.sent[0].sha256
    ? `the certificate of ${serverName(context)}`
    : `the intermediate "${printable(certificate.name)}"`;

function hasExpired(context: CheckContext, certificate: Certificate): Finding {
  return finding(
    'server-cert-expired',
    `${subjectOf(context, certificate)} expired on ${dayOf(certificate.notAfter)}`,
    {
      notes: [
        `this machine's clock says ${context.evidence.now.toISOString()}`,
        'nothing in root.crt can help',
      ],
      help: [
        administratorHelp(
          context,
          'the certificate has expired; please put a new one in place, then load it',
          [RELOAD],
        ),
        help(
          "check this machine's clock (UTC), if several servers seem to have expired at once",
          [['date', '-u']],
          'review',
        ),
      ],
    },
  );
}

function isEarly(context: CheckContext, certificate: Certificate): Finding {
  return finding(
    'server-cert-not-yet-valid',
    `${subjectOf(context, certificate)} is not valid before ${dayOf(certificate.notBefore)}`,
    {
      notes: [
        `it begins at ${certificate.notBefore.toISOString()}, and this machine's clock says ${context.evidence.now.toISOString()}`,
      ],
      help: [
        help("check this machine's clock (UTC) and set it right", [['date', '-u']], 'review'),
        administratorHelp(
          context,
          'if the clocks of the clients are right, the certificate was put in place too early',
        ),
      ],
    },
  );
}
