import { PgRootCertError } from '../core/errors.js';
import type { Certificate } from '../x509/types.js';
import {
  type AcceptedRoot,
  certificateName,
  isUrl,
  type Source,
  sourceArgument,
  sourceName,
} from './source.js';

/** More pins than this make no command that anybody would compare. */
const MOST_PINS_IN_A_COMMAND = 10;

const counted = (others: number): string =>
  others === 1 ? 'one more certificate' : `${others} more certificates`;

/**
 * Matches every certificate with a pin or with the catalogue. `vouched` stands in for missing pins, never for wrong
 * ones.
 * @throws {PgRootCertError} `fingerprint-mismatch`, `fingerprint-required`
 */
export function authenticate(taken: readonly Certificate[], source: Source): readonly AcceptedRoot[] {
  const { pins, catalog, vouched } = source;
  const accepted = taken.map((certificate) => ({ certificate, root: catalog.bySha256(certificate.sha256) }));
  const unknown = taken.filter(({ sha256 }) => !pins.has(sha256) && catalog.bySha256(sha256) === null);
  const [stray] = unknown;
  if (stray !== undefined && pins.size > 0) throw mismatch(stray, source);
  if (stray !== undefined && !vouched) throw required(unknown, source);
  return accepted;
}

function mismatch(found: Certificate, { pins, label }: Source): PgRootCertError {
  const [first] = pins;
  const expected = pins.size === 1 ? first : `one of ${pins.size} pins (${first}, …)`;
  return new PgRootCertError(
    'fingerprint-mismatch',
    `${sourceName(label)} holds another certificate: expected SHA-256 ${expected}, found ${found.sha256}, ` +
      certificateName(found),
    { help: ["do not trust it before the vendor's own pages, read by another way, give its SHA-256"] },
  );
}

function required(unknown: readonly Certificate[], { label, advised = 'install' }: Source): PgRootCertError {
  const [first, ...others] = unknown;
  const subject = first === undefined ? 'nothing' : `${certificateName(first)} (SHA-256 ${first.sha256})`;
  const rest = others.length === 0 ? '' : ` and ${counted(others.length)}`;
  const again = `pg-root-cert ${advised} ${sourceArgument(label)}`;
  const pinned = unknown.map(({ sha256 }) => ` --sha256 ${sha256}`).join('');
  const compare =
    unknown.length > MOST_PINS_IN_A_COMMAND
      ? 'keep only the roots that are needed, and give the SHA-256 of each with --sha256'
      : `compare it with what the vendor publishes elsewhere, then: ${again}${pinned}`;
  const vouch = `or answer for the source yourself: ${again} --vouch`;
  return new PgRootCertError(
    'fingerprint-required',
    `nothing vouches for ${subject}${rest} in ${sourceName(label)}`,
    { help: isUrl(label) ? [compare] : [compare, vouch] },
  );
}
