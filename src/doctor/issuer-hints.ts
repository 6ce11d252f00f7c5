import { X509Certificate } from 'node:crypto';
import { formatPem } from '../x509/certificate.js';
import type { Certificate } from '../x509/types.js';

const INTERMEDIATE = /\b(intermediate|issuing|subordinate|sub[- ]?ca|policy)\b/i;
const ROOT = /\broot\b/i;

/**
 * Whether the issuer that nobody has shown is an intermediate, rather than a root. A chain cannot prove it, so this
 * goes by signs, the surest first: a server's certificate that says where its issuer is to be had (RFC 5280, 4.2.2.1)
 * is from an authority with intermediates; then what the issuer calls itself; then whether a root in sight (in root.crt
 * or of the catalogue) is of the same organisation.
 *
 * `roots`: the subjects of those roots, RFC 4514. `depth`: the place of `of` in the path, 0 for the server's own.
 */
export function isLikelyIntermediate(of: Certificate, depth: number, roots: readonly string[]): boolean {
  const name = commonNameIn(of.issuer);
  if (INTERMEDIATE.test(name)) return true;
  if (ROOT.test(name)) return false;
  if (depth === 0 && issuerUrlOf(of) !== null) return true;
  const organisation = attributeIn(of.issuer, 'O');
  return organisation !== null && roots.some((root) => attributeIn(root, 'O') === organisation);
}

/** Where a certificate's issuer is to be had: the first http URL under CA Issuers; null where it names none. */
export function issuerUrlOf(certificate: Certificate): string | null {
  const access = new X509Certificate(formatPem(certificate.der)).infoAccess ?? '';
  return /^CA Issuers - URI:"?(https?:\/\/[\x21\x23-\x7e]{1,300})/m.exec(access)?.[1] ?? null;
}

/** The common name of a distinguished name (RFC 4514), else the whole of it. */
export const commonNameIn = (name: string): string => attributeIn(name, 'CN') ?? name;

function attributeIn(name: string, type: string): string | null {
  const attribute = name.split(/(?<!\\),/).find((each) => each.startsWith(`${type}=`));
  return attribute === undefined ? null : attribute.slice(type.length + 1).replace(/\\([^0-9A-Fa-f])/g, '$1');
}
