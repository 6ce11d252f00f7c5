/**
 * A text behind a label, broken between words where a line would be wider than `columns`; further lines are indented
 * as far as the label is wide, or by `indent`. A word that is too wide, such as a path, stays whole.
 */
export function wrap(label: string, text: string, columns: number, indent = label.length): string {
  const lines = [label];
  for (const word of text.split(' ')) {
    const line = lines.at(-1) ?? '';
    const empty = line === label || line.trim() === '';
    if (!empty && line.length + 1 + word.length > columns) lines.push(' '.repeat(indent) + word);
    else lines[lines.length - 1] = line + (empty ? '' : ' ') + word;
  }
  return lines.join('\n');
}
