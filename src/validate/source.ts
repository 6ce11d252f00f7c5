import type { Catalog, CatalogRoot } from '../catalog/types.js';
import { pathWord } from '../core/command-line.js';
import type { Finding } from '../core/findings.js';
import { printable } from '../core/printable.js';
import { redactUrl } from '../core/redact.js';
import type { Certificate } from '../x509/types.js';

/** Bytes that claim to hold trust anchors: a file, stdin, a URL's body, the package's own copy. */
export interface Source {
  readonly bytes: Uint8Array;
  /** The source as the operator named it: a path, a URL, `-` or `standard input`, a catalogue id. */
  readonly label: string;
  /** SHA-256 of the DER, 64 lower-case hex digits each, as `parsePin` gives them. */
  readonly pins: ReadonlySet<string>;
  readonly catalog: Pick<Catalog, 'bySha256' | 'formerProvidersOf'>;
  /** The operator answers for the source (a file or stdin, never a download) where neither pin nor catalogue does. */
  readonly vouched: boolean;
  /** The command line that advice repeats, before the source; `install` if not given. */
  readonly advised?: string;
  readonly now: Date;
}

/** A certificate that may be trusted; `root` is the catalogue's entry for these bytes, null where it has none. */
export interface AcceptedRoot {
  readonly certificate: Certificate;
  readonly root: CatalogRoot | null;
}

export interface Validated {
  readonly accepted: readonly AcceptedRoot[];
  readonly findings: readonly Finding[];
}

const STANDARD_INPUT = 'standard input';

export const isUrl = (label: string): boolean => /^https?:/i.test(label);

const isStandardInput = (label: string): boolean => label === '-' || label === STANDARD_INPUT;

/** A source's name in a message. A signed URL keeps its secret. */
export function sourceName(label: string): string {
  if (isStandardInput(label)) return STANDARD_INPUT;
  return isUrl(label) ? redactUrl(label) : printable(label);
}

/** A source as an argument of `install`, quoted where it must be. */
export function sourceArgument(label: string): string {
  if (isStandardInput(label)) return '-';
  const word = isUrl(label) ? redactUrl(label) : printable(label, 1000);
  return pathWord(word);
}

/** A certificate's name in a message: whoever made the certificate chose it. */
export const certificateName = (certificate: Certificate): string => `"${printable(certificate.name)}"`;
