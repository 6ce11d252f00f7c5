import type { Code } from '../../core/codes.js';
import { type Finding, finding, help } from '../../core/findings.js';
import { type Check, type CheckContext, found, pass } from '../check.js';
import { concernsTls } from '../connection.js';

/**
 * libpq-rules 3. A service that the connection string names is the user's word, as is a file that it names; what the
 * environment brings in may be forgotten.
 */
export const override: Check = {
  id: 'override',
  title: 'does libpq read its default root.crt?',
  needs: ['sslrootcert-system-unsupported'],
  applies: ({ evidence }) => Boolean(evidence.settings.get('sslrootcert')?.value) && concernsTls(evidence),
  run: (context) => {
    const { settings } = context.evidence;
    const origin = settings.get('sslrootcert')?.origin;
    if (origin === 'env') return found(...environment(context));
    if (origin === 'service' && settings.get('service')?.origin !== 'conninfo')
      return found(...service(context));
    return pass('the connection asks for the file by name');
  },
};

/** What libpq reads instead, and the default that it leaves; null where that is the same. */
function otherFile({
  evidence,
  location,
}: CheckContext): { reads: string; path: string | null; instead: string } | null {
  const { root } = evidence.files;
  const path = root.kind === 'present' || root.kind === 'absent' ? root.path : null;
  if (path !== null && path === location.defaultPath) return null;
  return {
    reads: path ?? "the system's roots",
    path,
    instead: location.defaultPath === null ? '' : `, not ${location.defaultPath}`,
  };
}

function environment(context: CheckContext): Finding[] {
  const other = otherFile(context);
  if (other === null) return [];
  const manage = help(
    'or manage that file',
    other.path === null ? [] : [['pg-root-cert', 'install', 'NAME', '--file', other.path]],
    'review',
  );
  return [
    finding('env-overrides-root-crt', `PGSSLROOTCERT makes libpq read ${other.reads}${other.instead}`, {
      notes: [
        'what is installed into the default file has no effect on this connection',
        ...notesOfLocation(context, 'env-overrides-root-crt'),
      ],
      help: [
        help('unset it where it is set (a shell start-up file, as a rule)', [], 'review'),
        ...(other.path === null ? [] : [manage]),
      ],
    }),
  ];
}

/** What `locate` has to say besides, of programs with another environment. */
const notesOfLocation = ({ location }: CheckContext, code: Code): readonly string[] =>
  location.findings.find((each) => each.code === code)?.notes ?? [];

function service(context: CheckContext): Finding[] {
  const other = otherFile(context);
  if (other === null) return [];
  const name = context.evidence.settings.get('service')?.value ?? '';
  return [
    finding(
      'service-overrides-root-crt',
      `service "${name}" makes libpq read ${other.reads}${other.instead}`,
      {
        notes: ['PGSERVICE names this service, and its sslrootcert wins over the default file'],
        help: [
          help(
            'manage that file instead',
            other.path === null ? [] : [['pg-root-cert', 'install', 'NAME', '--file', other.path]],
            'review',
          ),
        ],
      },
    ),
  ];
}
