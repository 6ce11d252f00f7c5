import { finding } from '../../core/findings.js';
import { printable } from '../../core/printable.js';
import { faultGroup, isJudged } from '../chain-facts.js';
import { type Check, found, pass } from '../check.js';
import { serverName } from '../connection.js';
import { administratorHelp } from '../remedies.js';

/** The rest of what OpenSSL looks at: signatures, strength, purposes, constraints. */
export const chainSound: Check = {
  id: 'chain-sound',
  title: 'is the chain otherwise as OpenSSL wants it?',
  needs: ['impostor-root', 'root-crt-unreadable', 'root-crt-unparsable'],
  applies: isJudged,
  run: (context) => {
    const fault = context.chain?.fault ?? null;
    if (fault === null || faultGroup(fault) !== 'unsound') return pass('it is');
    const name = printable(fault.certificate.name);
    return found(
      finding(
        'server-cert-invalid',
        `OpenSSL refuses "${name}" in the chain of ${serverName(context)}: ${fault.reason}`,
        {
          notes: [
            fault.depth === 0
              ? "it is the server's own certificate"
              : `it stands ${fault.depth} above the server's own`,
          ],
          help: [
            administratorHelp(
              context,
              'please have the certificate issued again; the log of the authority says what went wrong',
            ),
          ],
        },
      ),
    );
  },
};
