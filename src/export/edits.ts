import { PgRootCertError } from '../core/errors.js';
import { printable } from '../core/printable.js';
import { sameBytes } from '../install/apply.js';
import type { Edit, Edited } from '../install/change.js';
import { type Adding, addToStore } from '../keystore/add-to-store.js';
import { storeFormatOf } from '../keystore/read-store.js';
import type { NewEntry } from '../keystore/types.js';
import { readBundle } from '../x509/bundle.js';
import { mergeBundle } from '../x509/merge.js';
import { storeRefusal, wrongFormat } from './store-refusals.js';

/**
 * Adds to a keystore, or makes one. The key derivation of a store can take a second: what was worked out for the same
 * bytes is not worked out again under the lock.
 *
 * @throws (from the edit) PgRootCertError `store-password-wrong`, `store-unreadable`, `store-unsupported`,
 *   `store-wrong-format`
 */
export function storeEdit(path: string, entries: readonly NewEntry[], adding: Adding): Edit {
  let last: { readonly of: Uint8Array | null; readonly edited: Edited } | null = null;
  return (present) => {
    if (last !== null && sameBytes(last.of, present)) return last.edited;
    const result = addToStore(present, entries, adding);
    if ('refused' in result) throw storeRefusal(path, adding.format, result);
    last = { of: present, edited: { ...result, removed: [] } };
    return last.edited;
  };
}

/**
 * Adds to a PEM file as `install` adds to root.crt, or makes one.
 *
 * @throws (from the edit) PgRootCertError `store-unreadable`, `store-wrong-format`
 */
export function pemEdit(path: string, entries: readonly NewEntry[]): Edit {
  return (present) => {
    const merged = mergeBundle(
      present,
      entries.map(({ certificate }) => certificate),
    );
    if (!('refused' in merged))
      return { bytes: merged.bytes, added: merged.added, removed: [], kept: merged.kept };
    if (present !== null && !isText(present)) throw wrongFormat(path, 'pem');
    const { reason, line } = merged.refused;
    throw new PgRootCertError(
      'store-unreadable',
      `${path} cannot be read as PEM: ${printable(reason)}${line === null ? '' : ` (line ${line})`}`,
      { help: ['look at the file and mend it, or move it away', 'or write another file: --out FILE'], path },
    );
  };
}

const isText = (bytes: Uint8Array): boolean =>
  storeFormatOf(bytes) === null && !bytes.subarray(0, 4096).includes(0) && bytes[0] !== 0x30;

/**
 * One certificate in DER. Such a file has room for no other.
 *
 * @throws (from the edit) PgRootCertError `der-file-taken`
 */
export function derEdit(path: string, { certificate }: NewEntry): Edit {
  return (present) => {
    if (present === null) return { bytes: certificate.der, added: [certificate], removed: [], kept: [] };
    if (Buffer.compare(present, certificate.der) === 0) {
      return { bytes: present, added: [], removed: [], kept: [certificate] };
    }
    const [other] = readBundle(present).certificates;
    const what = other === undefined ? 'something else' : `"${printable(other.name)}"`;
    throw new PgRootCertError(
      'der-file-taken',
      `${path} holds ${what}, and DER has room for one certificate`,
      {
        help: ['write another file: --out FILE', 'or one that takes several: --format pem'],
        path,
      },
    );
  };
}
