/** What stands between the pieces of a text that was cut up, in some programming language or file format. */
const BETWEEN = /[\s"'`,;()[\]\\\ufeff\0]+/;
/** `+`, `||`, `..` and the like join strings; `#`, `//`, `*`, `>` stand before each line of a comment or a quotation. */
const GLUE = /^[+.&|_*#/<>-]{1,2}$/;

/**
 * The base64 of a PEM body, however it stands in a text: in lines, indented, quoted, as one string with `\n` in it (JSON,
 * .env) or as many that are joined (JavaScript, Java, Go, PHP), with escaped slashes and signs. null where there is
 * anything else. Takes time in proportion to the text.
 */
export function base64In(body: string): string | null {
  const plain = body
    .replace(/\\{1,4}(?:u00|x)([0-9a-f]{2})/gi, (_, hex: string) =>
      String.fromCharCode(Number.parseInt(hex, 16)),
    )
    .replace(/\\{1,4}[nrt]|&#(?:1[03]|x0?[ad]);/gi, ' ')
    .replace(/\\{1,4}\//g, '/');
  const data = plain
    .split(BETWEEN)
    .filter((piece) => !GLUE.test(piece))
    .join('');
  return /^[A-Za-z0-9+/]+={0,2}$/.test(data) ? data : null;
}
