/** Colours for a terminal; plain text elsewhere. */
export interface Paint {
  readonly bold: (text: string) => string;
  readonly dim: (text: string) => string;
  readonly red: (text: string) => string;
  readonly yellow: (text: string) => string;
  readonly green: (text: string) => string;
  readonly cyan: (text: string) => string;
  /** How wide a line may be; Infinity where nobody looks, so that a line stays a line in a pipe. */
  readonly columns: number;
  /** Quotes as this system's shell wants them. */
  readonly windows: boolean;
}

export function makePaint(coloured: boolean, columns: number, windows: boolean): Paint {
  const style = (on: number, off: number) => (text: string) =>
    coloured ? `\u001b[${on}m${text}\u001b[${off}m` : text;
  return {
    bold: style(1, 22),
    dim: style(2, 22),
    red: style(31, 39),
    yellow: style(33, 39),
    green: style(32, 39),
    cyan: style(36, 39),
    columns,
    windows,
  };
}
