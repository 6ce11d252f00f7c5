import {
  type Asn1,
  constructed,
  contentOf,
  inside,
  malformed,
  octetsOf,
  oidOf,
  onlyOf,
  TAG,
} from '../x509/asn1.js';
import { DEEPEST_NESTING, MOST_ENTRIES } from './limits.js';
import { OID } from './oids.js';

/** A certificate in a PKCS#12 store. */
export interface CertificateBag {
  readonly alias: string | null;
  readonly der: Uint8Array;
  readonly trusted: boolean;
  /** Of the chain of a private key, by its localKeyId. */
  readonly hasKey: boolean;
}

/** What a part holds that matters here. `aliases` has those of keys and certificates alike. */
export interface Bags {
  readonly certificates: readonly CertificateBag[];
  readonly aliases: readonly string[];
  /** False where a kind of bag or certificate is in it that is not known here. */
  readonly complete: boolean;
}

const TAG_BMP_STRING = 0x1e;

/**
 * The bags of a SafeContents (RFC 7292, 4.2), those inside others too.
 *
 * @throws Malformed (see x509/asn1)
 */
export function readBags(safeContents: Uint8Array): Bags {
  const bags = bagsIn(safeContents, 0);
  const certificates: CertificateBag[] = [];
  const aliases: string[] = [];
  let complete = true;
  for (const bag of bags) {
    const [type, value, attributes] = inside(bag, TAG.sequence);
    const kind = oidOf(type);
    const named = attributesOf(attributes);
    const alias = named.friendlyName;
    if (alias !== null) aliases.push(alias);
    if (kind !== OID.certBag) continue;
    const [certificateType, certificate] = inside(onlyIn(value), TAG.sequence);
    if (oidOf(certificateType) !== OID.x509Certificate) complete = false;
    else certificates.push({ alias, der: octetsOf(onlyIn(certificate)), ...named });
  }
  return { certificates, aliases, complete };
}

function bagsIn(safeContents: Uint8Array, depth: number): Asn1[] {
  if (depth > DEEPEST_NESTING) malformed('too deep');
  const bags = inside(onlyOf(safeContents), TAG.sequence);
  if (bags.length > MOST_ENTRIES) malformed('too many');
  return bags.flatMap((bag) => {
    const [type, value] = inside(bag, TAG.sequence);
    return oidOf(type) === OID.safeContentsBag ? bagsIn(onlyIn(value).raw, depth + 1) : [bag];
  });
}

/** What is in `[0] EXPLICIT`. */
const onlyIn = (element: Asn1 | undefined): Asn1 => onlyOf(contentOf(element, constructed(0)));

function attributesOf(set: Asn1 | undefined): {
  friendlyName: string | null;
  trusted: boolean;
  hasKey: boolean;
} {
  const found = { friendlyName: null as string | null, trusted: false, hasKey: false };
  for (const attribute of set === undefined ? [] : inside(set, TAG.set)) {
    const [type, values] = inside(attribute, TAG.sequence);
    const oid = oidOf(type);
    if (oid === OID.trustedKeyUsage) found.trusted = true;
    if (oid === OID.localKeyId) found.hasKey = true;
    if (oid !== OID.friendlyName) continue;
    const text = contentOf(inside(values, TAG.set)[0], TAG_BMP_STRING);
    found.friendlyName = Buffer.from(text.subarray(0, text.length & ~1))
      .swap16()
      .toString('utf16le');
  }
  return found;
}
