import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import { fitsPattern, providerForHost } from '../../../src/catalog/hosts.js';
import type { Provider } from '../../../src/catalog/types.js';

const provider = (id: string, hosts: string[], before?: string[]): Provider => ({
  id,
  name: id,
  roots: [],
  formerly: [],
  hosts,
  ...(before === undefined ? {} : { before }),
});

describe('fitsPattern', () => {
  test.each([
    ['a.b', 'a.b', true],
    ['a.b', 'a.c', false],
    ['axb', 'a.b', false],
    ['x.y.db', '*.db', true],
    ['xdb', '*.db', false],
    ['a', 'a*a', false],
    ['aa', 'a*a', true],
    ['a.x.b.x.c', 'a*x*c', true],
    ['anything', '*', true],
  ])('%s and %s: %p', (host, pattern, expected) => {
    expect(fitsPattern(host, pattern)).toBe(expected);
  });

  test('is what the regular expression would say', () => {
    const word = fc.string({ unit: fc.constantFrom('a', 'b', '.'), maxLength: 8 });
    const pattern = fc.string({ unit: fc.constantFrom('a', 'b', '.', '*'), maxLength: 8 });
    fc.assert(
      fc.property(word, pattern, (host, glob) => {
        const expression = new RegExp(`^${glob.replaceAll('.', '\\.').replaceAll('*', '.*')}$`);
        expect(fitsPattern(host, glob)).toBe(expression.test(host));
      }),
    );
  });

  test('takes no time on a pattern made to take long', () => {
    const started = performance.now();
    expect(fitsPattern(`${'a'.repeat(50_000)}c`, `${'*a'.repeat(200)}*b`)).toBe(false);
    expect(performance.now() - started).toBeLessThan(500);
  });
});

describe('providerForHost', () => {
  test('the longer pattern wins, then the first provider', () => {
    const list = [provider('one', ['*.db']), provider('two', ['*.eu.db']), provider('three', ['*.eu.db'])];
    expect(providerForHost(list, 'x.eu.db')?.id).toBe('two');
    expect(providerForHost(list, 'x.us.db')?.id).toBe('one');
  });

  test('a provider goes before another and what is under it, not before a namesake', () => {
    const list = [
      provider('rds', ['*.db']),
      provider('rds/eu', ['*.a-long-region.eu.db']),
      provider('rds-else', ['*.another-long.eu.db']),
      provider('proxy', ['*p-*.db'], ['rds']),
    ];
    expect(providerForHost(list, 'p-1.db')?.id).toBe('proxy');
    expect(providerForHost(list, 'p-1.a-long-region.eu.db')?.id).toBe('proxy');
    expect(providerForHost(list, 'p-1.another-long.eu.db')?.id).toBe('rds-else');
  });
});
