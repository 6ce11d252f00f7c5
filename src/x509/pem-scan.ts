/** How builds of OpenSSL differ in reading a PEM file. */
export interface PemDialect {
  /** A UTF-8 byte order mark before a BEGIN line is passed over. */
  readonly bom: boolean;
  /** The end of a line that was read in several pieces is not taken for a blank line. */
  readonly longLines: boolean;
  /** Bytes above 0x7f at the end of a line are white space: sanitize_line compares plain C chars. */
  readonly signedChar: boolean;
  /** Any label with PRIVATE KEY in it is read as a key, not those of RSA, DSA and EC alone. */
  readonly anyKey: boolean;
}

/** OpenSSL 3.0 and newer where C's char is signed: on x86, and on Apple's systems. */
export const OPENSSL_3: PemDialect = { bom: true, longLines: true, signedChar: true, anyKey: true };
export const OPENSSL_1_1_1: PemDialect = { bom: false, longLines: false, signedChar: true, anyKey: false };
/** OpenSSL 1.1.1 where C's char is unsigned, as on Linux for ARM. */
export const STRICTEST: PemDialect = { bom: false, longLines: false, signedChar: false, anyKey: false };

/** One BEGIN … END block. Offsets are into the text; `line` is 1-based and that of BEGIN. */
export interface PemBlock {
  readonly label: string;
  /** The RFC 1421 header lines before the data, each with its LF; empty where there is none. */
  readonly header: string;
  readonly data: Uint8Array;
  readonly start: number;
  readonly end: number;
  readonly line: number;
  /** A `-` ended the data before its END line did; what stands behind it is not read. */
  readonly hidesText: boolean;
}

/** `reason` in OpenSSL's words. */
export interface PemFault {
  readonly reason: string;
  readonly line: number;
}

/** The blocks in order, and what ended the reading: the end of the text (`end`), or a fault. */
export interface PemScan {
  readonly blocks: readonly PemBlock[];
  readonly fault: PemFault | null;
  /** Where reading ended; text behind it is never seen (a line that starts with NUL reads as the end). */
  readonly end: number;
}

/** fgets with pem_lib.c's LINESIZE of 255 leaves room for this many bytes. */
const PIECE = 254;
const BEGIN = '-----BEGIN ';
const END = '-----END ';
const TAIL = '-----';
const BOM = '\xef\xbb\xbf';

/** What OpenSSL raises no error of its own for: X509_load_cert_crl_file's ERR_R_PEM_LIB is then the first. */
export const SILENT_REASON = 'PEM lib';

/**
 * Splits a file into PEM blocks as PEM_read_bio of OpenSSL 1.1.1 to 3.x does when called again and again until it
 * fails (crypto/pem/pem_lib.c: get_name, get_header_and_data, sanitize_line; crypto/evp/encode.c). Says nothing of
 * what is inside the blocks. Never throws.
 *
 * @param text the file's bytes as latin1
 */
export function scanPem(text: string, dialect: PemDialect = OPENSSL_3): PemScan {
  const lines = new Lines(text, dialect);
  const blocks: PemBlock[] = [];
  for (;;) {
    const label = lines.nextLabel();
    if (label === null) return { blocks, fault: null, end: lines.start };
    const { start, line } = lines;
    const body = readBody(lines, label, dialect);
    if (typeof body === 'string') return { blocks, fault: { reason: body, line }, end: lines.end };
    const decoded = decodeBase64(body.data);
    if (typeof decoded === 'string') return { blocks, fault: { reason: decoded, line }, end: lines.end };
    blocks.push({ label, header: body.header, ...decoded, start, end: lines.end, line });
  }
}

/** BIO_gets of a file BIO, and sanitize_line: pieces of a line, without the white space at their end. */
class Lines {
  /** Bounds of the piece read last. */
  start = 0;
  end = 0;
  line = 1;
  /** The piece ended for want of room, not with its line. */
  isCut = false;
  /** The next of each at or behind `start`. */
  #newline = -1;
  #nul = -1;
  readonly #text: string;
  readonly #dialect: PemDialect;

