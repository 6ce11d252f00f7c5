import { finding, help } from '../../core/findings.js';
import { type Check, found } from '../check.js';
import { usesTls } from '../connection.js';
import { verifyFullCommand } from '../remedies.js';

/** libpq-rules 4. Of note where it works, too: the same words do not verify on a machine without root.crt. */
export const requireVerifies: Check = {
  id: 'require-verifies',
  title: 'does sslmode=require verify?',
  needs: [],
  applies: ({ evidence }) =>
    evidence.sslmode === 'require' && evidence.files.root.kind === 'present' && usesTls(evidence),
  run: (context) => {
    const { root } = context.evidence.files;
    const path = root.kind === 'present' ? root.path : 'root.crt';
    return found(
      finding('require-now-verifies', `sslmode=require verifies the chain, because ${path} exists`, {
        notes: [
          'without that file it accepts any certificate; the name of the server is compared in neither case',
        ],
        help: [help('ask for what you mean', [verifyFullCommand(context)], 'review')],
      }),
    );
  },
};
