import { finding, help } from '../../core/findings.js';
import { printable } from '../../core/printable.js';
import { type Check, found, pass } from '../check.js';
import { serverName, usesTls } from '../connection.js';
import { endOf, installCommand } from '../remedies.js';

/** Whatever the sslmode, and even where root.crt trusts it: a name is no proof. */
export const impostor: Check = {
  id: 'impostor',
  title: 'is the root what its name says?',
  needs: [],
  applies: ({ chain, evidence }) => chain !== null && usesTls(evidence),
  run: (context) => {
    const end = endOf(context);
    if (end?.kind !== 'impostor') return pass('no known name is borrowed');
    const { files } = context.evidence;
    const own = 'bundle' in files.root ? (files.root.bundle?.certificates ?? []) : [];
    const shown = end.certificate;
    const installed = shown !== null && own.some(({ sha256 }) => sha256 === shown.sha256);
    return found(
      finding('impostor-root', `the chain ends at a "${printable(end.root.name)}" with another key`, {
        notes: [
          `the SHA-256 of the true one is ${end.root.sha256}`,
          ...(shown === null ? [] : [`the SHA-256 of this one is ${shown.sha256}`]),
          installed
            ? 'it lies in root.crt'
            : `somebody may be answering in the place of ${serverName(context)}, or a proxy opens the connection`,
        ],
        help: [
          ...(installed && shown !== null
            ? [
                help(
                  'take it out, and put the true one in',
                  [['pg-root-cert', 'remove', shown.sha256], installCommand(context, [end.root.id])],
                  'review',
                ),
              ]
            : []),
          help('do not connect; see from another network whether the chain is the same there', [], 'review'),
        ],
      }),
    );
  },
};
