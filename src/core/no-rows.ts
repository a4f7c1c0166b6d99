import { dimensionIndex } from './metric.ts';
import { unknownNames, type NamesFound } from './names-found.ts';
import type { Plan } from './plan.ts';
import { firstInWords, shortened } from './value-list.ts';

/**
 * Values that were asked for among several and have no rows: one value where there is none in any
 * combination with it, `{ article: 'Catt' }`, else those of a combination.
 */
export type NoRows = Readonly<Record<string, string>>;

/**
 * Which of the values that a plan asks for have no rows; nothing where it lists one of each dimension.
 * @param absent the combinations of them that have none
 */
export function valuesWithoutRows(
  { metric, listed, varied }: Pick<Plan, 'metric' | 'listed' | 'varied'>,
  absent: readonly (readonly string[])[],
): readonly NoRows[] {
  if (absent.length === 0 || varied.length === 0) return [];
  const places = varied.map((name) => dimensionIndex(metric, name));
  // Of what nobody listed all values come: a combination is without rows where it has none with any.
  const times = listed.reduce((product, { length }, i) => product * (places.includes(i) ? 1 : length), 1);
  return withoutRows(
    varied.map((name, i) => ({ name, values: listed[places[i] as number] ?? [] })),
    absent.map((values) => places.map((i) => values[i] as string)),
    times,
  );
}

/** A dimension of which several values were listed. */
export interface Listed {
  readonly name: string;
  readonly values: readonly string[];
}

/**
 * The same of combinations of the values of some dimensions.
 * @param times how often one has to be absent
 */
export function withoutRows(
  dimensions: readonly Listed[],
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
const MOST_NAMED = 5;

/** Their names, for people: `Catt, Dog with mobile-web`; undefined where all have rows. */
export function namesWithoutRows(noRows: readonly NoRows[]): string | undefined {
  if (noRows.length === 0) return undefined;
  const names = noRows.map((one) => Object.values(one).map(shortened).join(' with '));
  return firstInWords(names, { most: MOST_NAMED });
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
