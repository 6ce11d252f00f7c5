/** One for each SHA-256, in the order in which they first come. */
export const distinct = <T extends { readonly sha256: string }>(some: readonly T[]): T[] => [
  ...new Map(some.map((each) => [each.sha256, each])).values(),
];
