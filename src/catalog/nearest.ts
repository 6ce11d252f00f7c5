/** How many characters to insert, drop, replace or swap with a neighbour to make `b` of `a` (optimal string alignment). */
export function editDistance(a: string, b: string): number {
  let beforeLast: number[] = [];
  let last = Array.from({ length: b.length + 1 }, (_, j) => j);
  for (let i = 1; i <= a.length; i++) {
    const row = [i];
    for (let j = 1; j <= b.length; j++) {
      const same = a[i - 1] === b[j - 1] ? 0 : 1;
      let least = Math.min((last[j] ?? 0) + 1, (row[j - 1] ?? 0) + 1, (last[j - 1] ?? 0) + same);
      if (a[i - 1] === b[j - 2] && a[i - 2] === b[j - 1])
        least = Math.min(least, (beforeLast[j - 2] ?? 0) + 1);
      row[j] = least;
    }
    beforeLast = last;
    last = row;
  }
  return last[b.length] ?? 0;
}

export interface Named {
  readonly id: string;
  readonly name: string;
}

const LONGEST = 100;
const SHORTEST_PART = 3;

const words = (text: string): string[] => text.toLowerCase().match(/[a-z0-9]+/g) ?? [];
const bare = (text: string): string => words(text).join('');

/**
 * How far apart what was typed and a known id or name are; null is too far. That all words typed occur in it, or
 * it in them, is further than any misspelling. A few letters count only as a whole word.
 */
function distance(typed: readonly string[], name: string): number | null {
  const word = typed.join('');
  const known = bare(name);
  const edits = editDistance(word, known);
  if (edits <= Math.floor(Math.min(word.length, known.length) / 3)) return edits;
  const shorter = Math.min(word.length, known.length);
  const within = typed.every((part) => known.includes(part)) || word.includes(known);
  const whole = typed.every((part) => words(name).includes(part));
  return whole || (within && shorter >= SHORTEST_PART) ? LONGEST + edits : null;
}

/**
 * Up to three ids that were probably meant, the likeliest first: by id or by name, without regard to case,
 * spaces and punctuation.
 */
export function nearest(typed: string, entries: readonly Named[]): string[] {
  if (typed.length > LONGEST) return [];
  const parts = words(typed);
  if (parts.length === 0) return [];
  return entries
    .flatMap(({ id, name }) => {
      const distances = [id, name].flatMap((known) => distance(parts, known) ?? []);
      return distances.length === 0 ? [] : [{ id, distance: Math.min(...distances) }];
    })
    .sort((a, b) => a.distance - b.distance)
    .slice(0, 3)
    .map(({ id }) => id);
}
