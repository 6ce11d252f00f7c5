import type { ErrorCode } from '../core/codes.js';
import { PgRootCertError } from '../core/errors.js';
import type { Certificate } from '../x509/types.js';
import type { RootFault } from '../x509/verify.js';
import { type AcceptedRoot, certificateName, sourceName } from './source.js';

interface Refusal {
  readonly code: ErrorCode;
  readonly fact: (certificate: Certificate) => string;
  readonly help: string;
}

const ASK_ISSUER = 'ask its issuer for a root that PostgreSQL clients may trust';
const GET_AGAIN = 'get the file again';
const day = (date: Date): string => date.toISOString().slice(0, 10);

const REFUSALS: Readonly<Record<RootFault, Refusal>> = {
  'not-a-certificate': {
    code: 'download-not-a-certificate',
    fact: () => 'is not encoded as a certificate must be',
    help: GET_AGAIN,
  },
  'not-self-signed': {
    code: 'root-not-self-signed',
    fact: () => 'was issued by another authority',
    help: 'get the root that the chain ends at, from whoever issued it',
  },
  'unsupported-algorithm': {
    code: 'root-signature-invalid',
    fact: () => 'is signed by an algorithm that cannot be checked here',
    help: ASK_ISSUER,
  },
  'signature-invalid': {
    code: 'root-signature-invalid',
    fact: () => 'has a self-signature that does not verify',
    help: GET_AGAIN,
  },
  'not-a-ca': {
    code: 'root-not-a-ca',
    fact: () => 'is not a certificate authority: it lacks CA:TRUE, or may not sign certificates',
    help: ASK_ISSUER,
  },
  'weak-key': {
    code: 'root-weak',
    fact: () => 'has a key weaker than RSA of 2048 bits or P-256',
    help: ASK_ISSUER,
  },
  expired: {
    code: 'root-expired',
    fact: ({ notAfter }) => `expired on ${day(notAfter)}`,
    help: 'install its successor; see which root each provider needs: pg-root-cert catalog',
  },
  'not-yet-valid': {
    code: 'root-not-yet-valid',
    fact: ({ notBefore }) => `is not valid before ${day(notBefore)}`,
    help: 'check the clock of this machine',
  },
};

/** The refusal that the gravest of its faults asks for; null for a certificate that may be a trust anchor. */
export function refusalOf(
  { certificate, root }: AcceptedRoot,
  faults: readonly RootFault[],
  label: string,
): PgRootCertError | null {
  const fault = faults[0] ?? (root?.status === 'expired' ? 'expired' : null);
  if (fault === null) return null;
  const { code, fact, help } = REFUSALS[fault];
  return new PgRootCertError(
    code,
    `${certificateName(certificate)} in ${sourceName(label)} ${fact(certificate)}`,
    { help: [help] },
  );
}
