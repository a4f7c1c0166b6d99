import { hullOf } from '../../core/time/coverage.ts';
import { type TableState, valuesOfScope } from '../../core/time/table-state.ts';
import type { Metric } from '../../core/metric/metric.ts';
import type { Grain, Ordinal } from '../../core/time/time.ts';
import { named } from '../../core/value/named.ts';

/** Values of dimensions that a parent settles, undefined where only its answer will tell them. */
export type Guess = Readonly<Record<string, string | undefined>>;

/** Whether a value of the metric is not known before another answer is read. */
export function isUnknown(metric: Metric, guess: Guess): boolean {
  return unknownOf(metric, guess).length > 0;
}

/**
 * Values to plan with for those that nobody knows yet, by dimension. For a dimension that coverage
 * is kept by they are such that nothing costs more than the dearest of them: every scope's time
 * lies in that of one of these.
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

/** The scopes, of those that fit what is known, whose time lies in no other one's. */
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
