interface Header {
  readonly contentAt: number;
  /** null: indefinite length, so the content runs up to its end-of-contents octets. */
  readonly length: number | null;
}

/** Tag and length octets (X.690, 8.1.2 and 8.1.3); null where they are cut off or longer than the bytes. */
function headerAt(der: Uint8Array, at: number): Header | null {
  let next = at + 1;
  if (((der[at] ?? 0) & 0x1f) === 0x1f) {
    while ((der[next] ?? 0) & 0x80) next++;
    next++;
  }
  const first = der[next++];
  if (first === undefined) return null;
  if (first === 0x80) return { contentAt: next, length: null };
  if (first < 0x80) return { contentAt: next, length: first };
  let length = 0;
  for (let left = first & 0x7f; left > 0; left--) length = length * 256 + (der[next++] ?? 0);
  return next + length > der.length ? null : { contentAt: next, length };
}

/**
 * The first element of the bytes, without what trails it; all the bytes where no element can be made out. Lengths
 * may be indefinite, as BER has it and OpenSSL's asn1_find_end reads it.
 */
export function firstElement(der: Uint8Array): Uint8Array {
  let at = 0;
  let open = 0;
  do {
    if (open > 0 && der[at] === 0 && der[at + 1] === 0) {
      open--;
      at += 2;
      continue;
    }
    const header = headerAt(der, at);
    if (header === null) return der;
    if (header.length === null) open++;
    at = header.contentAt + (header.length ?? 0);
  } while (open > 0);
  return at < der.length ? der.subarray(0, at) : der;
}

/** RFC 5280, 4.1: a TBSCertificate that does not begin with `[0] version` is one of version 1. */
export function isVersion1(certificate: Uint8Array): boolean {
  const outer = headerAt(certificate, 0);
  const tbs = outer && headerAt(certificate, outer.contentAt);
  return tbs !== null && certificate[tbs.contentAt] !== 0xa0;
}
