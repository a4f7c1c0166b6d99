import fc from 'fast-check';
import { isTotal } from '../../src/core/metric/dimension.ts';
import type { Metric } from '../../src/core/metric/metric.ts';
import type { Grain } from '../../src/core/time/time.ts';
import { itemsOf } from './questions.ts';

/* Questions with derived measures, made from the catalogue, over rows with many equal numbers and zeros. */

/** A question of /query with what these tests need of it. */
export interface DerivedQuestion {
  readonly metric: string;
  readonly where: Readonly<Record<string, readonly string[]>>;
  readonly by: readonly string[];
  readonly grain: Grain | null;
  readonly range: { readonly start: string; readonly end: string };
  readonly measures: readonly string[];
  readonly compare: string | null;
  readonly fill: 'zero' | 'null' | null;
  readonly order: readonly { readonly by: string; readonly direction: 'asc' | 'desc' }[];
  readonly having: readonly string[] | null;
  readonly top: number | null;
  readonly within: readonly string[] | null;
  readonly others: boolean;
  readonly total: boolean;
  readonly limit: number;
}

/** Rows of a metric whose numbers are small, so that many are equal, and some are 0. */
export function closeItemsOf(metric: Metric): object[] {
  const measures = Object.keys(metric.measures);
  return itemsOf(metric).map((item) =>
    Object.fromEntries(
      Object.entries(item).map(([name, value]): [string, unknown] => [
        name,
        measures.includes(name) ? Number(value) % 13 : value,
      ]),
    ),
  );
}

/** The values of a dimension that the rows have, but for those that hold others. */
function parts(metric: Metric, name: string): string[] {
  const dimension = metric.dimensions.find((one) => one.name === name);
  const values = (itemsOf(metric) as Record<string, string>[]).map((item) => item[name] as string);
  return [...new Set(values)].filter(
    (value) => dimension && !isTotal(dimension, value) && dimension.withheld?.has(value) !== true,
  );
}

const dateAfter = (min: number, max: number): fc.Arbitrary<string> =>
  fc
    .integer({ min, max })
    .map((days) => new Date(Date.UTC(2023, 11, 20) + days * 86_400_000).toISOString().slice(0, 10));

const directions = fc.constantFrom('asc' as const, 'desc' as const);

/** The names of derived measures that a question may ask for. */
function derivedNames(metric: Metric, measure: string, columns: readonly string[], has: Has): string[] {
  const isAdditive = metric.measures[measure]?.additive === true;
  const within = columns.map((column) => `_within_${column}`);
  const both = columns.length > 1 ? [`_within_${columns.slice(0, 2).join('_and_')}`] : [];
  return [
    ...['', ...within, ...both].flatMap((end) => [`rank${end}`, ...(isAdditive ? [`share${end}`] : [])]),
    ...(has.compare ? ['difference', 'growth'] : []),
    ...(has.grain ? ['moving_average_2', 'moving_average_7'] : []),
    ...(has.grain && isAdditive ? ['cumulative'] : []),
    ...(isAdditive ? ['per_day'] : []),
  ].map((end) => `${measure}_${end}`);
}

interface Has {
  readonly compare: boolean;
  readonly grain: boolean;
}

/** Any question with derived measures of a metric's first measure, every value of it listed. */
export function anyDerivedQuestion(metric: Metric): fc.Arbitrary<DerivedQuestion> {
  const [measure = ''] = Object.keys(metric.measures);
  const isAdditive = metric.measures[measure]?.additive === true;
  const names = metric.dimensions.map(({ name }) => name);
  const grains = (Object.keys(metric.grains) as Grain[]).filter((grain) => grain !== 'hourly');
  const where = fc.record(
    Object.fromEntries(
      names.map((name) => {
        const values = parts(metric, name);
        return [name, fc.subarray(values, { minLength: 1, maxLength: Math.min(3, values.length) })];
      }),
    ),
  );
  const shape = fc.record({
    by: isAdditive ? fc.subarray(names) : fc.constant(names),
    grain: fc.constantFrom(...grains, ...(isAdditive ? [null] : [])),
    compare: fc.constantFrom(null, 'previous', 'previous', 'previous_year'),
  });
  return shape.chain(({ by, grain, compare }) => {
    const columns = [...by, ...(grain ? ['timestamp'] : [])];
    const has = { compare: compare !== null, grain: grain !== null };
    const derived = derivedNames(metric, measure, columns, has);
    return fc
      .record({
        where,
        ends: fc.tuple(dateAfter(-5, 30), dateAfter(20, 400)),
        fill:
          grain === null ? fc.constant(null) : fc.constantFrom(null, null, 'zero' as const, 'null' as const),
        measures: fc.subarray(derived, { minLength: 1, maxLength: Math.min(4, derived.length) }),
        direction: directions,
        having: fc.constantFrom(null, null, `${measure}>=3`, `${measure}!=0`, `${measure}_rank<=5`),
        top: fc.constantFrom(null, 1, 2, 5),
        within: fc.subarray(columns),
        others: isAdditive ? fc.boolean() : fc.constant(false),
        total: isAdditive ? fc.boolean() : fc.constant(false),
        limit: fc.constantFrom(40, 10_000),
      })
      .map(({ ends, measures, direction, having, top, within, others, ...rest }): DerivedQuestion => {
        const [start, end] = ends.toSorted() as [string, string];
        return {
          ...rest,
          metric: metric.name,
          by,
          grain,
          compare,
          range: { start, end },
          measures: [measure, ...measures],
          order: [{ by: measures[0] as string, direction }],
          having: having === null ? null : [having],
          top,
          within: top !== null && within.length > 0 ? within : null,
          others: top !== null && others,
        };
      });
  });
}
