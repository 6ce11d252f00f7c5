import { type Finding, finding, type Help, help } from '../../core/findings.js';
import { printable } from '../../core/printable.js';
import type { Certificate } from '../../x509/types.js';
import { faultGroup, isJudged, rootsInSight, serversOwn } from '../chain-facts.js';
import { type Check, type CheckContext, found, pass } from '../check.js';
import { conninfoFor, hostToCompare, serverName } from '../connection.js';
import { commonNameIn, isLikelyIntermediate, issuerUrlOf } from '../issuer-hints.js';
import { anchorsOf } from '../judged-chain.js';
import type { ChainEnd } from '../recognise.js';
import { administratorHelp, endOf, installCommand, installHelp, RELOAD } from '../remedies.js';

/** Why the chain does not end at a root of root.crt: one answer of four. */
export const chainEnd: Check = {
  id: 'chain-end',
  title: 'does the chain end at a root of root.crt?',
  needs: ['impostor-root', 'root-crt-unreadable', 'root-crt-unparsable'],
  applies: isJudged,
  run: (context) => {
    const { chain } = context;
    const end = endOf(context);
    if (chain === null || end === null || chain.trusted)
      return pass(`at "${printable(chain?.path.at(-1)?.name ?? '')}"`);
    if (chain.fault === null || faultGroup(chain.fault) !== 'no-anchor') return pass('it does');
    return found(...reasonFor(context, end));
  },
};

function reasonFor(context: CheckContext, end: ChainEnd): Finding[] {
  const hasRoots = anchorsOf(context.evidence).some(({ selfIssued }) => selfIssued);
  const path = context.chain?.path ?? [];
  switch (end.kind) {
    case 'known':
      // Without any root the finding about root.crt names this one already.
      return hasRoots ? [notTrusted(context, end)] : [];
    case 'impostor':
      return [];
    case 'unknown':
      if (isExpired(context)) return [];
      return [
        path.length === 1 ? selfSigned(context, end.certificate) : unknownRoot(context, end.certificate),
      ];
    case 'unsent': {
      const intermediate = isLikelyIntermediate(end.of, path.length - 1, rootsInSight(context));
      if (intermediate) return [noIntermediate(context, end.issuer, end.of)];
      return isExpired(context) ? [] : [unsentRoot(context, end.issuer)];
    }
  }
}

/** An expired certificate has to be replaced, and who issues the next one remains to be seen. */
const isExpired = (context: CheckContext): boolean =>
  serversOwn(context).some(({ notAfter }) => notAfter < context.evidence.now);

function notTrusted(context: CheckContext, { root }: Extract<ChainEnd, { kind: 'known' }>): Finding {
  const file = context.evidence.files.root;
  const name = printable(root.name);
  if (file.kind === 'system') {
    return finding(
      'root-not-trusted',
      `the server's chain ends at "${name}", which is not among the system's roots`,
      {
        help: [
          help('keep it in root.crt, and drop sslrootcert=system', [
            ['pg-root-cert', 'install', root.id],
            ['psql', conninfoFor(context.evidence, { sslrootcert: null, sslmode: 'verify-full' })],
          ]),
        ],
      },
    );
  }
  const holds =
    file.kind === 'present'
      ? (file.bundle?.certificates ?? []).map((each) => `"${printable(each.name)}"`)
      : [];
  const listed = holds.length > 4 ? `${holds.slice(0, 4).join(', ')} …` : holds.join(', ');
  return finding('root-not-trusted', `the server's chain ends at "${name}", which is not in root.crt`, {
    notes:
      'path' in file
        ? [
            `root.crt is ${file.path} (${holds.length === 1 ? '1 certificate' : `${holds.length} certificates`}: ${listed})`,
          ]
        : [],
    help: [installHelp(context, root)],
  });
}

/**
 * Nothing in the message is a proof: it says what answered, not what is right. A provider that the catalogue knows uses
 * its own roots, so there is nothing to trust.
 */
function trustHelp(context: CheckContext, certificate: Certificate): Help {
  const host = hostToCompare(context);
  const provider = host === null ? null : context.catalog.forHost(host);
  if (provider !== null && provider.roots.length > 0) {
    return help(
      `${provider.name} does not use this root: do not trust it, and ask who answers in its place`,
      [],
      'review',
    );
  }
  const conninfo = conninfoFor(context.evidence, {});
  return help(
    'ask its operator for the SHA-256 of the root; if it is the one above, trust it',
    [['pg-root-cert', 'doctor', '--fix', '--trust', certificate.sha256, conninfo]],
    'review',
  );
}

function unknownRoot(context: CheckContext, certificate: Certificate): Finding {
  return finding(
    'unknown-ca',
    `the server's chain ends at "${printable(certificate.name)}", which no catalogue knows`,
    {
      notes: [
        `its SHA-256 is ${certificate.sha256}`,
        'it may be a private authority, or somebody between you and the server',
      ],
      help: [trustHelp(context, certificate)],
    },
  );
}

function unsentRoot(context: CheckContext, issuer: string): Finding {
  return finding(
    'unknown-ca',
    `the server's chain ends at "${printable(commonNameIn(issuer))}", which no catalogue knows`,
    {
      notes: [
        'the server does not send it, as is usual for a root',
        'if it is an intermediate, the server has to send it',
      ],
      help: [
        help(
          'ask the operator of the server for this root and its SHA-256, and install it',
          [installCommand(context, ['FILE', '--sha256', 'HEX'])],
          'review',
        ),
      ],
    },
  );
}

function selfSigned(context: CheckContext, certificate: Certificate): Finding {
  return finding('self-signed-server', `the certificate of ${serverName(context)} is signed by itself`, {
    notes: [
      `its SHA-256 is ${certificate.sha256}`,
      'libpq accepts it only if this very certificate is in root.crt',
    ],
    help: [
      administratorHelp(
        context,
        'please have the certificate signed by an authority, and give its root to the clients',
      ),
      trustHelp(context, certificate),
    ],
  });
}

function noIntermediate(context: CheckContext, issuer: string, of: Certificate): Finding {
  const url = issuerUrlOf(of);
  return finding(
    'intermediate-missing',
    `the server sends no certificate of "${printable(commonNameIn(issuer))}"`,
    {
      notes: [
        `it issued "${printable(of.name)}", and links that to a root`,
        ...(url === null ? [] : [`it is to be had at ${url}`]),
      ],
      help: [
        administratorHelp(context, 'ssl_cert_file must hold the server certificate, then the intermediates', [
          RELOAD,
        ]),
      ],
    },
  );
}
