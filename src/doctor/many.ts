/**
 * Does the same for many items, at most `concurrency` at a time, and hands over each result as it comes. Nothing is kept,
 * so that memory does not grow with their number; the order of the calls of `take` is that of the items.
 *
 * @throws what `work` or `take` throws, after the work under way has ended
 */
export async function forMany<T, R>(
  items: readonly T[],
  concurrency: number,
  work: (item: T) => Promise<R>,
  take: (result: R, place: number) => void,
): Promise<void> {
  const waiting = new Map<number, R>();
  const places = items.entries();
  let next = 0;
  const worker = async (): Promise<void> => {
    for (const [place, item] of places) {
      waiting.set(place, await work(item));
      for (let result = waiting.get(next); waiting.has(next); result = waiting.get(next)) {
        waiting.delete(next);
        take(result as R, next);
        next++;
      }
    }
  };
  await Promise.all(Array.from({ length: Math.min(concurrency, items.length) }, worker));
}
