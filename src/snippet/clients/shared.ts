import type { Client } from '../types.js';

/** What libpq and all that is built on it have in common (libpq, SSL Support; The Password File). */
export const LIBPQ = {
  reads: {
    named: true,
    byDefault: ({ libpq }) => libpq,
    words: 'by itself it reads $FILE',
  },
  require: {
    verifies: true,
    words: 'verifies the certificate once the root file is there, as verify-ca does, but not the host name',
  },
  password: 'it asks for it, or takes it from ~/.pgpass (PGPASSFILE) or PGPASSWORD',
  gss: 'gssencmode=disable must be set from libpq 12 on',
} as const satisfies Partial<Client>;

/** The same for what has nobody to ask. */
export const LIBPQ_PROGRAM = {
  ...LIBPQ,
  password: 'from ~/.pgpass (PGPASSFILE) or PGPASSWORD, without a word in the code',
} as const satisfies Partial<Client>;

/** pgjdbc (its documentation, Configuring the Client, and LibPQFactory.java). */
export const PGJDBC = {
  reads: {
    named: true,
    byDefault: ({ passwd }) => passwd,
    words: 'by itself pgjdbc reads $FILE',
  },
  require: { verifies: false, words: 'does not verify anything, even with the root file there' },
  gss: "gssEncMode=disable is pgjdbc's name for gssencmode=disable",
} as const satisfies Partial<Client>;

export const NO_GSS = 'gssencmode=disable need not be set: it never asks for GSSAPI encryption';
