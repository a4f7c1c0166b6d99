import { hullOf } from '../../core/time/coverage.ts';
import { type TableState, valuesOfScope } from '../../core/time/table-state.ts';
import type { Metric } from '../../core/metric/metric.ts';
import type { Grain, Ordinal } from '../../core/time/time.ts';
import { named } from '../../core/value/named.ts';

/** The values of dimensions that a parent settles. A value is undefined if only the parent's answer will tell it. */
export type Guess = Readonly<Record<string, string | undefined>>;

/** Whether a value of the metric is unknown until another answer is read. */
export function isUnknown(metric: Metric, guess: Guess): boolean {
  return unknownOf(metric, guess).length > 0;
}

/**
 * Returns stand-in values for unknown values, by dimension, so that the cost can be planned. For a dimension
 * by which coverage is kept, they give an upper bound of the cost: the loaded time of every scope lies within
 * the loaded time of one of these values.
 */
export function standIns(
  metric: Metric,
  guess: Guess,
  grain: Grain,
  state: TableState,
): Record<string, readonly string[]> {
  const unknown = unknownOf(metric, guess);
  const scopes = unknown.some(({ name }) => metric.scope.includes(name))
    ? widestScopes(metric, guess, grain, state)
    : [];
  return named(
    unknown.map(({ name, example }): [string, readonly string[]] => {
      const values = scopes.flatMap((scope) => scope[metric.scope.indexOf(name)] ?? []);
      return [name, values.length > 0 ? values : [example]];
    }),
  );
}

function unknownOf(metric: Metric, guess: Guess): Metric['dimensions'] {
  return metric.dimensions.filter(({ name }) => name in guess && guess[name] === undefined);
}

/**
 * Returns the scopes that fit the known values and whose loaded time isn't contained in the loaded time of
 * another scope.
 */
function widestScopes(metric: Metric, guess: Guess, grain: Grain, state: TableState): (readonly string[])[] {
  const fitting: { values: readonly string[]; first: Ordinal; last: Ordinal }[] = [];
  for (const [scope, coverage] of state.coverage.get(grain) ?? []) {
    const values = valuesOfScope(scope);
    const hull = hullOf(coverage);
    const fits = metric.scope.every((name, i) => guess[name] === undefined || guess[name] === values[i]);
    if (hull && fits) fitting.push({ values, ...hull });
  }
  fitting.sort((a, b) => a.first - b.first || b.last - a.last);
  let latest = -Infinity;
  return fitting.flatMap(({ values, last }) => {
    if (last <= latest) return [];
    latest = last;
    return [values];
  });
}
