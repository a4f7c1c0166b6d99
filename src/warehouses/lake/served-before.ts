import { clipCoverage, cover, type Coverage, type Coverages } from '../../core/time/coverage.ts';
import type { Grain, Ordinal } from '../../core/time/time.ts';
import type { Cover, Removal } from '../warehouse.ts';

/** Periods of a scope that were loaded before a change, and that the change may touch. */
export interface ServedPeriods {
  readonly grain: Grain;
  readonly scope: string;
  readonly first: Ordinal;
  readonly last: Ordinal;
  /** Whether an absent row meant that nothing happened. */
  readonly complete: boolean;
  /** Whether the period is still under way: its numbers are expected to change. */
  readonly isOpen: boolean;
}

/**
 * Returns what was served before of the periods that a change touches: those that it claims, and those that it
 * removes rows from. It is empty if the change only loads more.
 */
export function servedBefore(
  before: Coverages,
  removals: readonly Removal[],
  covers: readonly Cover[],
): ServedPeriods[] {
  const touched = new Map<Grain, Map<string, Coverage>>();
  const touch = (grain: Grain, scope: string, span: { first: Ordinal; last: Ordinal }): void => {
    const served = clipCoverage(before.get(grain)?.get(scope) ?? [], span);
    if (served.length === 0) return;
    const scopes = touched.get(grain) ?? new Map<string, Coverage>();
    touched.set(grain, scopes.set(scope, served.reduce<Coverage>(cover, scopes.get(scope) ?? [])));
  };
  for (const { grain, scopes, broken = [], first, last } of removals) {
    const named = scopes ? [...scopes, ...broken] : [...(before.get(grain)?.keys() ?? [])];
    for (const scope of named) touch(grain, scope, { first, last });
  }
  for (const { grain, scope, first, last } of covers) touch(grain, scope, { first, last });
  return [...touched].flatMap(([grain, scopes]) =>
    [...scopes].flatMap(([scope, served]) => {
      const open = openPeriod(before.get(grain)?.get(scope) ?? []);
      return served.map((interval) => ({
        grain,
        scope,
        ...interval,
        isOpen: interval.first === open && interval.last === open,
      }));
    }),
  );
}

/** The newest period, if it is the only incomplete one after complete ones. */
function openPeriod(coverage: Coverage): Ordinal | undefined {
  const [previous, newest] = [coverage.at(-2), coverage.at(-1)];
  if (!newest || newest.complete || newest.first !== newest.last) return undefined;
  return previous?.complete && previous.last === newest.first - 1 ? newest.first : undefined;
}
