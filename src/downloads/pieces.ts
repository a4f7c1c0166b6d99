import type { Metric } from '../core/metric/metric.ts';
import { partitionSpan } from '../core/time/partition.ts';
import type { TableState } from '../core/time/table-state.ts';
import { GRAINS, type Span } from '../core/time/time.ts';

/** A part of a metric's rows that is one file: all rows of a grain, or those of a month of days or a year of months. */
export interface Piece {
  /** Its name in URLs: `daily`, `daily/2024-03`, `monthly/2024`. */
  readonly name: string;
  readonly span: Span;
  /** How many rows its table has of it. A metric that reads a part of a table has fewer. */
  readonly rows: number;
  /** The highest version of its partitions: any change of its rows raises it. */
  readonly version: number;
}

/** A grain with more rows is in pieces only. */
export const MAX_WHOLE_ROWS = 5_000_000;

/** The pieces of a metric that have rows: of each stored grain the whole first, if it isn't too large, then its partitions. */
export function piecesOf(metric: Metric, { partitions }: TableState): Piece[] {
  return GRAINS.filter((grain) => metric.grains[grain]?.startsWith('stored')).flatMap((grain) => {
    const parts = [...partitions]
      .filter(([name, { rows }]) => name.startsWith(`${grain}/`) && rows > 0)
      .map(([name, { rows, version }]): Piece => ({ name, span: partitionSpan(name), rows, version }))
      .sort((a, b) => a.span.first - b.span.first);
    const [first] = parts;
    const last = parts.at(-1);
    const rows = parts.reduce((sum, part) => sum + part.rows, 0);
    if (!first || !last || rows > MAX_WHOLE_ROWS) return parts;
    const span = { grain, first: first.span.first, last: last.span.last };
    return [{ name: grain, span, rows, version: Math.max(...parts.map((part) => part.version)) }, ...parts];
  });
}
