import {
  cover,
  type Coverage,
  type CoverageInterval,
  uncover,
  clipCoverage,
} from '../../core/time/coverage.ts';
import { partitionName, partitionSpan } from '../../core/time/partition.ts';
import type { Coverages } from '../../core/time/table-state.ts';
import { type Grain, intersect } from '../../core/time/time.ts';
import type { Cover, Removal } from '../warehouse.ts';

/**
 * Returns the coverage after the removals and then the claims were applied, and the partitions in which it differs.
 * @param rewritten the partitions whose rows changed
 */
export function changeCoverage(
  before: Coverages,
  removals: readonly Removal[],
  covers: readonly Cover[],
  rewritten: Iterable<string>,
): { readonly coverage: Coverages; readonly partitions: ReadonlySet<string> } {
  const after = new Map<Grain, Map<string, Coverage>>();
  const touched = [...rewritten].map(partitionSpan);
  for (const [grain, scopes] of before) after.set(grain, new Map(scopes));
  for (const { grain, first, last, scopes, broken = [] } of removals) {
    const ofGrain = after.get(grain);
    const spans = touched
      .filter((span) => span.grain === grain)
      .map((span) => intersect(span, { first, last }))
      .filter((span) => span.first <= span.last);
    for (const scope of scopes ?? [...(ofGrain?.keys() ?? [])]) {
      const coverage = ofGrain?.get(scope);
      if (coverage) ofGrain?.set(scope, uncover(coverage, first, last));
    }
    for (const scope of broken) {
      const coverage = ofGrain?.get(scope);
      if (coverage) ofGrain?.set(scope, spans.reduce(incomplete, coverage));
    }
  }
  for (const { grain, scope, ...interval } of covers) {
    let ofGrain = after.get(grain);
    if (!ofGrain) after.set(grain, (ofGrain = new Map<string, Coverage>()));
    ofGrain.set(scope, cover(ofGrain.get(scope) ?? [], interval));
  }
  const partitions = new Set<string>();
  for (const [grain, scopes] of after) {
    for (const [scope, coverage] of scopes) {
      for (const interval of differences(before.get(grain)?.get(scope) ?? [], coverage)) {
        addPartitions(grain, interval, partitions);
      }
      if (coverage.length === 0) scopes.delete(scope);
    }
    if (scopes.size === 0) after.delete(grain);
  }
  return { coverage: after, partitions };
}

/** Marks everything that a coverage has in a span as incomplete. */
function incomplete(coverage: Coverage, span: Pick<CoverageInterval, 'first' | 'last'>): Coverage {
  const inside = clipCoverage(coverage, span).map((interval) => ({ ...interval, complete: false }));
  return inside.reduce<Coverage>(cover, uncover(coverage, span.first, span.last));
}

/** Returns the intervals that one of two coverages claims and the other doesn't. */
function differences(a: Coverage, b: Coverage): CoverageInterval[] {
  if (a === b) return [];
  return [true, false].flatMap((complete) => {
    const ofA = a.filter((interval) => interval.complete === complete);
    const ofB = b.filter((interval) => interval.complete === complete);
    return [...without(ofA, ofB), ...without(ofB, ofA)];
  });
}

function without(coverage: Coverage, taken: Coverage): Coverage {
  return taken.reduce<Coverage>((rest, { first, last }) => uncover(rest, first, last), coverage);
}

function addPartitions(grain: Grain, { first, last }: CoverageInterval, partitions: Set<string>): void {
  for (let ordinal = first; ordinal <= last;) {
    const name = partitionName(grain, ordinal);
    partitions.add(name);
    ordinal = Math.max(ordinal, partitionSpan(name).last) + 1;
  }
}
