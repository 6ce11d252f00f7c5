/** A value that a client filled into its message, and what it may consist of. */
type Field = 'host' | 'port' | 'path' | '';

const ALLOWED: Readonly<Record<Field, RegExp | null>> = {
  host: /^[\p{L}\p{N}_*.:%-]{1,253}$/u,
  port: /^[0-9]{1,5}$/,
  path: /^[^\p{Cc}\p{Cf}"@=?*<>|]{1,260}$/u,
  '': null,
};

/** How far apart the two ends of one filled-in value may be. */
const LONGEST_VALUE = 300;
/** How many beginnings of a text are looked at; a log repeats itself. */
const MOST_TRIES = 64;

export interface Found {
  readonly start: number;
  readonly end: number;
  readonly quote: string;
  readonly host: string | null;
  readonly port: string | null;
  readonly path: string | null;
}

/** ASCII only, so that every character keeps its place. */
export const foldCase = (text: string): string => text.replace(/[A-Z]+/g, (run) => run.toLowerCase());

/**
 * Typographic quotes made plain and white space made single, for terminals wrap and chat programs improve; a blank
 * at the end, so that a template can ask for one after the last word.
 */
export const normalize = (text: string): string =>
  `${text.replace(/[“”„]/g, '"').replace(/[‘’]/g, "'")} `.replace(/\s+/g, ' ');

interface Part {
  readonly literal: string;
  readonly field: Field;
}

/** `a "{host}" b` as its fields, each with the literal before it, and the literal after the last. */
function parse(template: string): { fields: readonly Part[]; tail: string } {
  const pieces = template.split(/\{(host|port|path|)\}/);
  const fields: Part[] = [];
  for (let i = 0; i + 1 < pieces.length; i += 2) {
    fields.push({ literal: pieces[i] ?? '', field: (pieces[i + 1] ?? '') as Field });
  }
  return { fields, tail: pieces.at(-1) ?? '' };
}

const isWordCharacter = (character: string | undefined): boolean =>
  character !== undefined && /[a-z0-9_]/.test(character);

/** True unless the literal would begin in the middle of a word, or end there. */
function standsAlone(folded: string, at: number, end: number): boolean {
  const cutsBefore = isWordCharacter(folded[at]) && isWordCharacter(folded[at - 1]);
  const cutsAfter = isWordCharacter(folded[end - 1]) && isWordCharacter(folded[end]);
  return !cutsBefore && !cutsAfter;
}

/** Where an open value ends at the end of the template: a blank, a quote, a bracket or a comma. */
function endOfValue(text: string, from: number): number {
  const stop = text.slice(from, from + LONGEST_VALUE).search(/[\s"'`,;()]/);
  return stop < 0 ? Math.min(text.length, from + LONGEST_VALUE) : from + stop;
}

function matchAt(text: string, folded: string, template: string, start: number): Found | null {
  const { fields, tail } = parse(template);
  const literals = [...fields.map(({ literal }) => literal), tail];
  const values: Record<'host' | 'port' | 'path', string | null> = { host: null, port: null, path: null };
  let at = start + (literals[0] ?? '').length;
  let quote = text.slice(start, at);
  for (const [i, { field }] of fields.entries()) {
    const next = foldCase(literals[i + 1] ?? '');
    const length = folded.slice(at, at + LONGEST_VALUE + next.length).indexOf(next);
    if (length < 0) return null;
    const end = next === '' ? endOfValue(text, at) : at + length;
    const value = text.slice(at, end).replace(/\.$/, '');
    const shown = ALLOWED[field]?.test(value) ?? false;
    if (!shown && (field === 'host' || field === 'port')) return null;
    if (shown && field !== '') values[field] ??= value;
    quote += (shown ? value : '…') + text.slice(end, end + next.length);
    at = end + next.length;
  }
  return standsAlone(folded, start, at) ? { start, end: at, quote, ...values } : null;
}

/**
 * The first place in `text` (normalized) that reads as the template says, or null. Only substring searches within
 * bounds, so the time is linear in the text whatever it holds.
 */
export function findTemplate(text: string, folded: string, template: string): Found | null {
  const first = foldCase(template.split('{', 1)[0] ?? '');
  let start = folded.indexOf(first);
  for (let tries = 0; start >= 0 && tries < MOST_TRIES; tries++) {
    const found = matchAt(text, folded, template, start);
    if (found !== null) return found;
    start = folded.indexOf(first, start + 1);
  }
  return null;
}
