import { hullOf, union, clipCoverage, type Coverage } from '../time/coverage.ts';
import { partitionSpan } from '../time/partition.ts';
import { datesOf } from './query-range.ts';
import type { Scope } from './conditions.ts';
import type { DateRange } from './question.ts';
import type { TableState } from '../time/table-state.ts';
import { intersect, lengthOf, type Span } from '../time/time.ts';

export interface LoadedRange extends DateRange {
  readonly complete: boolean;
}

/**
 * The union of the coverage of some scopes. If there are several scopes, no part of the union counts as
 * complete.
 */
export function unionOf(scopes: readonly Scope[]): Coverage {
  return scopes.length === 1 ? (scopes[0] as Scope).coverage : union(scopes.map(({ coverage }) => coverage));
}

/**
 * The loaded part of the periods to read, and whether all of these periods are complete in every scope; null
 * if nothing is loaded.
 */
export function coverageIn(scopes: readonly Scope[], loaded: Coverage, read: Span): LoadedRange | null {
  const hull = hullOf(clipCoverage(loaded, read));
  if (!hull) return null;
  const complete = scopes.every(({ coverage }) =>
    coverage.some((one) => one.complete && one.first <= read.first && read.last <= one.last),
  );
  return { ...datesOf({ grain: read.grain, ...hull }), complete };
}

/** How many rows there are in the partitions that some spans touch. */
export function rowsIn(state: TableState, spans: readonly Span[]): number {
  return [...state.partitions].reduce((sum, [name, { rows }]) => {
    const { grain, ...part } = partitionSpan(name);
    const isTouched = spans.some((span) => span.grain === grain && lengthOf(intersect(span, part)) > 0);
    return isTouched ? sum + rows : sum;
  }, 0);
}
