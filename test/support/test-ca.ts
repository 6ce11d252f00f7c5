import { isIPv6 } from 'node:net';
import { makeCertificate, type TestCertificate } from './make-certs.js';

export interface TestCaOptions {
  /** Default: `Test Root`. */
  readonly name?: string;
  /** Servers' certificates are then signed by an intermediate. Default: false. */
  readonly withIntermediate?: boolean;
}

export interface Issuance {
  /** DNS names and IP addresses for the SAN; without any, the certificate has no SAN. */
  readonly names?: readonly string[];
  readonly ips?: readonly string[];
  /** Default: the first name or address. */
  readonly commonName?: string;
  readonly notBefore?: Date;
  readonly notAfter?: Date;
}

/** PEM texts, as `ServerTls` takes them; `cert` is the leaf, then the intermediate if there is one. */
export interface Issued {
  readonly cert: string;
  readonly key: string;
  readonly leaf: TestCertificate;
}

/** A CA of its own. `root.pem` is what belongs into root.crt, `root.sha256` what `--sha256` asks for. */
export interface TestCa {
  readonly root: TestCertificate;
  readonly intermediate: TestCertificate | null;
  issueServer(issuance: Issuance): Issued;
  /** For a client: the common name is the PostgreSQL user. */
  issueClient(user: string): Issued;
}

export function makeTestCa({ name = 'Test Root', withIntermediate = false }: TestCaOptions = {}): TestCa {
  const root = makeCertificate({ subject: name });
  const intermediate = withIntermediate
    ? makeCertificate({ subject: `${name} Intermediate`, issuer: root, ca: true })
    : null;

  const issue = ({ names = [], ips = [], commonName, notBefore, notAfter }: Issuance): Issued => {
    const san = [
      ...names.map((dns) => `DNS:${dns}`),
      ...ips.map((ip) => `IP:${isIPv6(ip) ? ipv6Hex(ip) : ip}`),
    ];
    const leaf = makeCertificate({
      subject: commonName ?? names[0] ?? ips[0] ?? 'unnamed',
      issuer: intermediate ?? root,
      ca: false,
      ...(san.length > 0 && { san }),
      ...(notBefore && { notBefore }),
      ...(notAfter && { notAfter }),
    });
    return { cert: leaf.pem + (intermediate?.pem ?? ''), key: leaf.privateKeyPem, leaf };
  };
  return { root, intermediate, issueServer: issue, issueClient: (user) => issue({ commonName: user }) };
}

/** RFC 4291, section 2.2: `::` stands for as many zero groups as are missing. */
function ipv6Hex(address: string): string {
  const [head = '', tail = ''] = address.split('::');
  const groups = (text: string): string[] => text.split(':').filter((group) => group !== '');
  const before = groups(head);
  const after = groups(tail);
  const zeros = Array.from({ length: 8 - before.length - after.length }, () => '0');
  return [...before, ...zeros, ...after].map((group) => group.padStart(4, '0')).join('');
}
