import type { Grain, Ordinal, Span } from './time.ts';

/** Consecutive loaded periods. If they are complete, an absent row means that nothing happened. */
export interface CoverageInterval {
  readonly first: Ordinal;
  readonly last: Ordinal;
  readonly complete: boolean;
}

/** Loaded periods as sorted intervals that don't overlap. */
export type Coverage = readonly CoverageInterval[];

/** Loaded periods, by grain, then by `scopeKey`. */
export type Coverages = ReadonlyMap<Grain, ReadonlyMap<string, Coverage>>;

/** Adds an interval. If it overlaps others, complete wins over incomplete. */
export function cover(coverage: Coverage, added: CoverageInterval): Coverage {
  const kept = added.complete ? uncover(coverage, added.first, added.last) : coverage;
  const pieces = added.complete
    ? [added]
    : gapsIn(
        kept.filter((i) => i.complete),
        added,
      );
  return normalise([...kept, ...pieces]);
}

/** The union of several coverages. No part of it counts as complete. */
export function union(coverages: Iterable<Coverage>): Coverage {
  // Thousands of series begin on the same few dates: only the longest interval of each date matters.
  const longest = new Map<Ordinal, Ordinal>();
  for (const coverage of coverages) {
    for (const { first, last } of coverage) {
      const known = longest.get(first);
      if (known === undefined || known < last) longest.set(first, last);
    }
  }
  return normalise([...longest].map(([first, last]) => ({ first, last, complete: false })));
}

/** Removes the periods `first` to `last`. */
export function uncover(coverage: Coverage, first: Ordinal, last: Ordinal): Coverage {
  return coverage.flatMap((interval) => {
    const rest: CoverageInterval[] = [];
    if (interval.first < first) rest.push({ ...interval, last: Math.min(interval.last, first - 1) });
    if (interval.last > last) rest.push({ ...interval, first: Math.max(interval.first, last + 1) });
    return rest;
  });
}

/** The part of a coverage that lies in a span. */
export function clipCoverage(coverage: Coverage, { first, last }: Pick<Span, 'first' | 'last'>): Coverage {
  return coverage
    .filter((interval) => interval.first <= last && first <= interval.last)
    .map((interval) => ({
      ...interval,
      first: Math.max(interval.first, first),
      last: Math.min(interval.last, last),
    }));
}

/** The parts of `added` that no interval covers. */
function gapsIn(intervals: Coverage, added: CoverageInterval): CoverageInterval[] {
  let pieces: CoverageInterval[] = [added];
  for (const { first, last } of intervals) {
    pieces = [...uncover(pieces, first, last)];
  }
  return pieces;
}

/** Sorts intervals, and joins those that overlap or touch if both are complete or both are not. */
function normalise(intervals: readonly CoverageInterval[]): Coverage {
  const result: CoverageInterval[] = [];
  for (const interval of [...intervals].sort((a, b) => a.first - b.first || a.last - b.last)) {
    const previous = result.at(-1);
    if (previous && previous.complete === interval.complete && interval.first <= previous.last + 1) {
      result[result.length - 1] = { ...previous, last: Math.max(previous.last, interval.last) };
    } else {
      result.push(interval);
    }
  }
  return result;
}

/** The range from the first loaded period to the last one, gaps included; undefined if none is loaded. */
export function hullOf(coverage: Coverage): { first: Ordinal; last: Ordinal } | undefined {
  const first = coverage[0];
  const last = coverage.at(-1);
  return first && last ? { first: first.first, last: last.last } : undefined;
}

/**
 * The newest loaded period, except one that is still under way. That is a single incomplete period
 * directly after a complete one.
 */
export function latestOf(coverage: Coverage): Ordinal | undefined {
  const [before, newest] = [coverage.at(-2), coverage.at(-1)];
  if (!newest) return undefined;
  const isUnderWay = !newest.complete && newest.first === newest.last;
  return isUnderWay && before?.complete && before.last === newest.first - 1 ? before.last : newest.last;
}

/** Whether every period of the span is loaded. */
export function covers(coverage: Coverage, span: Pick<Span, 'first' | 'last'>): boolean {
  let next = span.first;
  for (const interval of coverage) {
    if (interval.first > next) return false;
    if (interval.last >= next) next = interval.last + 1;
    if (next > span.last) return true;
  }
  return next > span.last;
}

/** Whether a period is loaded completely. */
export function isComplete(coverage: Coverage, ordinal: Ordinal): boolean {
  return coverage.some((i) => i.complete && i.first <= ordinal && ordinal <= i.last);
}
