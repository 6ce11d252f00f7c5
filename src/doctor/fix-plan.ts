import type { CatalogRoot } from '../catalog/types.js';
import { buildChain } from '../x509/chain.js';
import { matchHostName } from '../x509/host-name.js';
import type { Certificate } from '../x509/types.js';
import type { CheckContext } from './check.js';
import { hostToCompare } from './connection.js';
import { endOf } from './remedies.js';

/** What `--fix` would do about one target. All of it goes into `file`, or is the mending of a mode. */
export interface FixPlan {
  /** The root file that may be written; null where the target names one itself, which is never written. */
  readonly file: string | null;
  /** Certificates of an unreadable root file that can all be read: it is written anew with them. */
  readonly rewriteWith: readonly Certificate[] | null;
  /** The root that the chain truly ends at. */
  readonly add: { readonly certificate: Certificate; readonly root: CatalogRoot | null } | null;
  /** Others' write access to the root file or its folder is taken away. */
  readonly tighten: boolean;
  /** A client key that others may read, to be given mode 0600. */
  readonly keyToProtect: string | null;
  /** Why a root that is missing may not be added: one sentence each, lower case. */
  readonly because: readonly string[];
}

export interface FixOptions {
  /** `--file`: absolute. */
  readonly file: string | null;
  /** `--trust`: SHA-256 values of roots that no catalogue knows and that the operator answers for. */
  readonly trusted: ReadonlySet<string>;
}

const MISSING: ReadonlySet<string> = new Set([
  'root-not-trusted',
  'root-crt-missing',
  'root-crt-no-root',
  'unknown-ca',
  'self-signed-server',
]);

/**
 * Decides what may be mended here without asking: pure. A root is added only where the server's chain truly ends at it,
 * every signature verifies, all dates hold, the name matches by verify-full's rules whatever the sslmode, and a host of
 * a known provider uses a root of that provider.
 */
export function planFix(context: CheckContext, codes: ReadonlySet<string>, options: FixOptions): FixPlan {
  const { root, client } = context.evidence.files;
  const named =
    root.kind === 'system' || ((root.kind === 'present' || root.kind === 'absent') && !root.isDefault);
  const file = options.file ?? (named || root.kind === 'no-home' ? null : root.path);
  /** `--file` need not be the file that was judged: a target's own sslrootcert wins there. */
  const isJudged = 'path' in root && root.path === file;
  const unparsable =
    isJudged && root.kind === 'present' && root.bundle !== null && root.bundle.problem !== null;
  const rewriteWith = unparsable && root.bundle.salvageable ? root.bundle.certificates : null;
  const wanted = [...codes].some((code) => MISSING.has(code)) || rewriteWith !== null;
  const candidate = wanted ? candidateFor(context, options.trusted) : { because: [] };
  const blocked = unparsable && rewriteWith === null;
  const add =
    'certificate' in candidate && file !== null && !blocked && !holds(context, candidate.certificate)
      ? candidate
      : null;
  return {
    file,
    rewriteWith,
    add: add === null ? null : { certificate: add.certificate, root: add.root },
    tighten: codes.has('root-crt-permissions') && isJudged,
    keyToProtect: codes.has('client-key-permissions') ? client.keyPath : null,
    because: [
      ...('because' in candidate ? candidate.because : []),
      ...(wanted && file === null
        ? ['this target names its own root file, which is never written: use --file PATH']
        : []),
      ...(blocked ? ['root.crt holds something that cannot be read, and nothing is dropped unseen'] : []),
    ],
  };
}

function holds(
  {
    evidence: {
      files: { root },
    },
  }: CheckContext,
  { sha256 }: Certificate,
): boolean {
  return (
    root.kind === 'present' && (root.bundle?.certificates.some((each) => each.sha256 === sha256) ?? false)
  );
}

type Candidate =
  | { readonly certificate: Certificate; readonly root: CatalogRoot | null }
  | { readonly because: readonly string[] };

function candidateFor(context: CheckContext, trusted: ReadonlySet<string>): Candidate {
  const end = endOf(context);
  const { chain, evidence, catalog } = context;
  if (end === null || chain === null) return refuse('the server showed no certificate to go by');
  if (end.kind === 'impostor') return refuse('the chain ends at a root with a known name and another key');
  if (end.kind === 'unsent')
    return refuse('the root at the end of the chain is not known, and the server does not send it');
  const { certificate } = end;
  const root = end.kind === 'known' ? end.root : null;
  if (root === null && !trusted.has(certificate.sha256)) {
    return refuse(
      `no catalogue knows the root; if you know it is the right one: --trust ${certificate.sha256}`,
    );
  }
  const host = hostToCompare(context);
  const provider = host === null ? null : catalog.forHost(host);
  if (provider !== null && (root === null || !provider.roots.includes(root.id))) {
    return refuse(`${provider.name} does not use this root`);
  }
  const [leaf, ...untrusted] = chain.sent;
  const judged = buildChain({
    leaf,
    untrusted,
    anchors: [certificate],
    crls: null,
    now: evidence.now,
    purpose: 'server',
    securityLevel: 2,
  });
  if (!judged.trusted) return refuse('the chain does not hold, even with this root');
  if (host === null || !matchHostName(leaf, host, { major: evidence.major }).matches) {
    return refuse('the server certificate is for another name');
  }
  return { certificate, root };
}

const refuse = (because: string): Candidate => ({ because: [because] });
