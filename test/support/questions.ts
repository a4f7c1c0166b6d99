import fc from 'fast-check';
import { timestampName } from '../../src/core/metric/item-fields.ts';
import type { Metric, TopShape } from '../../src/core/metric/metric.ts';
import { grainOfPath, pathParameters } from '../../src/core/metric/path-parameters.ts';
import { formatTimestamp, type Grain, ordinalAt } from '../../src/core/time/time.ts';

/*
 * Rows and questions made from the catalogue alone, so that a new metric is tested by being there.
 */

const FIRST = Date.UTC(2023, 11, 20);
const STORED: readonly Grain[] = ['hourly', 'daily', 'monthly'];
/** How many periods of each grain have rows, but for those that a series leaves out. */
const PERIODS = { hourly: 30, daily: 60, monthly: 14, weekly: 0, yearly: 0 };

/** The values that a dimension takes in these tests: a listed few, or free texts that are awkward. */
function valuesOf(metric: Metric, name: string): string[] {
  const dimension = metric.dimensions.find((one) => one.name === name);
  if (dimension?.values) return dimension.values.slice(0, 3);
  return name === 'project' || name === 'referer'
    ? ['en.wikipedia', 'de.wikipedia']
    : name === 'country'
      ? ['FR', 'DE']
      : ['/a/b/Plain', '/a/b/100%_"sure"?', '/a/b/Ä_🐈'];
}

function combinations(metric: Metric): Record<string, string>[] {
  return metric.dimensions.reduce<Record<string, string>[]>(
    (all, { name }) =>
      all.flatMap((one) => valuesOf(metric, name).map((value) => ({ ...one, [name]: value }))),
    [{}],
  );
}

/** Rows of a metric, as an API's items have them. */
export function itemsOf(metric: Metric): object[] {
  const measures = Object.keys(metric.measures);
  return STORED.filter((grain) => metric.grains[grain]).flatMap((grain) =>
    combinations(metric).flatMap((dimensions, series) =>
      Array.from({ length: metric.shape.kind === 'top' ? 3 : PERIODS[grain] }, (_, i) => i)
        .filter((i) => (i * 7 + series) % 5 !== 0)
        .map((i) => {
          const timestamp = formatTimestamp('ISO', grain, ordinalAt(grain, FIRST) + i);
          if (metric.shape.kind === 'top')
            return listOf(metric, metric.shape, dimensions, grain, timestamp, i);
          const numbers: Record<string, number> = {};
          measures.forEach((name, m) => (numbers[name] = (series * 1000 + i * 10 + m) % 977));
          return { ...dimensions, granularity: grain, [timestampName(metric)]: timestamp, ...numbers };
        }),
    ),
  );
}

function listOf(
  metric: Metric,
  shape: TopShape,
  dimensions: object,
  grain: Grain,
  timestamp: string,
  i: number,
): object {
  const entries = Array.from({ length: 4 }, (_, n) => ({
    ...Object.fromEntries(
      shape.entry.map(({ name }) => [
        name,
        name === 'project'
          ? 'fr.wikipedia'
          : name === 'country'
            ? ['FR', 'DE', 'US', 'IT'][n]
            : `/x/Entry_${n}`,
      ]),
    ),
    ...Object.fromEntries(
      Object.entries(metric.measures).map(([name, { roundUpTo = 1 }]) => [name, (100 - n * i) * roundUpTo]),
    ),
  }));
  if (shape.nest)
    return { ...dimensions, granularity: grain, [shape.nest]: [{ timestamp, [shape.list]: entries }] };
  const day = metric.path.includes('{day}')
    ? { day: grain === 'monthly' ? 'all-days' : timestamp.slice(8, 10) }
    : {};
  return {
    ...dimensions,
    year: timestamp.slice(0, 4),
    month: timestamp.slice(5, 7),
    ...day,
    [shape.list]: entries,
  };
}

/** A question in both spellings. */
export interface Asked {
  readonly metric: Metric;
  readonly where: Record<string, string>;
  readonly grain: Grain;
  readonly start: string;
  readonly end: string;
}

const anyDay = fc
  .integer({ min: -20, max: 460 })
  .map((days) => new Date(FIRST + days * 86_400_000).toISOString().slice(0, 10));

export function anyQuestion(metric: Metric): fc.Arbitrary<Asked> {
  // A URL can't name what isn't in its path, rightly or wrongly.
  const wrong = ({ name }: { name: string }) => (metric.path.includes(`{${name}}`) ? ['nonesuch'] : []);
  const where = fc.record(
    Object.fromEntries(
      metric.dimensions.map((one) => [
        one.name,
        fc.constantFrom(...valuesOf(metric, one.name), ...wrong(one)),
      ]),
    ),
  );
  const only = grainOfPath(metric);
  const grains = (Object.keys(metric.grains) as Grain[]).filter((grain) =>
    metric.shape.kind === 'series' ? only === undefined || grain === only : grain !== 'weekly',
  );
  return fc
    .tuple(where, fc.constantFrom(...grains), anyDay, anyDay)
    .map(([values, grain, start, end]) => ({ metric, where: values, grain, start, end }));
}

/** A question that has rows, where those of `itemsOf` are loaded. */
export function answeredQuestion(metric: Metric): Asked {
  const [, where = {}] = combinations(metric);
  const grain = metric.grains.daily ? 'daily' : 'monthly';
  return { metric, where, grain, start: '2023-12-21', end: '2024-02-10' };
}

/** The URL that asks a question. */
export function pathOf({ metric, where, grain, start, end }: Asked): string {
  const values: Record<string, string> = {
    ...where,
    granularity: grain,
    start: withHour(grain, metric, start),
    end: withHour(grain, metric, end),
    year: start.slice(0, 4),
    month: start.slice(5, 7),
    day: grain === 'monthly' ? 'all-days' : start.slice(8, 10),
  };
  return pathParameters(metric).reduce(
    (text, name) => text.replace(`{${name}}`, () => encodeURIComponent(values[name] as string)),
    `/metrics${metric.path}`,
  );
}

/** A date as the metric wants it. */
export function withHour(grain: Grain, metric: Metric, date: string): string {
  return grain === 'hourly' || metric.range.hour === 'always' ? `${date}T05` : date;
}