  constructor(text: string, dialect: PemDialect) {
    this.#text = text;
    this.#dialect = dialect;
  }

  /** The next piece, or null at the end. BIO_gets measures with strlen, so a NUL cuts, and in front it ends all. */
  next(mayHaveBom = false): string | null {
    const text = this.#text;
    if (this.end > 0 && text.charCodeAt(this.end - 1) === 0x0a) this.line++;
    this.start = this.end;
    if (this.#newline < this.start) this.#newline = positionOf('\n', text, this.start);
    if (this.#nul < this.start) this.#nul = positionOf('\0', text, this.start);
    this.end = Math.min(this.#newline + 1, this.start + PIECE, text.length);
    let to = Math.min(this.#nul, this.end);
    if (to === this.start) {
      this.end = this.start;
      return null;
    }
    this.isCut = to - this.start === PIECE && text[to - 1] !== '\n';
    const hasBom = mayHaveBom && to - this.start > BOM.length && text.startsWith(BOM, this.start);
    const from = hasBom ? this.start + BOM.length : this.start;
    while (to > from && this.#isSpace(text.charCodeAt(to - 1))) to--;
    return text.slice(from, to);
  }

  /** Reads on to the next BEGIN line; null where there is none. */
  nextLabel(): string | null {
    let mayHaveBom = this.#dialect.bom;
    for (;;) {
      const line = this.next(mayHaveBom);
      if (line === null) return null;
      mayHaveBom = false;
      if (line.startsWith(BEGIN) && line.endsWith(TAIL) && line.length >= BEGIN.length + TAIL.length) {
        return line.slice(BEGIN.length, -TAIL.length);
      }
    }
  }

  #isSpace(code: number): boolean {
    return code <= 0x20 || (code > 0x7f && this.#dialect.signedChar);
  }
}

function positionOf(character: string, text: string, from: number): number {
  const at = text.indexOf(character, from);
  return at === -1 ? text.length : at;
}

/** get_header_and_data: the lines up to END, or the reason why there are none. */
function readBody(
  lines: Lines,
  label: string,
  dialect: PemDialect,
): { header: string; data: string } | string {
  let header = '';
  let data = '';
  let place: 'unknown' | 'header' | 'data' = 'unknown';
  let lastDataLine = false;
  let isCut = false;
  for (;;) {
    const endsLine = isCut && dialect.longLines;
    const line = lines.next();
    if (line === null) return 'bad end line';
    isCut = lines.isCut;
    if (place === 'unknown' && line.includes(':')) place = 'header';
    if (line === '') {
      if (endsLine) continue;
      if (place === 'data') return 'bad end line';
      place = 'data';
      continue;
    }
    if (line.startsWith(END)) {
      if (line !== `${END}${label}${TAIL}`) return 'bad end line';
      return place === 'unknown' ? { header: '', data: header } : { header, data };
    }
    if (lastDataLine) return 'bad end line';
    if (place !== 'data') {
      header += `${line}\n`;
      continue;
    }
    data += `${line}\n`;
    if (line.length > 64) return SILENT_REASON;
    lastDataLine = line.length < 64;
  }
}

/** EVP_DecodeUpdate and EVP_DecodeFinal: white space is skipped anywhere, `-` ends the data. */
function decodeBase64(text: string): { data: Uint8Array; hidesText: boolean } | string {
  const dash = text.indexOf('-');
  const digits = (dash === -1 ? text : text.slice(0, dash)).replace(/[ \t\r\n]+/g, '');
  if (digits.length % 4 !== 0 || !/^[A-Za-z0-9+/]*={0,2}$/.test(digits)) return 'bad base64 decode';
  if (digits === '') return SILENT_REASON;
  return { data: new Uint8Array(Buffer.from(digits, 'base64')), hidesText: dash !== -1 };
}
