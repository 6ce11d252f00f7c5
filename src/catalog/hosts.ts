import type { Provider } from './types.js';

/**
 * True if `host` fits `pattern`, both in lower case. `*` is any run of characters, dots too; the rest stands for
 * itself. Each piece between stars is taken where it first occurs, so there is nothing to go back to.
 */
export function fitsPattern(host: string, pattern: string): boolean {
  const [first = '', ...middle] = pattern.split('*');
  const last = middle.pop();
  if (last === undefined) return host === pattern;
  if (!host.startsWith(first)) return false;
  let end = first.length;
  for (const piece of middle) {
    const found = host.indexOf(piece, end);
    if (found === -1) return false;
    end = found + piece.length;
  }
  return host.length - last.length >= end && host.endsWith(last);
}

/** The length of the provider's longest pattern that fits; null where none does. */
function longestFit(provider: Provider, host: string): number | null {
  const lengths = provider.hosts
    .filter((pattern) => fitsPattern(host, pattern.toLowerCase()))
    .map((pattern) => pattern.length);
  return lengths.length === 0 ? null : Math.max(...lengths);
}

const goesBefore = (provider: Provider, other: Provider): boolean =>
  provider.before?.some((id) => other.id === id || other.id.startsWith(`${id}/`)) ?? false;

/**
 * The provider whose pattern fits the host name, in whatever case and with or without one dot at its end; null
 * where none fits. Where several do, those that another of them goes `before` drop out, then the longest pattern
 * wins, then the first in the list.
 */
export function providerForHost(providers: readonly Provider[], hostname: string): Provider | null {
  const host = hostname.toLowerCase().replace(/\.$/, '');
  const fitting = providers.flatMap((provider) => {
    const length = longestFit(provider, host);
    return length === null ? [] : [{ provider, length }];
  });
  const [best] = fitting
    .filter(({ provider }) => !fitting.some((other) => goesBefore(other.provider, provider)))
    .sort((a, b) => b.length - a.length);
  return best?.provider ?? null;
}
