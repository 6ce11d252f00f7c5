/** A password as the parts of a PKCS#12 store take it. */
export interface PasswordForms {
  readonly text: string;
  /** BMPString with its two zero bytes, for RFC 7292's own derivation (B.1). */
  readonly bmp: Uint8Array;
  /** For PBKDF2, where OpenSSL and Java agree on UTF-8. */
  readonly utf8: Uint8Array;
}

/** The forms to try. An empty password has two: with the terminating zeros (Java) and without any byte (Windows). */
export function formsOf(text: string): readonly [PasswordForms, ...PasswordForms[]] {
  const utf8 = Buffer.from(text, 'utf8');
  const bmp = Buffer.from(`${text}\0`, 'utf16le').swap16();
  return [{ text, bmp, utf8 }, ...(text === '' ? [{ text, bmp: new Uint8Array(), utf8 }] : [])];
}
