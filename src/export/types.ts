import type { PgRootCertError } from '../core/errors.js';
import type { Finding } from '../core/findings.js';
import type { Accepted, SourceKind } from '../install/accept.js';
import type { Change } from '../install/change.js';
import type { SourceOptions } from '../install/sources.js';
import type { Location } from '../locate/location.js';

export const FORMATS = ['pem', 'der', 'pkcs12', 'jks'] as const;
export type ExportFormat = (typeof FORMATS)[number];

export const isStoreFormat = (format: ExportFormat): format is 'pkcs12' | 'jks' =>
  format === 'pkcs12' || format === 'jks';

export interface ExportOptions extends SourceOptions {
  /** What is exported where there are no requests. */
  readonly rootCrt: () => Promise<Location>;
  /** As given; for several certificates in DER it names a folder. */
  readonly out: string;
  /** null: as the file that is there, or its name, says. */
  readonly format: ExportFormat | null;
  /** Holds a store's password in its first line. */
  readonly passwordFile?: string;
  readonly dryRun: boolean;
}

/** One file: what became of it, or why nothing did. */
export type ExportTarget =
  | { readonly path: string; readonly change: Change }
  | { readonly path: string; readonly error: PgRootCertError };

export interface ExportResult {
  readonly format: ExportFormat;
  readonly targets: readonly ExportTarget[];
  /** The root.crt that was exported; null where sources were named. */
  readonly rootCrt: string | null;
  readonly accepted: readonly Accepted[];
  readonly source: SourceKind;
  readonly findings: readonly Finding[];
}
