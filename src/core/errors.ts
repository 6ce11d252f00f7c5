import { CODES, type ErrorCode } from './codes.js';
import type { Finding } from './findings.js';

export interface ErrorDetails {
  /** What to do, one sentence or command each, the safest first. */
  readonly help?: readonly string[];
  /** What was found before the command ended. */
  readonly findings?: readonly Finding[];
  /** The file that was to be changed, where there was one. */
  readonly path?: string;
  readonly cause?: unknown;
}

/** The one error that this package throws on purpose. `message` states the fact, in lower case. */
export class PgRootCertError extends Error {
  override readonly name = 'PgRootCertError';
  readonly code: ErrorCode;
  readonly help: readonly string[];
  readonly findings: readonly Finding[];
  readonly path: string | null;

  constructor(code: ErrorCode, message: string, details: ErrorDetails = {}) {
    super(message, { cause: details.cause });
    this.code = code;
    this.help = details.help ?? [];
    this.findings = details.findings ?? [];
    this.path = details.path ?? null;
  }

  /** The exit code of the process that this error ends. */
  get exitCode(): number {
    return CODES[this.code].exit;
  }
}
