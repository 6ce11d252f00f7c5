/** An argv as somebody would type it, in a POSIX shell or in Windows' cmd and PowerShell. */
export function commandText(argv: readonly string[], windows: boolean): string {
  return argv.map((word) => quote(word, windows)).join(' ');
}

/** `C:\…` or `\\server\…`: on other systems an absolute path begins with a slash. */
export const isWindowsPath = (path: string): boolean => /^([a-z]:)?\\/i.test(path);

/** A path as a word of a command, for the system that has such paths; a path of Windows holds no quotes. */
export const pathWord = (path: string): string => (isWindowsPath(path) ? `"${path}"` : quote(path, false));

function quote(word: string, windows: boolean): string {
  if ((windows ? /^[\w+=:./\\*-]+$/ : /^[\w@%+=:,./-]+$/).test(word)) return word;
  return windows ? `"${word.replaceAll('"', '""')}"` : `'${word.replaceAll("'", "'\\''")}'`;
}
