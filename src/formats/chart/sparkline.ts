/** The box of a sparkline, in the units of its path. The page stretches it. */
export const SPARK = { width: 120, height: 28 } as const;
/** Keeps the line inside of the box. */
const MARGIN = 2;

/** A sparkline as the data of an SVG path. A gap interrupts it. @param values one for each period; null for a gap */
export function sparkPath(values: readonly (number | null)[]): string {
  const most = Math.max(...values.map((value) => value ?? 0), 1);
  const step = (SPARK.width - 2 * MARGIN) / (values.length - 1);
  // One number alone is no line.
  if (values.length < 2) return '';
  let isDrawing = false;
  return values
    .map((value, i) => {
      const verb = isDrawing ? 'L' : 'M';
      isDrawing = value !== null;
      if (value === null) return '';
      const y = SPARK.height - MARGIN - (value / most) * (SPARK.height - 2 * MARGIN);
      const point = `${rounded(MARGIN + i * step)} ${rounded(y)}`;
      // A point alone is a line without length, which round ends make visible.
      return values[i + 1] === undefined || values[i + 1] === null
        ? `${verb}${point}${verb === 'M' ? 'h0' : ''}`
        : `${verb}${point}`;
    })
    .join('');
}

function rounded(value: number): number {
  return Math.round(value * 10) / 10;
}
