import { constants, publicDecrypt, X509Certificate } from 'node:crypto';
import { isNativeError } from 'node:util/types';
import { openSslReason } from '../postgres/openssl-reason.js';
import { bitsOf, firstOf, listIn, TAG } from '../x509/asn1.js';
import type { ChainVerdict } from '../x509/chain.js';

/**
 * The reason that libpq prints for a chain that OpenSSL refuses: the first error in OpenSSL's queue. Only a wrong
 * signature puts one there before `certificate verify failed`: an RSA key says what it makes of the signature, any
 * other only that it doesn't fit. Sources: `tls_process_server_certificate`, `ASN1_item_verify_ctx` and
 * `ossl_rsa_verify` of OpenSSL 3.0; `SSLerrmessage` in fe-secure-openssl.c.
 */
export function chainRefusalReason({ fault, path }: ChainVerdict): string {
  if (fault?.kind !== 'signature' && fault?.kind !== 'crl-signature') return 'certificate verify failed';
  const signer = path[fault.depth + 1] ?? fault.certificate;
  const key = new X509Certificate(signer.der).publicKey;
  if (key.asymmetricKeyType !== 'rsa') return 'EVP lib';
  const signed = fault.kind === 'signature' ? fault.certificate : fault.crl;
  const [, , signature] = signed === null ? [] : listIn(firstOf(signed.der), TAG.sequence);
  try {
    publicDecrypt({ key, padding: constants.RSA_PKCS1_PADDING }, bitsOf(signature));
    return 'bad signature';
  } catch (error) {
    const reason = isNativeError(error) ? openSslReason(error) : null;
    if (reason === null) throw error;
    return reason;
  }
}
