import { sign } from 'node:crypto';
import * as asn1js from 'asn1js';
import * as pkijs from 'pkijs';
import { type TestCertificate, toPem } from '../support/make-certs.js';

export interface CrlOptions {
  readonly issuer: TestCertificate;
  readonly revoked?: readonly bigint[];
  /** Default: a day ago. */
  readonly thisUpdate?: Date;
  /** Default: in ten days. */
  readonly nextUpdate?: Date;
  /** Signs in the issuer's stead, for a signature that is wrong. */
  readonly signWith?: TestCertificate;
}

class Crl extends pkijs.CertificateRevocationList {
  /** What is signed. */
  toBeSigned(): Uint8Array {
    return new Uint8Array(this.encodeTBS().toBER());
  }
}

const DAY = 86_400_000;
const time = (value: Date): pkijs.Time => new pkijs.Time({ type: 0, value });

/** A certificate revocation list of a CA with an EC key. */
export function makeCrl({ issuer, revoked = [], thisUpdate, nextUpdate, signWith }: CrlOptions): {
  readonly der: Uint8Array;
  readonly pem: string;
} {
  const crl = new Crl();
  crl.version = 1;
  crl.issuer = pkijs.Certificate.fromBER(issuer.der).subject;
  crl.thisUpdate = time(thisUpdate ?? new Date(Date.now() - DAY));
  crl.nextUpdate = time(nextUpdate ?? new Date(Date.now() + 10 * DAY));
  if (revoked.length > 0) {
    crl.revokedCertificates = revoked.map(
      (serial) =>
        new pkijs.RevokedCertificate({
          userCertificate: asn1js.Integer.fromBigInt(serial),
          revocationDate: time(new Date(Date.now() - DAY)),
        }),
    );
  }
  crl.signature = new pkijs.AlgorithmIdentifier({ algorithmId: '1.2.840.10045.4.3.2' });
  crl.signatureAlgorithm = crl.signature;
  const tbs = crl.toBeSigned();
  crl.tbsView = new Uint8Array(tbs);
  const signature = sign('sha256', tbs, (signWith ?? issuer).privateKey);
  crl.signatureValue = new asn1js.BitString({ valueHex: new Uint8Array(signature).buffer });
  const der = new Uint8Array(crl.toSchema(true).toBER());
  return { der, pem: toPem(der, 'X509 CRL') };
}
