import { verifyRoot } from '../x509/verify.js';
import { authenticate } from './authenticate.js';
import { refusalOf } from './faults.js';
import { readSource } from './read-source.js';
import { retiredFinding } from './retired.js';
import { selectRoots } from './select-roots.js';
import type { Source, Validated } from './source.js';

export type { AcceptedRoot, Source, Validated } from './source.js';

/**
 * Decides what a source may put into root.crt: all of its self-signed certificates, or nothing. Whether they are
 * the ones that were meant comes first: nothing is said about the validity of a certificate that nobody pinned.
 *
 * The findings are `certificate-skipped` and `root-retired`.
 * @throws {PgRootCertError} one code a cause, always exit 4: `download-not-a-certificate`, `root-not-self-signed`,
 * `root-not-a-ca`, `fingerprint-mismatch`, `fingerprint-required`, `root-signature-invalid`, `root-weak`,
 * `root-expired`, `root-not-yet-valid`.
 */
export async function validateSource(source: Source): Promise<Validated> {
  const { taken, findings } = selectRoots(readSource(source), source);
  const accepted = authenticate(taken, source);
  for (const each of accepted) {
    const refusal = refusalOf(each, await verifyRoot(each.certificate.der, source.now), source.label);
    if (refusal !== null) throw refusal;
  }
  const retired = accepted.map((each) => retiredFinding(each, source)).filter((each) => each !== null);
  return { accepted, findings: [...findings, ...retired] };
}
