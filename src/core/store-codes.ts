import type { CodeFacts } from './code-facts.js';

/** The codes of keystores and other files that `export` writes. */
export const stores = {
  'store-password-missing': {
    severity: 'error',
    exit: 2,
    title: 'a keystore needs a password, and none was given',
  },
  'store-password-unfit': { severity: 'error', exit: 2, title: 'a new keystore cannot have this password' },
  'store-password-wrong': {
    severity: 'error',
    exit: 4,
    title: 'a keystore does not open with this password',
  },
  'store-password-exposed': {
    severity: 'warning',
    title: "others can read the file with a keystore's password",
  },
  'store-unreadable': { severity: 'error', exit: 4, title: 'a file that should be added to is damaged' },
  'store-unsupported': { severity: 'error', exit: 4, title: 'a keystore holds what cannot be read here' },
  'store-wrong-format': {
    severity: 'error',
    exit: 4,
    title: 'a file is of another format than the one asked for',
  },
  'der-file-taken': { severity: 'error', exit: 4, title: 'a DER file holds another certificate already' },
} as const satisfies Record<string, CodeFacts>;
