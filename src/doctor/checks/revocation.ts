import { type Finding, finding, type Help, help } from '../../core/findings.js';
import { printable } from '../../core/printable.js';
import { faultGroup, isJudged } from '../chain-facts.js';
import { type Check, type CheckContext, found, pass } from '../check.js';
import { conninfoFor, serverName } from '../connection.js';
import { commonNameIn } from '../issuer-hints.js';
import { administratorHelp, dayOf, RELOAD } from '../remedies.js';

/** libpq-rules 8: as soon as one list loads, every authority of the chain needs a current one. */
export const revocation: Check = {
  id: 'revocation',
  title: 'is the chain clear of revocation?',
  needs: ['impostor-root'],
  applies: (context) => isJudged(context) && context.evidence.files.crl.active,
  run: (context) => {
    const fault = context.chain?.fault ?? null;
    switch (fault === null ? null : faultGroup(fault)) {
      case 'revoked':
        return found(revoked(context));
      case 'crl-dates':
        return found(outOfDate(context));
      case 'crl-missing':
        return found(missing(context));
      default:
        return pass('no list names it');
    }
  },
};

function fileName({ evidence }: CheckContext): string {
  const { file, folder } = evidence.files.crl;
  return file?.present ? file.path : (folder ?? 'the revocation lists');
}

function revoked(context: CheckContext): Finding {
  const fault = context.chain?.fault;
  const what =
    fault == null || fault.depth === 0
      ? `the certificate of ${serverName(context)}`
      : `the intermediate "${printable(fault.certificate.name)}"`;
  return finding('server-cert-revoked', `${what} was revoked`, {
    notes: [`${fileName(context)} names it`],
    help: [
      administratorHelp(
        context,
        'the certificate is revoked; please put in a new one with a new key, then load it',
        [RELOAD],
      ),
      help('do not go around it: somebody else may hold the key', [], 'review'),
    ],
  });
}

/** The name of the authority whose list is at fault. */
const issuerAtFault = ({ chain }: CheckContext): string =>
  printable(commonNameIn(chain?.fault?.certificate.issuer ?? ''));

function outOfDate(context: CheckContext): Finding {
  const { evidence, chain } = context;
  const list = chain?.fault?.crl ?? null;
  const early = list !== null && list.thisUpdate > evidence.now;
  const day = early ? list.thisUpdate : list?.nextUpdate;
  const when = day == null ? 'is out of date' : `${early ? 'begins' : 'ended'} on ${dayOf(day)}`;
  return finding('crl-expired', `the CRL of "${issuerAtFault(context)}" in ${fileName(context)} ${when}`, {
    notes: ['libpq refuses every server until it is current, with sslmode=require too'],
    help: [renew(context), ...without(context)],
  });
}

function missing(context: CheckContext): Finding {
  return finding('crl-incomplete', `${fileName(context)} holds no list of "${issuerAtFault(context)}"`, {
    notes: ['as soon as libpq loads one list, it wants a current one of every authority in the chain'],
    help: [renew(context), ...without(context)],
  });
}

const renew = (context: CheckContext): Help =>
  help(
    'fetch the list of each authority in the chain, turn it into PEM, and join them in the file',
    [
      ['openssl', 'crl', '-inform', 'DER', '-in', 'FRESH.crl', '-out', 'FRESH.pem'],
      ['openssl', 'crl', '-in', fileName(context), '-noout', '-issuer', '-nextupdate'],
    ],
    'review',
  );

function without({ evidence }: CheckContext): Help[] {
  const { file } = evidence.files.crl;
  if (file === null || !file.present) return [];
  const text = 'or do without, and so no longer notice a withdrawn certificate';
  return file.isDefault && !evidence.windows
    ? [help(text, [['mv', file.path, `${file.path}.off`]], 'weakens-security')]
    : [help(text, [['psql', conninfoFor(evidence, {})]], 'weakens-security')];
}
