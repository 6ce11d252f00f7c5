/** The first few of a list in words, and how many more of `all` there are. */
export function listed(names: readonly string[], most: number, all = names.length): string {
  const shown = names.slice(0, most);
  return `${shown.join(', ')}${all > shown.length ? ` and ${all - shown.length} more` : ''}`;
}

/** `1,000 files`. Not by Intl, whose first use takes longer than all else of a start. */
export const count = (number: number, one: string, many = `${one}s`): string =>
  `${String(number).replaceAll(/\B(?=(?:\d{3})+$)/g, ',')} ${number === 1 ? one : many}`;
