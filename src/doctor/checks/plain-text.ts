import { type Finding, finding, help } from '../../core/findings.js';
import { printable } from '../../core/printable.js';
import { type Check, type CheckContext, found, pass } from '../check.js';
import { attemptOf, usesTls } from '../connection.js';
import { verifyFullCommand } from '../remedies.js';
import { inOneLine } from '../verdict-texts.js';

/** libpq-rules 12: `prefer` goes on without TLS after any failure of TLS, and says nothing. */
export const plainText: Check = {
  id: 'plain-text',
  title: 'does sslmode=prefer stay with TLS?',
  needs: ['host-unreachable', 'ssl-not-supported'],
  applies: ({ evidence }) => evidence.sslmode === 'prefer' && usesTls(evidence),
  run: (context) => {
    const { verdict, evidence } = context;
    if (attemptOf(evidence)?.probe.tls?.answer.kind === 'N') return pass('the server has none to stay with');
    if (verdict.modes.require.connects !== false) return pass('it does');
    if (verdict.connects === true) return found(fallen(context));
    return verdict.connects === null ? found(mayFall(context)) : pass('it fails without TLS, too');
  },
};

/** libpq's reason in one line: what it prints with require, less the server it names. */
function reason({ verdict }: CheckContext): string {
  const message = verdict.modes.require.libpqMessage ?? '';
  return printable(inOneLine(message).replace(/^connection to server at .*? failed: /, ''), 300);
}

function fallen(context: CheckContext): Finding {
  return finding(
    'downgraded-to-plaintext',
    `sslmode=prefer falls back to plain text, for TLS fails with "${reason(context)}"`,
    {
      notes: ['it says nothing, and anybody on the way can then read password and data'],
      help: [
        help('ask for a mode that does not fall back; it shows the true error', [verifyFullCommand(context)]),
      ],
    },
  );
}

function mayFall(context: CheckContext): Finding {
  return finding(
    'prefer-may-fall-back',
    `sslmode=prefer goes on in plain text if the server lets it, for TLS fails with "${reason(context)}"`,
    {
      notes: ['whether the server lets it was not tried'],
      help: [help('ask for a mode that does not fall back', [verifyFullCommand(context)])],
    },
  );
}
