import { type Finding, finding, help } from '../../core/findings.js';
import { unfitFinding } from '../../locate/libpq-path.js';
import { type Check, type CheckContext, found, pass } from '../check.js';
import { attemptOf, concernsTls, conninfoFor, requiresRoot, usesTls } from '../connection.js';
import type { RootFile } from '../evidence.js';
import { installCommand, rootsToInstall } from '../remedies.js';

type Present = Extract<RootFile, { kind: 'present' }>;

/** libpq-rules 5 to 7: a file that is there counts in every TLS mode, one that is not in verify-ca and verify-full. */
export const rootFile: Check = {
  id: 'root-file',
  title: 'can libpq load root.crt?',
  needs: ['sslrootcert-system-unsupported'],
  applies: ({ evidence }) =>
    evidence.files.root.kind !== 'system' &&
    concernsTls(evidence) &&
    (attemptOf(evidence) === null || usesTls(evidence)),
  run: (context) => {
    const { root } = context.evidence.files;
    if (root.kind === 'present') return present(context, root);
    if (!requiresRoot(context.evidence.sslmode))
      return pass('there is no root.crt, and this sslmode does without');
    if (root.kind !== 'absent') return found(homeless());
    if (root.fault !== undefined) return found(unfitFinding(root.path, root.fault));
    return found(missing(context, root.path));
  },
};

function present(context: CheckContext, root: Present) {
  if (root.bundle === null) return found(unreadable(context, root));
  if (!root.loads) return found(unparsable(context, root));
  if (root.bundle.certificates.some(({ selfIssued }) => selfIssued)) {
    return pass(`${root.path} holds ${root.bundle.certificates.length} certificates`);
  }
  return found(noRoot(context, root));
}

function missing(context: CheckContext, path: string): Finding {
  const { evidence } = context;
  const what = rootsToInstall(context);
  const install = installCommand(context, what ?? []);
  return finding('root-crt-missing', `${path} does not exist`, {
    notes: [`${evidence.sslmode} refuses every server without it`],
    help: [
      what === null
        ? help(
            'ask the operator of the server for its root and the SHA-256 of it, and install that',
            [[...install, 'FILE', '--sha256', 'HEX']],
            'review',
          )
        : help('install the root that this server needs', [install]),
      help(
        'or verify nothing, and so talk to anybody who answers',
        [['psql', conninfoFor(evidence, { sslmode: 'require' })]],
        'weakens-security',
      ),
    ],
  });
}

function homeless(): Finding {
  return finding('home-not-found', 'libpq finds no home folder, and so no root.crt', {
    help: [help('set HOME, or name the file: sslrootcert=PATH', [], 'review')],
  });
}

function unreadable({ evidence }: CheckContext, root: Present): Finding {
  const reason = root.reason ? `: ${root.reason.charAt(0).toLowerCase()}${root.reason.slice(1)}` : '';
  return finding('root-crt-unreadable', `could not read ${root.path}${reason}`, {
    notes: ['every TLS connection fails until it is mended'],
    help: [
      help(
        'look whose it is, and take it back',
        evidence.windows
          ? [['icacls', root.path]]
          : [
              ['ls', '-l', root.path],
              ['chmod', 'u+r', root.path],
            ],
        'review',
      ),
    ],
  });
}

function unparsable(context: CheckContext, root: Present): Finding {
  const line = root.bundle?.problem?.line ?? null;
  const readable = root.bundle?.certificates.length ?? 0;
  const salvageable = readable > 0 && root.bundle?.salvageable === true;
  const reason = root.reason ?? root.bundle?.problem?.reason ?? 'no reason given';
  const what = rootsToInstall(context);
  return finding(
    'root-crt-unparsable',
    `libpq cannot read ${root.path}: ${reason}${line === null ? '' : ` (line ${line})`}`,
    {
      notes: [
        'every TLS connection fails until it is mended',
        ...(readable > 0 ? [`${readable} of its certificates can still be read`] : []),
      ],
      help: [
        ...(salvageable && root.isDefault
          ? [
              help('write it anew from its certificates', [
                ['pg-root-cert', 'doctor', '--fix', conninfoFor(context.evidence, {})],
              ]),
            ]
          : [help('look at the file and mend it', [], 'review')]),
        help(
          'or drop all that it holds, keeping a backup',
          [[...installCommand(context, what ?? []), '--replace']],
          'review',
        ),
      ],
    },
  );
}

function noRoot(context: CheckContext, root: Present): Finding {
  const what = rootsToInstall(context);
  const install = installCommand(context, what ?? ['FILE', '--sha256', 'HEX']);
  return finding('root-crt-no-root', `${root.path} holds no root, only intermediate or server certificates`, {
    notes: ['libpq needs the self-signed certificate at the end of the chain'],
    help: [help('add the root', [install], what === null ? 'review' : 'auto')],
  });
}
