import type { Progress } from '../download/types.js';

/**
 * One line on stderr that is written over while downloads run, and gone when they end; cut to the terminal's columns,
 * for a line that wraps could not be taken back. Silent with null.
 */
export function progressLine(write: (text: string) => void, columns: number | null) {
  let shown = false;
  return {
    show: ({ url, done, total }: Progress): void => {
      if (columns === null) return;
      shown = true;
      const line = `downloading (${done} of ${total})${url === null ? '' : ` ${url}`}`;
      write(`\r\u001b[2K${line.slice(0, columns - 1)}`);
    },
    clear: (): void => {
      if (shown) write('\r\u001b[2K');
    },
  };
}
