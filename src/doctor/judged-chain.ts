import { parseCertificate } from '../x509/certificate.js';
import { buildChain, type ChainFault } from '../x509/chain.js';
import type { Certificate } from '../x509/types.js';
import { attemptOf } from './connection.js';
import type { Evidence } from './evidence.js';

/** What the server sent, and OpenSSL's judgement of it by root.crt and the CRLs as libpq loads them. */
export interface JudgedChain {
  /** The server's own first, in the order sent. */
  readonly sent: readonly [Certificate, ...Certificate[]];
  /** The chain as far as it could be built from what was sent and root.crt: the server's own first. */
  readonly path: readonly Certificate[];
  /** False also where there is no root file to go by. */
  readonly trusted: boolean;
  /** The first fault that OpenSSL comes to; null where it is trusted. */
  readonly fault: ChainFault | null;
}

/** Judges what the deciding handshake showed, whether or not libpq would verify; null where it showed nothing. */
export function judgeChain(evidence: Evidence): JudgedChain | null {
  const shown = attemptOf(evidence)?.probe.tls?.handshake?.chain ?? [];
  const [leaf, ...untrusted] = shown.map(parseCertificate).filter((each) => each !== null);
  if (leaf === undefined) return null;
  const { root, crl } = evidence.files;
  const crls = root.kind === 'present' && crl.active ? crl.loaded : null;
  const anchors = crls === null ? anchorsOf(evidence) : [...anchorsOf(evidence), ...(crl.certificates ?? [])];
  const judged = buildChain({
    leaf,
    untrusted,
    anchors,
    crls,
    now: evidence.now,
    purpose: 'server',
    securityLevel: 2,
  });
  return { sent: [leaf, ...untrusted], path: judged.path, trusted: judged.trusted, fault: judged.fault };
}

/** What libpq has to go by: all of root.crt, or what can be salvaged of it; the system's roots; nothing. */
export function anchorsOf({ files: { root } }: Evidence): readonly Certificate[] {
  if (root.kind === 'system') return root.certificates;
  return root.kind === 'present' ? (root.bundle?.certificates ?? []) : [];
}
