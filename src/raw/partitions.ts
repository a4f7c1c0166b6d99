/** The most partitions of the log that one loader takes: each has a lease and a folder of its own. */
const MOST = 1_000;

/**
 * Reads which partitions of the log a loader takes: `0-5`, `0,2,4-5`.
 * @returns them in ascending order, each once; undefined where the text says nothing of the kind
 */
export function parsePartitions(text: string): number[] | undefined {
  const found = new Set<number>();
  for (const part of text.split(',')) {
    const [, from, to = from] = /^(\d{1,6})(?:-(\d{1,6}))?$/.exec(part.trim()) ?? [];
    const [first, last] = [Number(from), Number(to)];
    if (from === undefined || last < first || last - first >= MOST) return undefined;
    for (let partition = first; partition <= last; partition++) found.add(partition);
  }
  return found.size > MOST ? undefined : [...found].sort((a, b) => a - b);
}
