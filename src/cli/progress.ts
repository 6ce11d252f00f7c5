import type { Progress } from '../download/types.js';

/** One line on stderr that is written over while downloads run, and gone when they end. Silent unless `live`. */
export function progressLine(write: (text: string) => void, live: boolean) {
  let shown = false;
  return {
    show: ({ url, done, total }: Progress): void => {
      if (!live) return;
      shown = true;
      write(`\r\u001b[2Kdownloading (${done} of ${total})${url === null ? '' : ` ${url}`}`);
    },
    clear: (): void => {
      if (shown) write('\r\u001b[2K');
    },
  };
}
