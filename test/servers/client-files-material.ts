import { sign } from 'node:crypto';
import * as pkijs from 'pkijs';
import { encode } from '../../src/x509/asn1.js';
import { parseCertificate } from '../../src/x509/certificate.js';
import { crlFolderName, readCrls } from '../../src/x509/crl.js';
import { decode } from '../../src/x509/decode.js';
import { nameHash } from '../../src/x509/distinguished-name.js';
import {
  type CertificateOptions,
  makeCertificate,
  type TestCertificate,
  toPem,
} from '../support/make-certs.js';

/** What lies at a path below the home. Without more it is mode 0600, and whoever asks libpq owns it. */
export interface Entry {
  readonly bytes?: string | Uint8Array;
  readonly folder?: boolean;
  readonly link?: string;
  readonly mode?: number;
  readonly ofRoot?: boolean;
}
export type Content = Entry | string | Uint8Array;
export type Files = Readonly<Record<string, Content>>;

export interface Rest {
  /** Default: the first major that the tests know. */
  readonly since?: number;
  /** OpenSSL 1.1.1 gives this reason instead; null where it sees nothing wrong. */
  readonly openssl111?: string | null;
  /** Not for libpq with OpenSSL 1.1.1, which refuses what 3.0 takes. */
  readonly onlyOpenssl3?: boolean;
  /** libpq with OpenSSL 3 prints uninitialised memory for the reason. */
  readonly garbledBy3?: boolean;
  readonly env?: Readonly<Record<string, string>>;
  /** Only for an unprivileged user; or only where files can be given to root. */
  readonly needs?: 'unprivileged' | 'root';
  /** OpenSSL asks on the terminal, if there is one. */
  readonly asks?: boolean;
}

/** `~/` in the settings and in the environment is the home, `=./` the way to it from the working directory. */
export type Row = readonly [name: string, files: Files, settings: string, rest?: Rest];

export const unprivileged: Rest = { needs: 'unprivileged' };
export const garbled: Rest = { needs: 'unprivileged', garbledBy3: true };
export const since13: Rest = { since: 13 };
export const since14: Rest = { since: 14 };

export const ca = makeCertificate({ subject: 'CA' });
export const foreign = makeCertificate({ subject: 'Foreign CA' });
export const server = makeCertificate({
  subject: 'localhost',
  issuer: ca,
  ca: false,
  san: ['DNS:localhost'],
});

/** A client's. */
export const own = (more: Partial<CertificateOptions> = {}): TestCertificate =>
  makeCertificate({ subject: 'postgres', issuer: ca, ca: false, ...more });

/** Bytes that are no ASN.1. */
export const JUNK = Buffer.from('junkjunkjunk');
export const closed: Entry = { folder: true, mode: 0 };

/** A PEM block whose base64 is none. */
export const spoilt = (pem: string): string => pem.replace('MI', '!!');
export const unended = (pem: string): string => pem.replace(/-----END.*\n/, '');

/** A current list (version 1) that revokes nothing. */
function emptyCrl(issuer: TestCertificate): string {
  const name = new Uint8Array(pkijs.Certificate.fromBER(issuer.der).subject.toSchema().toBER());
  const algorithm = encode(0x30, Buffer.from('06082a8648ce3d040302', 'hex'));
  const day = (days: number): Uint8Array => {
    const text = new Date(Date.now() + days * 86_400_000).toISOString().replace(/[-:T]|\.\d+/g, '');
    return encode(0x17, Buffer.from(text.slice(2)));
  };
  const signed = encode(0x30, algorithm, name, day(-1), day(30));
  const signature = sign('sha256', signed, issuer.privateKey);
  return toPem(encode(0x30, signed, algorithm, encode(3, Uint8Array.of(0), signature)), 'X509 CRL');
}

export const crl = emptyCrl(ca);
export const foreignCrl = emptyCrl(foreign);

/** How a folder of hashed links names them, but for the number. */
export const [crlName = ''] = readCrls(Buffer.from(crl)).crls.map(crlFolderName);
const parsed = parseCertificate(ca.der);
export const rootName = parsed === null ? '' : nameHash(decode(parsed).subject);
