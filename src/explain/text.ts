import type { Code } from '../core/codes.js';
import { PATTERNS } from './patterns.js';
import { namedTarget } from './target.js';
import { type Found, findTemplate, foldCase, normalize } from './template.js';
import type { Cause, Explanation, Kind, Pattern } from './types.js';

/** Characters of a pasted text that are read; what comes after them is left out. */
export const TEXT_LIMIT = 64 * 1024;

interface Hit {
  readonly pattern: Pattern;
  readonly found: Found;
}

const ORDER: Readonly<Record<Kind, number>> = { cause: 0, symptom: 1, aftermath: 2 };

function hits(text: string): readonly Hit[] {
  const folded = foldCase(text);
  return PATTERNS.flatMap((pattern) => {
    for (const template of pattern.texts) {
      const found = findTemplate(text, folded, template);
      if (found !== null) return [{ pattern, found }];
    }
    return [];
  });
}

const length = ({ found }: Hit): number => found.end - found.start;
const overlap = (a: Hit, b: Hit): boolean => a.found.start < b.found.end && b.found.start < a.found.end;

/** Of the hits on the same words, the longest, for it says most. */
function withoutShorter(all: readonly Hit[]): readonly Hit[] {
  const kept: Hit[] = [];
  for (const hit of [...all].sort((a, b) => length(b) - length(a))) {
    if (!kept.some((longer) => overlap(longer, hit))) kept.push(hit);
  }
  return kept;
}

/** Each code once, with its best likelihood, the likely ones first. */
function merged(causes: readonly Cause[]): readonly Cause[] {
  const byCode = new Map<Code, Cause>();
  const likelyFirst = [...causes].sort(
    (a, b) => Number(b.likelihood === 'likely') - Number(a.likelihood === 'likely'),
  );
  for (const cause of likelyFirst) if (!byCode.has(cause.code)) byCode.set(cause.code, cause);
  return [...byCode.values()];
}

function causesOf(ordered: readonly Hit[], tlsFailed: boolean): readonly Cause[] {
  const named = ordered.some(({ pattern }) => pattern.kind === 'cause');
  return merged(
    ordered.flatMap(({ pattern }) => {
      if (named && pattern.kind === 'symptom') return [];
      return tlsFailed ? (pattern.afterTlsFailure?.causes ?? pattern.causes) : pattern.causes;
    }),
  );
}

const MISSING_ROOT: readonly Code[] = [
  'root-crt-missing',
  'root-not-trusted',
  'root-crt-no-root',
  'root-expired',
];

/** Names that could be a provider's: not an address, not a bare name. */
const couldBeProviders = (host: string): boolean => host.includes('.') && !/^[0-9.]+$/.test(host);

function remedyFor(causes: readonly Cause[], host: string | null): readonly string[] | null {
  if (host === null || !couldBeProviders(host)) return null;
  const missing = causes.some(
    ({ code, likelihood }) => likelihood === 'likely' && MISSING_ROOT.includes(code),
  );
  return missing ? ['pg-root-cert', 'install', '--for', host] : null;
}

function decideWith(host: string | null, port: string | null): readonly string[] {
  if (host === null) return ['pg-root-cert', 'doctor'];
  return ['pg-root-cert', 'doctor', port === null ? `host=${host}` : `host=${host} port=${port}`];
}

/**
 * What a pasted error of a client means. Causes come before symptoms and symptoms before their aftermath, then in
 * the order of the text; a symptom adds no causes where something names one. Reads the first 64 KiB. Of the text
 * nothing comes back but the known words, host, port and path.
 */
export function explainText(pasted: string): Explanation {
  const text = normalize(pasted.slice(0, TEXT_LIMIT));
  const ordered = [...withoutShorter(hits(text))].sort(
    (a, b) => ORDER[a.pattern.kind] - ORDER[b.pattern.kind] || a.found.start - b.found.start,
  );
  const tlsFailed = ordered.some(({ pattern }) => pattern.kind !== 'aftermath');
  const causes = causesOf(ordered, tlsFailed);
  const target = namedTarget(text);
  const quoted = ordered.find(({ found }) => found.host !== null)?.found;
  const host = target.host ?? quoted?.host ?? null;
  const port = target.host === null ? (quoted?.port ?? null) : target.port;
  return {
    matched: ordered.map(({ pattern, found }) => ({
      client: pattern.client,
      title: (tlsFailed ? pattern.afterTlsFailure?.title : undefined) ?? pattern.title,
      quote: found.quote.trim(),
    })),
    causes,
    host,
    port,
    path: ordered.find(({ found }) => found.path !== null)?.found.path ?? null,
    decide: decideWith(host, port),
    remedy: remedyFor(causes, host),
  };
}
