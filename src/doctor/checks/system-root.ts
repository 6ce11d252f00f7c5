import { finding, help } from '../../core/findings.js';
import { type Check, found, pass } from '../check.js';
import { concernsTls, conninfoFor } from '../connection.js';
import { rootsToInstall } from '../remedies.js';

const SINCE = 16;

/** libpq-rules 9. */
export const systemRoot: Check = {
  id: 'system-root',
  title: 'does this libpq know sslrootcert=system?',
  needs: [],
  applies: ({ evidence }) =>
    evidence.settings.get('sslrootcert')?.value === 'system' && concernsTls(evidence),
  run: (context) => {
    const { evidence } = context;
    if (evidence.major >= SINCE)
      return pass(`libpq ${evidence.major} takes sslrootcert=system for the system's roots`);
    const what = rootsToInstall(context) ?? ['--for', 'HOST'];
    return found(
      finding(
        'sslrootcert-system-unsupported',
        `libpq ${evidence.major} takes sslrootcert=system for a file name`,
        {
          notes: [
            'there is no such file as a rule: verify-ca and verify-full fail then, and weaker modes verify nothing',
            `it comes from ${SAYS[evidence.settings.get('sslrootcert')?.origin ?? 'default']}`,
          ],
          help: [
            help('keep the root in a file, which every version understands, and drop the setting', [
              ['pg-root-cert', 'install', ...what],
              ['psql', conninfoFor(evidence, { sslrootcert: null, sslmode: 'verify-full' })],
            ]),
            help(`or use libpq ${SINCE} or newer`, [], 'review'),
          ],
        },
      ),
    );
  },
};

const SAYS = {
  conninfo: 'the connection string',
  service: 'the service file',
  env: 'PGSSLROOTCERT',
  default: 'the defaults',
} as const;
