import { finding, type Help, help } from '../../core/findings.js';
import { printable } from '../../core/printable.js';
import { type Check, type CheckContext, found } from '../check.js';
import { attemptOf } from '../connection.js';
import type { SslMode } from '../evidence.js';
import { endOf, installHelp, verifyFullCommand } from '../remedies.js';

/** What each mode does not do, and whether root.crt is there (libpq-rules 4, 12). */
export const sslmode: Check = {
  id: 'sslmode',
  title: 'does this sslmode make sure of the server?',
  needs: ['host-unreachable', 'downgraded-to-plaintext', 'prefer-may-fall-back'],
  applies: ({ evidence }) =>
    evidence.sslmode !== 'verify-full' && attemptOf(evidence)?.host.spec.unixSocket === false,
  run: (context) => {
    const { evidence, verdict } = context;
    const hasRoot = evidence.files.root.kind === 'present';
    const full = verdict.modes['verify-full'];
    return found(
      finding('weak-sslmode', factOf(evidence.sslmode, hasRoot), {
        notes: [
          ...publicNote(context, hasRoot),
          ...(full.connects === false && full.libpqMessage !== null
            ? [`verify-full does not connect yet: ${printable(full.libpqMessage, 300)}`]
            : []),
        ],
        help: helpFor(context),
      }),
    );
  },
};

function factOf(mode: SslMode, hasRoot: boolean): string {
  switch (mode) {
    case 'disable':
      return 'sslmode=disable sends password and data in plain text';
    case 'allow':
      return 'sslmode=allow uses plain text wherever the server lets it';
    case 'prefer':
      return 'sslmode=prefer goes on in plain text after any trouble with TLS';
    case 'require':
      return hasRoot
        ? 'sslmode=require does not check the name of the server'
        : 'sslmode=require does not check who the server is';
    default:
      return `sslmode=${mode} does not check the name of the server`;
  }
}

function publicNote(context: CheckContext, hasRoot: boolean): string[] {
  const end = endOf(context);
  if (!hasRoot || end?.kind !== 'known' || !end.root.publicCa) return [];
  return [
    `"${printable(end.root.name)}" is a public root: whoever has any public certificate can answer in the server's place`,
  ];
}

function helpFor(context: CheckContext): Help[] {
  const { chain, verdict } = context;
  const end = endOf(context);
  const missing = end?.kind === 'known' && chain?.trusted !== true;
  const text =
    verdict.modes['verify-full'].connects === true
      ? 'ask for verify-full, which connects, too'
      : 'ask for verify-full';
  const full = help(missing ? `then ${text}` : text, [verifyFullCommand(context)]);
  return missing ? [installHelp(context, end.root), full] : [full];
}
