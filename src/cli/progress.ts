/**
 * One line on stderr that is written over while a command works, and gone when it ends; cut to the terminal's columns,
 * for a line that wraps could not be taken back. Silent with null.
 */
export function progressLine(write: (text: string) => void, columns: number | null) {
  let shown = false;
  return {
    show: (line: string): void => {
      if (columns === null) return;
      shown = true;
      write(`\r\u001b[2K${line.slice(0, columns - 1)}`);
    },
    clear: (): void => {
      if (shown) write('\r\u001b[2K');
    },
  };
}

/** `[######    ] 3 of 5 what`. */
export function progressBar(done: number, total: number, what: string): string {
  const filled = Math.round((done / total) * 20);
  return `[${'#'.repeat(filled).padEnd(20)}] ${done} of ${total} ${what}`;
}
