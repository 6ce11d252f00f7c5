import { finding, help } from '../../core/findings.js';
import { type Check, found, pass } from '../check.js';
import { usesTls, verifiesChain } from '../connection.js';

/** libpq-rules 8: what libpq cannot load it ignores without a word, so a list in DER protects nobody. */
export const crlLoaded: Check = {
  id: 'crl-loaded',
  title: 'does libpq load the revocation lists that are there?',
  needs: ['root-crt-missing', 'root-crt-unreadable', 'root-crt-unparsable'],
  applies: ({ evidence }) => {
    const { file } = evidence.files.crl;
    return (
      file !== null &&
      (file.present || !file.isDefault) &&
      usesTls(evidence) &&
      verifiesChain(evidence) &&
      evidence.files.root.kind === 'present'
    );
  },
  run: ({ evidence }) => {
    const rename = evidence.windows ? 'move' : 'mv';
    const { file, active, loaded } = evidence.files.crl;
    if (active || file === null) return pass(`${loaded.length} are loaded`);
    const { path } = file;
    const why = file.der ? 'is in DER' : !file.present ? 'is not there' : 'holds none that libpq can read';
    return found(
      finding('crl-not-loaded', `libpq ignores ${path}, which ${why}`, {
        notes: ['it does so without a word: no certificate is checked for revocation'],
        help: [
          file.der
            ? help(
                'turn it into PEM, and add the lists of all authorities in the chain',
                [
                  ['openssl', 'crl', '-inform', 'DER', '-in', path, '-out', `${path}.pem`],
                  [rename, `${path}.pem`, path],
                ],
                'review',
              )
            : help('put the lists of all authorities in the chain there, in PEM', [], 'review'),
        ],
      }),
    );
  },
};
