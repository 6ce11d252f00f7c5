import { formatPem } from './certificate.js';
import { certificatesOf, type PemReading, type ReadBlock, readPem } from './pem.js';
import { type PemBlock, STRICTEST, scanPem } from './pem-scan.js';
import type { BundleProblem } from './types.js';

/** A stretch of the file: a block that OpenSSL reads, or (null) the text between two. */
export interface Part {
  readonly raw: string;
  readonly block: ReadBlock | null;
}

/** A file that can be changed: `parts` in order, then `unread`, which OpenSSL never comes to. */
export interface Prepared {
  readonly parts: readonly Part[];
  readonly unread: string;
  readonly lineEnd: '\n' | '\r\n';
  /** The parts differ from the file: they are what both OpenSSL 1.1.1 and 3.0 read. */
  readonly mended: boolean;
}

const BOM = '\xef\xbb\xbf';
const LEADING_BOMS = new RegExp(`^(?:${BOM})+`);
/** What one OpenSSL or another strips from the end of a line. */
const LINE_REST = /(?<![\0-\x20\x80-\xff])[\0-\x20\x80-\xff]+$/;

/** Takes a file apart for a change and mends what OpenSSL 1.1.1 or 3.0 would not read; refuses what it cannot mend. */
export function prepare(original: string): Prepared | { readonly refused: BundleProblem } {
  const text = mendLoneCrs(original.replace(LEADING_BOMS, ''));
  const reading = readPem(text);
  if (reading.problem !== null && !(reading.problem.line === null && isCommentsOnly(text))) {
    return { refused: readPem(original).problem ?? reading.problem };
  }
  const lineEnd = lineEndOf(text);
  const unread = text.slice(reading.end);
  const asItIs = partsOf(text, reading);
  if (isReadEverywhere(text, reading.blocks)) {
    return { parts: asItIs, unread, lineEnd, mended: text !== original };
  }

  const parts = asItIs.map((part) => mendPart(part, lineEnd));
  const mended = parts.map((part) => part.raw).join('') + unread;
  const after = readPem(mended);
  if (fingerprints(after) !== fingerprints(reading) || !isReadEverywhere(mended, after.blocks)) {
    return { refused: scanPem(mended, STRICTEST).fault ?? { reason: 'bad end line', line: null } };
  }
  return { parts, unread, lineEnd, mended: true };
}

const fingerprints = (reading: PemReading): string =>
  certificatesOf(reading)
    .map((certificate) => certificate.sha256)
    .join();

/** True where the strictest OpenSSL finds just these blocks, too. */
export function isReadEverywhere(text: string, blocks: readonly PemBlock[]): boolean {
  const strict = scanPem(text, STRICTEST);
  return strict.fault === null && sameBlocks(strict.blocks, blocks);
}

const sameBlocks = (some: readonly PemBlock[], others: readonly PemBlock[]): boolean =>
  some.length === others.length &&
  some.every((block, i) => {
    const other = others[i];
    return other !== undefined && sameBlock(block, other);
  });

const sameBlock = (one: PemBlock, other: PemBlock): boolean =>
  one.label === other.label && one.header === other.header && Buffer.compare(one.data, other.data) === 0;

function partsOf(text: string, reading: PemReading): Part[] {
  const parts: Part[] = [];
  let at = 0;
  const addText = (end: number): void => {
    if (end > at) parts.push({ raw: text.slice(at, end), block: null });
  };
  for (const block of reading.blocks) {
    addText(block.start);
    parts.push({ raw: text.slice(block.start, block.end), block });
    at = block.end;
  }
  addText(reading.end);
  return parts;
}

/**
 * A block that not every OpenSSL reads is written anew. Where it holds more than its data, only what keeps its lines
 * from being read goes.
 */
function mendPart(part: Part, lineEnd: string): Part {
  const { raw, block } = part;
  if (block === null || isReadEverywhere(raw, [block])) return part;
  const { certificate, label, data, header, hidesText } = block;
  const isPlain = header === '' && !hidesText;
  if (isPlain) return { block, raw: formatPem(certificate?.der ?? data, label, lineEnd) };
  const lines = raw.replace(BOM, '').split('\n');
  return { block, raw: lines.map((line) => line.replace(LINE_REST, '')).join(lineEnd) };
}

/**
 * OpenSSL ends lines at LF alone. Where lone CRs hide certificates, they become LFs; where they hide none, in a
 * comment or between base64 digits, they stay.
 */
function mendLoneCrs(text: string): string {
  const mended = text.replace(/\r+\n?/g, (run) => (run.endsWith('\n') ? run : '\n'.repeat(run.length)));
  if (mended === text) return text;
  const before = readPem(text);
  const after = readPem(mended);
  if (after.problem !== null) return text;
  if (before.problem !== null) return mended;
  const found = new Set(certificatesOf(after).map((certificate) => certificate.sha256));
  const seen = new Set(certificatesOf(before).map((certificate) => certificate.sha256));
  return found.size > seen.size && [...seen].every((sha256) => found.has(sha256)) ? mended : text;
}

const isCommentsOnly = (text: string): boolean =>
  text.split(/[\r\n]/).every((line) => /^\s*(#.*)?$/.test(line));

const lineEndOf = (text: string): '\n' | '\r\n' =>
  text.includes('\r\n') && !/(^|[^\r])\n/.test(text) ? '\r\n' : '\n';
