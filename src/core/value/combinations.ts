/** Every combination of one member of each list; the last list's members follow each other. */
export function combinations<T>(lists: readonly (readonly T[])[]): T[][] {
  return lists.reduce<T[][]>(
    (combined, list) => combined.flatMap((some) => list.map((one) => [...some, one])),
    [[]],
  );
}

/** The number of combinations; infinite if a list is unknown. */
export function combinationCount(lists: readonly (readonly unknown[] | undefined)[]): number {
  return lists.reduce((product, list) => product * (list?.length ?? Infinity), 1);
}
