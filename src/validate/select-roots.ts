import { PgRootCertError } from '../core/errors.js';
import { type Finding, finding } from '../core/findings.js';
import type { Certificate } from '../x509/types.js';
import { certificateName, type Source, sourceName } from './source.js';

const ANCHOR_NOTE = 'libpq anchors at self-signed certificates only';

/**
 * The self-signed certificates of a source, and a `certificate-skipped` for each of the others.
 * @throws {PgRootCertError} where none is self-signed: `root-not-self-signed` if there are intermediates,
 * `root-not-a-ca` if there are only leaves.
 */
export function selectRoots(
  certificates: readonly Certificate[],
  { label }: Pick<Source, 'label'>,
): { readonly taken: readonly Certificate[]; readonly findings: readonly Finding[] } {
  const taken = certificates.filter(({ selfIssued }) => selfIssued);
  const others = certificates.filter(({ selfIssued }) => !selfIssued);
  if (taken.length > 0) return { taken, findings: others.map((each) => skipped(each, label)) };

  const first = others.find(({ isCa }) => isCa) ?? others[0];
  const name = first === undefined ? 'nothing' : certificateName(first);
  const [code, what] = first?.isCa
    ? (['root-not-self-signed', 'an intermediate'] as const)
    : (['root-not-a-ca', 'not a certificate authority'] as const);
  throw new PgRootCertError(code, `${sourceName(label)} holds no root: ${name} is ${what}`, {
    help: ['get the root that the chain ends at, from whoever issued it'],
  });
}

function skipped(certificate: Certificate, label: string): Finding {
  const what = certificate.isCa ? 'an intermediate' : 'the certificate of a server or a client';
  return finding(
    'certificate-skipped',
    `${certificateName(certificate)} in ${sourceName(label)} was left out: it is ${what}, not a root`,
    { notes: [ANCHOR_NOTE, `its SHA-256 is ${certificate.sha256}`] },
  );
}
