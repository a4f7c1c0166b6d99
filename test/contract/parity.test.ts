import assert from 'node:assert/strict';
import { after, before, describe, test } from 'node:test';
import fc from 'fast-check';
import { enumName, fieldName } from '../../src/api/graphql/names.ts';
import { pathParameters, type Metric, type TopShape } from '../../src/core/metric.ts';
import { formatTimestamp, ordinalAt, type Grain } from '../../src/core/time.ts';
import { METRICS } from '../../src/metrics/index.ts';
import { startGateway, type Gateway } from '../support/gateway.ts';

/*
 * REST and GraphQL give the same rows for the same question, for every metric. Rows and questions
 * are made from the catalogue alone, so that a new metric is tested by being there.
 */

let gateway: Gateway;
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

function itemsOf(metric: Metric): object[] {
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
          return { ...dimensions, granularity: grain, timestamp, ...numbers };
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

before(async () => {
  gateway = await startGateway({ flags: { points: '1000000' } });
  for (const metric of METRICS) await gateway.load(metric.name, itemsOf(metric));
});
after(() => gateway.close());

/** A question in both spellings. */
interface Asked {
  readonly metric: Metric;
  readonly where: Record<string, string>;
  readonly grain: Grain;
  readonly start: string;
  readonly end: string;
}

const anyDay = fc
  .integer({ min: -20, max: 460 })
  .map((days) => new Date(FIRST + days * 86_400_000).toISOString().slice(0, 10));

function anyQuestion(metric: Metric): fc.Arbitrary<Asked> {
  const where = fc.record(
    Object.fromEntries(
      metric.dimensions.map(({ name }) => [name, fc.constantFrom(...valuesOf(metric, name), 'nonesuch')]),
    ),
  );
  const grains = (Object.keys(metric.grains) as Grain[]).filter(
    (grain) => metric.shape.kind === 'series' || grain !== 'weekly',
  );
  return fc
    .tuple(where, fc.constantFrom(...grains), anyDay, anyDay)
    .map(([values, grain, start, end]) => ({ metric, where: values, grain, start, end }));
}

type Outcome = { rows: unknown[] } | { problem: string | undefined; parameter: string | undefined };

async function byRest({ metric, where, grain, start, end }: Asked): Promise<Outcome> {
  const values: Record<string, string> = {
    ...where,
    granularity: grain,
    start: withHour(grain, metric, start),
    end: withHour(grain, metric, end),
    year: start.slice(0, 4),
    month: start.slice(5, 7),
    day: grain === 'monthly' ? 'all-days' : start.slice(8, 10),
  };
  const path = pathParameters(metric).reduce(
    (text, name) => text.replace(`{${name}}`, () => encodeURIComponent(values[name] as string)),
    `/metrics${metric.path}`,
  );
  const response = await gateway.get(path);
  if (response.status === 404) return { rows: [] };
  if (response.status !== 200) {
    const { code, parameter } = response.body as { code: string; parameter?: string };
    return {
      problem: code,
      parameter: parameter === 'granularity' ? 'grain' : parameter && fieldName(parameter),
    };
  }
  const { items } = response.body as { items: Record<string, unknown>[] };
  if (metric.shape.kind === 'top')
    return { rows: ((items[0] ?? {})[metric.shape.list] as object[]).map(cellsOf) };
  const rows = metric.shape.nest ? (items[0]?.[metric.shape.nest] as Record<string, unknown>[]) : items;
  return {
    rows: rows.map((row) => ['timestamp', ...Object.keys(metric.measures)].map((field) => row[field])),
  };
}

function withHour(grain: Grain, metric: Metric, date: string): string {
  return grain === 'hourly' || metric.range.hour === 'always' ? `${date}T05` : date;
}

async function byGraphql({ metric, where, grain, start, end }: Asked): Promise<Outcome> {
  const name = fieldName(metric.name);
  const args = metric.dimensions.map((dimension) => {
    const value = where[dimension.name] as string;
    return `${fieldName(dimension.name)}: ${dimension.values ? enumName(value) : JSON.stringify(value)}`;
  });
  if (metric.shape.kind === 'top') {
    const date = grain === 'monthly' ? start.slice(0, 7) : start;
    const fields = metric.shape.fields.map(fieldName);
    const found = await graphql(
      `{ found: ${name}(${args.join(', ')}, date: "${date}") { entries { ${fields.join(' ')} } } }`,
    );
    if ('problem' in found) return found;
    return { rows: (found.value as { entries: object[] }).entries.map((entry) => cellsOf(entry)) };
  }
  const measures = Object.keys(metric.measures).map(fieldName);
  const range = `grain: ${enumName(grain)}, start: "${withHour(grain, metric, start)}", end: "${withHour(grain, metric, end)}"`;
  const found = await graphql(
    `{ found: ${name}(${args.join(', ')}, ${range}) { items { timestamp ${measures.join(' ')} } timestamps ${measures.join(' ')} } }`,
  );
  if ('problem' in found) return found;
  const series = found.value as { items: object[]; timestamps: string[] } & Record<string, unknown[]>;
  const rows = series.items.map((item) => cellsOf(item));
  const columns = series.timestamps.map((timestamp, i) => [
    timestamp,
    ...measures.map((measure) => series[measure]?.[i]),
  ]);
  assert.deepEqual(columns, rows, 'columns and items differ');
  return { rows };
}

/** The values of an object, in the order of its fields. */
function cellsOf(row: object): unknown[] {
  return Object.values(row) as unknown[];
}

async function graphql(
  query: string,
): Promise<{ value: unknown } | { problem: string | undefined; parameter: string | undefined }> {
  const response = await gateway.agent().post('/graphql').send({ query });
  const { data, errors } = response.body as {
    data?: { found: unknown };
    errors?: [{ message: string; extensions: { code: string; problem?: string; parameter?: string } }];
  };
  if (errors) {
    const { code, problem, parameter } = errors[0].extensions;
    // A value that isn't in a list is refused by GraphQL itself, as its enum hasn't it.
    if (code === 'GRAPHQL_VALIDATION_FAILED') return { problem: 'invalid-parameter', parameter: undefined };
    return { problem: problem ?? code, parameter };
  }
  return { value: data?.found };
}

describe('REST and GraphQL agree', () => {
  for (const metric of METRICS) {
    test(`on ${metric.name}`, async () => {
      let answered = 0;
      await fc.assert(
        fc.asyncProperty(anyQuestion(metric), async (asked) => {
          const [rest, graph] = await Promise.all([byRest(asked), byGraphql(asked)]);
          if ('problem' in rest && 'problem' in graph) {
            assert.equal(graph.problem, rest.problem);
            if (graph.parameter !== undefined && metric.shape.kind === 'series')
              assert.equal(graph.parameter, rest.parameter);
          } else {
            assert.deepEqual(graph, rest);
            if ('rows' in rest && rest.rows.length > 0) answered++;
          }
        }),
        {
          numRuns: 60,
          examples: [
            [
              {
                metric,
                where: combinations(metric)[1] ?? {},
                grain: metric.grains.daily ? 'daily' : 'monthly',
                start: '2023-12-21',
                end: '2024-02-10',
              },
            ],
          ],
        },
      );
      assert.ok(answered > 0, 'no question had rows');
    });
  }
});
