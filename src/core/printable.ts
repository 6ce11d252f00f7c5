/** Controls, bidirectional and invisible marks, lone surrogates, private and unassigned code points, odd line ends. */
const UNPRINTABLE = /[\p{C}\p{Zl}\p{Zp}]/gu;

/**
 * A text from outside (a certificate's name, a server's words, a file's) made fit for a message: one line, nothing
 * that moves the cursor, recolours or reorders, and at most `limit` characters (code points).
 */
export function printable(text: string, limit = 200): string {
  // Only the head of a huge text is looked at; what is stripped from it counts, so a little may be missing.
  const head = text.slice(0, 4 * limit);
  const clean = Array.from(
    head
      .replace(/[\t\r\n]+/g, ' ')
      .replace(UNPRINTABLE, '')
      .trim(),
  );
  if (clean.length <= limit && head.length === text.length) return clean.join('');
  return `${clean.slice(0, limit - 1).join('')}…`;
}
