import { distinct } from '../core/distinct.js';
import { formatPem } from './certificate.js';
import { certificatesOf, readPem, toBytes, toText } from './pem.js';
import { isReadEverywhere, prepare } from './prepare.js';
import type { BundleProblem, Certificate } from './types.js';

/** The file cannot be changed without losing something unseen: what OpenSSL says of it. */
export interface Refused {
  readonly refused: BundleProblem;
}

export interface Merged {
  readonly bytes: Uint8Array;
  /** Those of the wanted certificates that were not there. */
  readonly added: readonly Certificate[];
  /** Every certificate that was there, once. */
  readonly kept: readonly Certificate[];
  /** The further copies of a certificate that were taken out. */
  readonly dropped: readonly Certificate[];
  /** Something that not every OpenSSL reads was rewritten: a byte order mark, lone CRs, an odd block. */
  readonly mended: boolean;
}

export interface Removed {
  /** null: no certificate is left, though comments may be; libpq cannot load a file without any. */
  readonly bytes: Uint8Array | null;
  readonly removed: readonly Certificate[];
  readonly kept: readonly Certificate[];
}

const MARK = '(pg-root-cert)';
const OWN_COMMENT = /^# [^\r\n]* \(pg-root-cert\)\r?\n$/;

/**
 * root.crt with certificates added: the text that is there stays as it is, what is missing is appended, each behind a
 * comment line. Further copies of a certificate go, and what OpenSSL 1.1.1 or 3.0 would not read is mended. With
 * nothing to do the bytes are the very same. An empty file or one of `#` comments takes certificates; any other that
 * libpq cannot load is refused. A TRUSTED CERTIFICATE block does not count as the certificate. Never throws, but for
 * a bug.
 */
export function mergeBundle(bytes: Uint8Array | null, add: readonly Certificate[]): Merged | Refused {
  const original = toText(bytes ?? new Uint8Array());
  const prepared = prepare(original);
  if ('refused' in prepared) return prepared;
  const { parts, unread, lineEnd } = prepared;

  const kept = new Map<string, Certificate>();
  const dropped: Certificate[] = [];
  let live = '';
  for (const { raw, block } of parts) {
    const certificate = block?.certificate ?? null;
    const isCopy = certificate !== null && kept.has(certificate.sha256);
    if (certificate !== null && !isCopy) kept.set(certificate.sha256, certificate);
    if (isCopy && !block?.hidesText) dropped.push(certificate);
    else live += raw;
  }
  const added = distinct(add).filter((certificate) => !kept.has(certificate.sha256));
  if (added.length > 0 && live !== '' && !live.endsWith('\n')) live += lineEnd;
  for (const certificate of added) {
    live += `# ${plainAscii(certificate.name)} ${MARK}${lineEnd}${formatPem(certificate.der, 'CERTIFICATE', lineEnd)}`;
  }

  const text = live + unread;
  const result = { added, kept: [...kept.values()], dropped, mended: prepared.mended };
  if (text === original) return { ...result, bytes: bytes ?? new Uint8Array() };
  return { ...result, bytes: checked(text, [...result.kept, ...added]) };
}

/**
 * root.crt without some of its certificates, and without the comment line that mergeBundle wrote above them; all else
 * stays as mergeBundle leaves it. With nothing to remove the bytes are the very same. Refuses what mergeBundle
 * refuses. Never throws, but for a bug.
 */
export function removeFromBundle(
  bytes: Uint8Array,
  shouldGo: (certificate: Certificate) => boolean,
): Removed | Refused {
  const prepared = prepare(toText(bytes));
  if ('refused' in prepared) return prepared;

  const removed: Certificate[] = [];
  const kept: Certificate[] = [];
  let text = '';
  for (const { raw, block } of prepared.parts) {
    const certificate = block?.certificate ?? null;
    if (certificate === null || !shouldGo(certificate)) {
      text += raw;
      if (certificate !== null) kept.push(certificate);
      continue;
    }
    if (block?.hidesText) return { refused: { reason: 'bad end line', line: block.line } };
    removed.push(certificate);
    text = withoutOwnComment(text);
  }
  const result = { removed: distinct(removed), kept: distinct(kept) };
  if (removed.length === 0) return { ...result, bytes };
  if (kept.length === 0) return { ...result, bytes: null };
  return { ...result, bytes: checked(text + prepared.unread, result.kept) };
}

function withoutOwnComment(text: string): string {
  const lastLine = text.lastIndexOf('\n', text.length - 2) + 1;
  return OWN_COMMENT.test(text.slice(lastLine)) ? text.slice(0, lastLine) : text;
}

/** The bytes, if every OpenSSL reads just these certificates from them. Throws where not, which is a bug. */
function checked(text: string, expected: readonly Certificate[]): Uint8Array {
  const reading = readPem(text);
  const found = new Set(certificatesOf(reading).map((certificate) => certificate.sha256));
  const isWhole =
    found.size === expected.length &&
    expected.every((certificate) => found.has(certificate.sha256)) &&
    (reading.problem === null || expected.length === 0) &&
    isReadEverywhere(text, reading.blocks);
  if (!isWhole) throw new Error('a changed root.crt does not read as it was meant to');
  return toBytes(text);
}

/** A name as part of a comment: one line of ASCII, short, and without dashes that might look like a PEM line. */
const plainAscii = (name: string): string =>
  name
    .replace(/[^\x20-\x7e]/g, '?')
    .replace(/-{2,}/g, '-')
    .slice(0, 100);
