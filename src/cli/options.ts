import type { OptionSpec } from './command.js';

/** Options that every command takes. */
export const GLOBAL_OPTIONS = {
  json: { type: 'boolean', describe: 'print one JSON document' },
  quiet: { type: 'boolean', alias: 'q', describe: 'print errors only' },
  color: { type: 'boolean', describe: 'colours; --no-color for none' },
} as const satisfies Record<string, OptionSpec>;

export const FILE = {
  type: 'string',
  value: 'PATH',
  describe: "this file, not libpq's root.crt",
} as const;
export const CATALOG = {
  type: 'string',
  value: 'FILE',
  describe: "a site's own catalogue, on top of the embedded one",
} as const;
export const FOR = {
  type: 'string',
  array: true,
  value: 'HOST',
  describe: "the roots that this host's provider needs; or a connection string",
} as const;
export const DRY_RUN = { type: 'boolean', describe: 'say what would be done, and do nothing' } as const;
export const TIMEOUT = {
  type: 'number',
  value: 'SECONDS',
  describe: 'for downloads, and for the lock (20)',
} as const;
export const WARN_DAYS = {
  type: 'number',
  value: 'DAYS',
  describe: 'say so this long before one expires (90)',
} as const;

export const DEFAULT_TIMEOUT_S = 20;
export const DEFAULT_WARN_DAYS = 90;

export const TARGETS = { type: 'string', value: 'FILE', describe: 'a connection string a line' } as const;
export const DOCTOR_TIMEOUT_S = 10;
export const DOCTOR_CONCURRENCY = 8;
export const AUDIT_TIMEOUT_S = 15;

export const SCAN_TIMEOUT_S = 60;
export const SCAN_MAX_FILES = 500_000;
export const SCAN_MAX_MB = 16;
