import { X509Certificate } from 'node:crypto';
import type { ChainVerdict } from '../x509/chain.js';

/**
 * The reason that libpq prints for a chain that OpenSSL refuses: the first error in OpenSSL's queue. Only a wrong
 * signature puts one there before `certificate verify failed`: of an RSA key, what another key makes of the padding;
 * of any other, that the verification failed. Sources: `tls_process_server_certificate`, `ASN1_item_verify_ctx` and
 * `RSA_padding_check_PKCS1_type_1` of OpenSSL 3.0; `SSLerrmessage` in fe-secure-openssl.c.
 */
export function chainRefusalReason({ fault, path }: ChainVerdict): string {
  if (fault?.kind !== 'signature' && fault?.kind !== 'crl-signature') return 'certificate verify failed';
  const signer = path[fault.depth + 1] ?? fault.certificate;
  const isRsa = new X509Certificate(signer.der).publicKey.asymmetricKeyType === 'rsa';
  return isRsa ? 'invalid padding' : 'EVP lib';
}
