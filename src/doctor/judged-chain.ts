import { parseCertificate } from '../x509/certificate.js';
import { buildChain } from '../x509/chain.js';
import type { Certificate } from '../x509/types.js';
import type { JudgedChain } from './check.js';
import { attemptOf } from './connection.js';
import type { Evidence } from './evidence.js';

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
