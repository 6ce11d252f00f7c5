/**
 * A text value of what `reg export` writes: UTF-16LE, "Windows Registry Editor Version 5.00". REG_SZ is quoted, with
 * backslashes and quotes escaped; REG_EXPAND_SZ is `hex(2):` with the UTF-16LE bytes of the text and its final NUL, in
 * lines that a backslash continues. null where there is no such value, or it is none of these.
 */
export function registryText(exported: Uint8Array, name: string): string | null {
  const text = Buffer.from(exported)
    .toString('utf16le')
    .replaceAll(/\\\r?\n\s*/g, '');
  const start = `"${name.toLowerCase()}"=`;
  const line = text.split(/\r?\n/).find((each) => each.toLowerCase().startsWith(start));
  const value = line?.slice(start.length) ?? '';
  const quoted = /^"((?:[^"\\]|\\.)*)"$/.exec(value)?.[1];
  if (quoted !== undefined) return quoted.replaceAll(/\\(.)/g, '$1');
  const hex = /^hex\(2\):((?:[0-9a-f]{2},?)*)$/i.exec(value)?.[1];
  if (hex === undefined) return null;
  return Buffer.from(hex.replaceAll(',', ''), 'hex').toString('utf16le').replace(/\0+$/, '');
}
