/** Patterns of dashes: the lengths of strokes and gaps alternate. */
const DASHES: readonly (readonly number[])[] = [[], [7, 3], [2, 2], [10, 3, 2, 3]];

/** The dashes of the nth line. The first lines are solid; when colours repeat, the pattern changes. */
export function dashesOf(line: number, colours: number): readonly number[] {
  return DASHES[Math.floor(line / colours) % DASHES.length] ?? [];
}
