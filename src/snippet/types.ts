import type { ClientId } from './ids.js';

/** What is filled in. Texts are as libpq would use them, of any content; quoting is each client's matter. */
export interface Values {
  readonly host: string;
  readonly port: number;
  readonly database: string;
  readonly user: string;
  /** Absolute. */
  readonly rootFile: string;
  /** Where a keystore with the same roots would lie. */
  readonly storeFile: string;
  /** The command that makes that keystore, as one would type it. */
  readonly storeCommand: string;
  /** True where GSSAPI encryption must not be tried. */
  readonly noGss: boolean;
  /** The name for a section of a service file or of odbc.ini. */
  readonly name: string;
  readonly platform: NodeJS.Platform;
}

/** The root files that clients of this user look for when nothing names one; null where no home is known. */
export interface DefaultFiles {
  /** libpq's, by its rules for this system. */
  readonly libpq: string | null;
  /** In the home that the password database names: pgjdbc's. */
  readonly passwd: string | null;
  /** In `.postgresql` of the home folder, on Windows too: asyncpg's. */
  readonly dotted: string | null;
}

/** How the text is marked up: what begins a comment, null where the format has none. */
export interface Language {
  readonly name: string;
  readonly comment: string | null;
  /** The line that must come first, before any comment. */
  readonly opening?: string;
  /** What makes of a comment's text one that is never carried out. */
  readonly inComment?: (text: string) => string;
}

export interface Client {
  readonly id: ClientId;
  readonly title: string;
  /** Where the text goes. */
  readonly place: string;
  readonly language: Language;
  readonly reads: {
    /** False: the client cannot be told which file to read. */
    readonly named: boolean;
    readonly byDefault: (files: DefaultFiles) => string | null;
    /** What it reads where nothing names a file; `$FILE` stands for `byDefault`. */
    readonly words: string;
  };
  /** Whether its `sslmode=require` checks the certificate when the root file is there, and in words. */
  readonly require: { readonly verifies: boolean; readonly words: string };
  /** How the password gets in. */
  readonly password: string;
  /** What stands for `gssencmode=disable` there. */
  readonly gss: string;
  /** More that is worth knowing, a sentence each; what begins with two blanks is a line to copy. */
  readonly more?: (values: Values) => readonly string[];
  /** @throws PgRootCertError `not-expressible`: the format cannot hold one of the values */
  readonly text: (values: Values) => string;
}
