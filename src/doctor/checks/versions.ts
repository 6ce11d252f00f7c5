import { type Finding, finding, help } from '../../core/findings.js';
import { printable } from '../../core/printable.js';
import { type Check, type CheckContext, found, pass } from '../check.js';

/** Only whether it connects is compared: libpq's wording changes with every version. */
export const versions: Check = {
  id: 'versions',
  title: 'would other versions of libpq decide likewise?',
  needs: ['sslrootcert-system-unsupported'],
  applies: ({ otherVerdicts }) => otherVerdicts.length > 0,
  run: (context) => {
    const { verdict, otherVerdicts, evidence } = context;
    const differing = otherVerdicts.filter(
      (other) =>
        other.major !== evidence.major &&
        other.verdict.connects !== null &&
        verdict.connects !== null &&
        other.verdict.connects !== verdict.connects,
    );
    return differing.length === 0 ? pass('they would') : found(differ(context, differing));
  },
};

function differ({ verdict, evidence }: CheckContext, others: CheckContext['otherVerdicts']): Finding {
  const majors = others.map(({ major }) => major).sort((a, b) => a - b);
  const message =
    others.find(({ verdict }) => verdict.libpqMessage !== null)?.verdict.libpqMessage ?? verdict.libpqMessage;
  const [oldest] = majors;
  return finding(
    'libpq-versions-differ',
    `libpq ${listed(majors)} ${verdict.connects ? 'would not connect' : 'would connect'}, and libpq ${evidence.major} ${verdict.connects ? 'does' : 'does not'}`,
    {
      notes: [
        ...(message === null ? [] : [`the message: ${printable(message, 300)}`]),
        'programs bring their own libpq, so what works in one can fail in another',
      ],
      help: [
        help(
          'see which version a program uses, and ask for its rules',
          [
            ['psql', '--version'],
            ['pg-root-cert', 'doctor', '--libpq', String(oldest)],
          ],
          'review',
        ),
      ],
    },
  );
}

/** `12`, `12 and 13`, `12, 13 and 14`, as a run `12 to 15`. */
function listed(majors: readonly number[]): string {
  const [first = 0, ...rest] = majors;
  const last = majors.at(-1) ?? first;
  if (majors.length > 2 && last - first === majors.length - 1) return `${first} to ${last}`;
  if (rest.length === 0) return String(first);
  return `${majors.slice(0, -1).join(', ')} and ${last}`;
}
