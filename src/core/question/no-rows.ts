import type { NoRows } from './answer.ts';
import { combinationCount } from '../value/combinations.ts';
import { severalListed, type ListedDimension } from './conditions.ts';
import type { Sought } from '../hint/hints.ts';
import { dimensionIndex } from '../metric/metric.ts';
import { unknownNames } from '../hint/names-found.ts';
import type { NamesFound } from '../problem.ts';
import type { PlanBase } from './plan.ts';
import type { Grain, Span } from '../time/time.ts';
import { firstInWords, shortened } from '../value/value-list.ts';

/** What a question without rows asked for, for the words about it. @param span unless it names no periods */
export function soughtBy(
  { metric, state, asked, question }: Pick<PlanBase, 'metric' | 'state' | 'asked' | 'question'>,
  grain: Grain,
  span?: Span,
): Sought {
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
 * Which of the values that a plan asks for have no rows; nothing where it lists one of each dimension.
 * @param absent the combinations of them that have none
 */
export function valuesWithoutRows(
  { metric, asked }: Pick<PlanBase, 'metric' | 'asked'>,
  absent: readonly (readonly string[])[],
): readonly NoRows[] {
  if (absent.length === 0) return [];
  const several = severalListed(asked);
  if (several.length === 0) return [];
  const places = several.map(({ name }) => dimensionIndex(metric, name));
  // Of what nobody listed all values come: a combination is without rows where it has none with any.
  const others = asked.filter((_, i) => !places.includes(i));
  return withoutRows(
    several,
    absent.map((values) => places.map((i) => values[i] as string)),
    combinationCount(others.map(({ values }) => values)),
  );
}

/**
 * The same of combinations of the values of some dimensions.
 * @param times how often one has to be absent
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

/** The most that a sentence names. */
const MAX_NAMED = 5;

/** Their names, for people: `Catt, Dog with mobile-web`; undefined where all have rows. */
export function namesWithoutRows(noRows: readonly NoRows[]): string | undefined {
  if (noRows.length === 0) return undefined;
  const names = noRows.map((one) => Object.values(one).map(shortened).join(' with '));
  return firstInWords(names, { most: MAX_NAMED });
}

/** The same as a sentence, and what may have been meant by them. */
export function noRowsInWords(
  noRows: readonly NoRows[],
  found: readonly NamesFound[] = [],
): string | undefined {
  const names = namesWithoutRows(noRows);
  return names === undefined
    ? undefined
    : [`No rows in this range: ${names}.`, ...unknownNames(found)].join(' ');
}
