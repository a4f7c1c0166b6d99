/** Groups a list by key. The groups are in the order of their first members. */
export function grouped<T>(
  all: readonly T[],
  keyOf: (one: T) => string,
): [key: string, those: readonly T[]][] {
  const groups = new Map<string, T[]>();
  for (const one of all) {
    const key = keyOf(one);
    const group = groups.get(key);
    if (group) group.push(one);
    else groups.set(key, [one]);
  }
  return [...groups];
}
