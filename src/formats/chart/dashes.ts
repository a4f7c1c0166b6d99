/** Lengths of strokes and gaps in turn. */
const DASHES: readonly (readonly number[])[] = [[], [7, 3], [2, 2], [10, 3, 2, 3]];

/** The dashes of a line, none of the first ones: those beyond the colours have the same ones again. */
export function dashesOf(line: number, colours: number): readonly number[] {
  return DASHES[Math.floor(line / colours) % DASHES.length] ?? [];
}
