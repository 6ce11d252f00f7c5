import type { Decoded } from './decode.js';
import type { AuthorityKeyId } from './extensions.js';
import { directoryName } from './general-name.js';
import { kindsAgree } from './signature.js';

/** X509_check_akid: nothing in the identifier speaks against this issuer. */
export function keyIdAgrees(issuer: Decoded, id: AuthorityKeyId | null): boolean {
  if (id === null) return true;
  const { subjectKeyId } = issuer.extensions;
  if (id.keyId !== null && subjectKeyId !== null && id.keyId !== subjectKeyId) return false;
  if (id.serial !== null && id.serial !== issuer.serial) return false;
  const name = id.issuer.map(directoryName).find((each) => each !== null);
  return name === undefined || name === issuer.issuer;
}

/** ossl_x509_likely_issued: by names, key identifiers and the kind of key. Says nothing of the signature. */
export const isLikelyIssuer = (issuer: Decoded, subject: Decoded): boolean =>
  issuer.subject === subject.issuer &&
  !issuer.extensions.invalid &&
  !subject.extensions.invalid &&
  keyIdAgrees(issuer, subject.extensions.authorityKeyId) &&
  kindsAgree(issuer.publicKey, subject);

/** X509_self_signed without looking at the signature; null where OpenSSL can't tell. */
export function isSelfSigned(certificate: Decoded): boolean | null {
  if (certificate.publicKey === null || certificate.extensions.invalid) return null;
  return certificate.isSelfIssued && isLikelyIssuer(certificate, certificate);
}
