import { hullOf, union, clipCoverage, type Coverage } from '../time/coverage.ts';
import { partitionSpan } from '../time/partition.ts';
import { datesOf } from './query-range.ts';
import type { Scope } from './conditions.ts';
import type { DateRange } from './question.ts';
import type { TableState } from '../time/table-state.ts';
import { intersect, lengthOf, type Span } from '../time/time.ts';

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
  const hull = hullOf(clipCoverage(loaded, read));
  if (!hull) return null;
  const complete = scopes.every(({ coverage }) =>
    coverage.some((one) => one.complete && one.first <= read.first && read.last <= one.last),
  );
  return { ...datesOf({ grain: read.grain, ...hull }), complete };
}

/** How many rows lie in the partitions that some spans touch. */
export function rowsIn(state: TableState, spans: readonly Span[]): number {
  return [...state.partitions].reduce((sum, [name, { rows }]) => {
    const { grain, ...part } = partitionSpan(name);
    const isTouched = spans.some((span) => span.grain === grain && lengthOf(intersect(span, part)) > 0);
    return isTouched ? sum + rows : sum;
  }, 0);
}
