import { hullOf, union, type Coverage } from '../coverage.ts';
import { datesOf } from './query-range.ts';
import type { Scope } from './conditions.ts';
import type { DateRange } from './question.ts';
import type { TableState } from '../table-state.ts';
import { intersect, lengthOf, ordinalAt, startOf, type Grain, type Span } from '../time.ts';

/*
 * What was loaded of that which a question asks for.
 */

export interface LoadedRange extends DateRange {
  readonly complete: boolean;
}

/** What was loaded of scopes together; of several, nothing is complete. */
export function unionOf(scopes: readonly Scope[]): Coverage {
  return scopes.length === 1 ? (scopes[0] as Scope).coverage : union(scopes.map(({ coverage }) => coverage));
}

/** What of the periods that are read was loaded, and whether completely of all scopes; null where nothing was. */
export function coverageIn(scopes: readonly Scope[], loaded: Coverage, read: Span): LoadedRange | null {
  const inside = loaded.flatMap((interval) => {
    const shared = intersect(read, interval);
    return lengthOf(shared) > 0 ? [{ ...interval, first: shared.first, last: shared.last }] : [];
  });
  const hull = hullOf(inside);
  if (!hull) return null;
  const complete = scopes.every(({ coverage }) =>
    coverage.some((one) => one.complete && one.first <= read.first && read.last <= one.last),
  );
  return { ...datesOf({ grain: read.grain, ...hull }), complete };
}

/** How many rows lie in the partitions that some spans touch. */
export function rowsIn(state: TableState, spans: readonly Span[]): number {
  let rows = 0;
  for (const [name, partition] of state.partitions) {
    const [grain, period] = name.split('/') as [Grain, string];
    const from = Date.parse(period.length === 4 ? `${period}-01-01` : `${period}-01`);
    const unit = period.length === 4 ? 'yearly' : 'monthly';
    const until = startOf(unit, ordinalAt(unit, from) + 1);
    const isTouched = spans.some(
      (span) =>
        span.grain === grain && startOf(grain, span.first) < until && startOf(grain, span.last + 1) > from,
    );
    if (isTouched) rows += partition.rows;
  }
  return rows;
}
