interface Tlv {
  readonly tag: number;
  readonly body: Uint8Array;
}

const SEQUENCE = 0x30;
/** The explicit tag [3] around a TBSCertificate's extensions (RFC 5280, 4.1). */
const EXTENSIONS = 0xa3;
const SUBJECT_KEY_IDENTIFIER = '551d0e';

const hex = (bytes: Uint8Array): string => Buffer.from(bytes).toString('hex');

/** The DER values that lie one after the other in `bytes` (X.690, 8.1.3 and 10.1). */
function values(bytes: Uint8Array): Tlv[] {
  const list: Tlv[] = [];
  for (let at = 0; at + 1 < bytes.length; ) {
    const first = bytes[at + 1] ?? 0;
    const lengthBytes = first < 0x80 ? 0 : first - 0x80;
    const start = at + 2 + lengthBytes;
    const length = lengthBytes === 0 ? first : Number.parseInt(hex(bytes.subarray(at + 2, start)), 16);
    list.push({ tag: bytes[at] ?? 0, body: bytes.subarray(start, start + length) });
    at = start + length;
  }
  return list;
}

const inside = (value: Tlv | undefined): Tlv[] => (value === undefined ? [] : values(value.body));

/**
 * The subjectKeyIdentifier (RFC 5280, 4.2.1.2) of a certificate that OpenSSL has parsed, in lower-case hex; null
 * where it has none.
 */
export function subjectKeyIdOf(der: Uint8Array): string | null {
  const [certificate] = values(der);
  const [tbs] = inside(certificate);
  const extensions = inside(tbs).find(({ tag }) => tag === EXTENSIONS);
  const list = inside(extensions).find(({ tag }) => tag === SEQUENCE);
  for (const extension of inside(list)) {
    const parts = inside(extension);
    const [oid] = parts;
    if (oid !== undefined && hex(oid.body) === SUBJECT_KEY_IDENTIFIER) {
      const [id] = inside(parts.at(-1));
      return id === undefined ? null : hex(id.body);
    }
  }
  return null;
}
