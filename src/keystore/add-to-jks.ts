import { jksDigest, type OpenedJks } from './jks.js';
import type { NewEntry } from './types.js';

const HEADER = Buffer.from('feedfeed', 'hex');
const TRUSTED_CERTIFICATE = 2;

/**
 * A JKS store, or one that is there with certificates added: its entries stay byte for byte, and the digest is made
 * anew with the password.
 */
export function addToJks(
  present: OpenedJks | null,
  entries: readonly NewEntry[],
  password: string,
  now: Date,
): Uint8Array {
  const version = present?.version ?? 2;
  const count = (present?.entries.length ?? 0) + entries.length;
  const content = Buffer.concat([
    HEADER,
    uint32(version),
    uint32(count),
    present?.body ?? new Uint8Array(),
    ...entries.map((entry) => trustedEntry(entry, version, now)),
  ]);
  return Buffer.concat([content, jksDigest(password, content)]);
}

function trustedEntry({ alias, certificate }: NewEntry, version: number, now: Date): Buffer {
  const created = Buffer.alloc(8);
  created.writeBigUInt64BE(BigInt(now.getTime()));
  return Buffer.concat([
    uint32(TRUSTED_CERTIFICATE),
    text(alias),
    created,
    ...(version === 2 ? [text('X.509')] : []),
    uint32(certificate.der.length),
    certificate.der,
  ]);
}

function uint32(value: number): Buffer {
  const bytes = Buffer.alloc(4);
  bytes.writeUInt32BE(value);
  return bytes;
}

/** DataOutput.writeUTF of ASCII, which is all that an alias of ours is made of. */
function text(ascii: string): Buffer {
  const size = Buffer.alloc(2);
  size.writeUInt16BE(ascii.length);
  return Buffer.concat([size, Buffer.from(ascii, 'ascii')]);
}
