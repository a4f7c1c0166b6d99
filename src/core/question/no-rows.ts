import type { NoRows } from './answer.ts';
import { combinationCount } from '../value/combinations.ts';
import { severalListed, type ListedDimension } from './conditions.ts';
import type { EmptyQuestion } from '../hint/hints.ts';
import { dimensionIndex } from '../metric/metric.ts';
import { unknownNames } from '../hint/names-found.ts';
import type { NamesFound } from '../problem.ts';
import type { PlanBase } from './plan.ts';
import type { Grain, Span } from '../time/time.ts';
import { firstInWords, shortened } from '../value/value-list.ts';

/** The input for hints on a plan's empty answer. @param span left out if the question names no periods */
export function emptyQuestionOf(
  { metric, state, asked, question }: Pick<PlanBase, 'metric' | 'state' | 'asked' | 'question'>,
  grain: Grain,
  span?: Span,
): EmptyQuestion {
  const listed = metric.dimensions.map((_, i) => asked[i]?.values ?? []);
  return {
    metric,
    listed,
    grain,
    state,
    isOfRows: question.rows !== undefined,
    ...(span ? { asked: span } : {}),
  };
}

/**
 * The values of a plan that have no rows. Empty if it lists only one value of each dimension.
 * @param absent the combinations of values that have no rows
 */
export function valuesWithoutRows(
  { metric, asked }: Pick<PlanBase, 'metric' | 'asked'>,
  absent: readonly (readonly string[])[],
): readonly NoRows[] {
  if (absent.length === 0) return [];
  const several = severalListed(asked);
  if (several.length === 0) return [];
  const places = several.map(({ name }) => dimensionIndex(metric, name));
  // Dimensions that nobody listed come with all values. A combination counts as absent only if it is absent
  // with each of these values.
  const others = asked.filter((_, i) => !places.includes(i));
  return withoutRows(
    several,
    absent.map((values) => places.map((i) => values[i] as string)),
    combinationCount(others.map(({ values }) => values)),
  );
}

/**
 * Summarises absent combinations: a value that is absent in all of its combinations is given alone.
 * @param times how often a combination has to occur in `absent` to count
 */
export function withoutRows(
  dimensions: readonly ListedDimension[],
  absent: readonly (readonly string[])[],
  times = 1,
): readonly NoRows[] {
  if (dimensions.length === 0) return [];
  const counts = new Map<string, { values: readonly string[]; count: number }>();
  for (const values of absent) {
    const key = values.join('\0');
    const known = counts.get(key);
    if (known) known.count++;
    else counts.set(key, { values, count: 1 });
  }
  const combinations = [...counts.values()].filter(({ count }) => count >= times).map(({ values }) => values);
  const all = dimensions.reduce((product, { values }) => product * values.length, 1);
  const whole = dimensions.map(({ values }, i) => {
    const absences = new Map<string, number>();
    for (const one of combinations) absences.set(one[i] as string, (absences.get(one[i] as string) ?? 0) + 1);
    return values.filter((value) => (absences.get(value) ?? 0) === all / values.length);
  });
  const rest = combinations.filter((values) => !whole.some((some, i) => some.includes(values[i] as string)));
  return [
    ...dimensions.flatMap(({ name }, i) => (whole[i] ?? []).map((value): NoRows => ({ [name]: value }))),
    ...rest.map((values) => Object.fromEntries(dimensions.map(({ name }, i) => [name, values[i] as string]))),
  ];
}

const MAX_NAMED = 5;

/** The values without rows, for people: `Catt, Dog with mobile-web`. Undefined if there are none. */
export function namesWithoutRows(noRows: readonly NoRows[]): string | undefined {
  if (noRows.length === 0) return undefined;
  const names = noRows.map((one) => Object.values(one).map(shortened).join(' with '));
  return firstInWords(names, { most: MAX_NAMED });
}

/** A sentence on the values without rows, with suggestions for them. Undefined if there are none. */
export function noRowsInWords(
  noRows: readonly NoRows[],
  found: readonly NamesFound[] = [],
): string | undefined {
  const names = namesWithoutRows(noRows);
  return names === undefined
    ? undefined
    : [`No rows in this range: ${names}.`, ...unknownNames(found)].join(' ');
}
