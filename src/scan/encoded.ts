/**
 * base64 of `-----BEGIN C`, as it comes out by how many bytes stand before it in the text that was encoded: none, as in
 * a Secret of Kubernetes, or one or two more than a multiple of three.
 */
const BEGIN = /LS0tLS1CRUdJTiBD|LS0tQkVHSU4gQ|LS0tLUJFR0lOI/g;
const DIGIT = /[A-Za-z0-9+/]/;
const DIGITS = /[A-Za-z0-9+/\s]*/y;

/** The texts that stand in a text as base64 and hold a certificate in PEM. Takes time in proportion to the text. */
export function* encodedTexts(text: string): Generator<Uint8Array> {
  let end = 0;
  for (BEGIN.lastIndex = 0; ; BEGIN.lastIndex = end) {
    const found = BEGIN.exec(text);
    if (found === null) return;
    let start = found.index;
    while (start > end && DIGIT.test(text[start - 1] ?? '')) start--;
    DIGITS.lastIndex = start;
    DIGITS.exec(text);
    end = Math.max(DIGITS.lastIndex, found.index + found[0].length);
    yield Buffer.from(text.slice(start, end), 'base64');
  }
}
