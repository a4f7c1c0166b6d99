import assert from 'node:assert/strict';
import { after, before, describe, test } from 'node:test';
import fc from 'fast-check';
import { isTotal } from '../../../src/core/metric/dimension.ts';
import type { Metric } from '../../../src/core/metric/metric.ts';
import { publishable } from '../../../src/core/metric/privacy.ts';
import type { Grain } from '../../../src/core/time/time.ts';
import { METRICS } from '../../../src/metrics/index.ts';
import { startGateway, type Gateway } from '../../support/gateway.ts';
import { Processes } from '../../support/process.ts';
import { itemsOf } from '../../support/questions.ts';
import { ask, askGraphql, type Row } from './support.ts';

/* One language, however it is spoken and whoever answers, over rows made from the catalogue. */

let gateway: Gateway;
before(async () => {
  gateway = await startGateway();
  for (const metric of METRICS) await gateway.load(metric.name, itemsOf(metric), { complete: true });
});
after(() => gateway.close());

/** The values of a dimension that the rows have, but for those that hold others. */
function parts(metric: Metric, name: string): string[] {
  const items = itemsOf(metric) as Record<string, string>[];
  const dimension = metric.dimensions.find((one) => one.name === name);
  assert.ok(dimension);
  return [...new Set(items.map((item) => item[name] as string))].filter(
    (value) => !isTotal(dimension, value) && dimension.withheld?.has(value) !== true,
  );
}

const anyDate = fc
  .integer({ min: -10, max: 400 })
  .map((days) => new Date(Date.UTC(2023, 11, 20) + days * 86_400_000).toISOString().slice(0, 10));

type Asked = Readonly<Record<string, unknown>>;

/** Any question that a metric can answer, every value of it listed. */
function anyQuestion(metric: Metric): fc.Arbitrary<Asked> {
  const grains = Object.keys(metric.grains) as Grain[];
  const additive = Object.values(metric.measures).every((measure) => measure.additive);
  const names = metric.dimensions.map(({ name }) => name);
  const where = fc.record(
    Object.fromEntries(
      names.map((name) => {
        const values = parts(metric, name);
        return [name, fc.subarray(values, { minLength: 1, maxLength: Math.min(2, values.length) })];
      }),
    ),
  );
  return fc
    .record({
      where,
      by: additive ? fc.subarray(names) : fc.constant(names),
      grain: fc.constantFrom(...grains, ...(additive ? [null] : [])),
      ends: fc.tuple(anyDate, anyDate),
      fill: fc.constantFrom(null, 'zero', 'null'),
      descending: fc.boolean(),
      compare: fc.boolean(),
    })
    .map(({ where: values, by, grain, ends, fill, descending, compare }) => {
      const [start, end] = ends.toSorted() as [string, string];
      const measure = Object.keys(metric.measures)[0] as string;
      return {
        metric: metric.name,
        where: values,
        by,
        grain,
        range: { start, end: grain === 'hourly' || grain === null ? start : end },
        order: [{ by: measure, direction: descending ? 'desc' : 'asc' }],
        fill: grain === null ? null : fill,
        compare: compare ? 'previous' : null,
        limit: 10_000,
      };
    });
}

void describe('the series store and the warehouse give the same numbers', () => {
  const both = METRICS.filter(({ home, shape }) => home === 'series' && shape.kind === 'series');
  for (const metric of both) {
    void test(`of ${metric.name}`, async () => {
      let answered = 0;
      await fc.assert(
        fc.asyncProperty(anyQuestion(metric), async (asked) => {
          const series = await ask(gateway, asked);
          assert.equal(series.route, 'series');
          const plan = gateway.app.road.plan(gateway.app.road.question(asked));
          // The same plan, sent the other way: the warehouse's state in place of the store's.
          const state = gateway.app.road.watch.stateOf(metric, 'warehouse');
          if (metric.grains[plan.source] === 'stored or summed') return;
          const other = await gateway.app.road.read(
            { ...plan, route: 'warehouse', key: `${plan.key} other`, state },
            new AbortController().signal,
          );
          const rows = other.rows.map(({ values, measures, compared }) => [
            ...values,
            ...measures,
            ...(compared ?? []),
          ]);
          const names = Object.keys(metric.measures);
          const cells = (row: Row): unknown[] => [
            ...(asked.by as string[]).map((name) => row[name]),
            ...names.map((name) => row[name]),
            ...(asked.compare ? names.map((name) => row[`${name}_compared`]) : []),
          ];
          assert.deepEqual(rows, series.rows.map(cells));
          answered += rows.length;
        }),
        { numRuns: 60 },
      );
      if (!Object.values(metric.grains).includes('stored or summed')) assert.ok(answered > 0);
    });
  }
});

void describe('a path and the one language cost the same for the same periods', () => {
  for (const metric of METRICS.filter(({ shape }) => shape.kind === 'series')) {
    void test(`of ${metric.name}`, () => {
      const { road } = gateway.app;
      const names = metric.dimensions.map(({ name }) => name);
      const where = Object.fromEntries(names.map((name) => [name, parts(metric, name).slice(0, 2)]));
      for (const grain of Object.keys(metric.grains)) {
        // Wider than what was loaded: what isn't there costs nothing.
        const year = grain === 'hourly' ? 2023 : 2024;
        const start = metric.range.start === 'exclusive' ? `${year - 1}-12-31` : `${year}-01-01`;
        const end = metric.range.end === 'inclusive' ? `${year}-12-31T23` : `${year + 1}-01-01`;
        const period = { granularity: grain, start, end };
        const path = road.plan({ metric: metric.name, where, period, options: {} });
        const range = `${year}`;
        const rows = road.plan(
          road.question({ metric: metric.name, where, by: names, grain, range, limit: 10_000 }),
        );
        assert.equal(rows.route, metric.home);
        // The warehouse has to look through fewer than 10,000 rows, which are a point.
        assert.equal(rows.cost, path.cost + (rows.route === 'warehouse' ? 1 : 0), grain);
        assert.ok(path.cost > 0);
      }
    });
  }
});

void describe('REST and GraphQL give the same rows', () => {
  for (const metric of METRICS.filter(({ shape }) => shape.kind === 'series')) {
    void test(`of ${metric.name}`, async () => {
      await fc.assert(
        fc.asyncProperty(anyQuestion(metric), async (asked) => {
          const { rows } = await ask(gateway, asked);
          const graph = await askGraphql(gateway, asked);
          assert.deepEqual(graph.map(sortedFields), rows.map(sortedFields));
        }),
        { numRuns: 8 },
      );
    });
  }
});

/** Without what GraphQL leaves to be reckoned. */
function sortedFields(row: Row): Row {
  const fields = Object.entries(row).filter(([name]) => name !== 'timestamp_compared');
  return Object.fromEntries(fields.toSorted(([a], [b]) => (a < b ? -1 : 1)));
}

void test('what is not published of a metric is in no answer', async () => {
  for (const metric of METRICS) {
    const isPublishable = publishable(metric);
    if (!isPublishable) continue;
    const names = [...metric.dimensions, ...(metric.shape.kind === 'top' ? metric.shape.entry : [])].map(
      ({ name }) => name,
    );
    const grain = Object.keys(metric.grains)[0];
    const { rows } = await ask(gateway, {
      metric: metric.name,
      by: names,
      grain,
      range: '2023..2025',
      limit: 10_000,
    });
    for (const row of rows) {
      const measures = Object.keys(metric.measures).map((name) => row[name] as number);
      assert.ok(
        isPublishable(
          names.map((name) => String(row[name])),
          measures,
        ),
        JSON.stringify(row),
      );
    }
  }
});

void describe('kraken query', () => {
  const processes = new Processes();
  after(() => processes.end());

  void test('gives the same rows as REST, from flags and from JSON', async () => {
    const flags = [
      '--where',
      'editor-type=anonymous',
      '--by',
      'project',
      '--grain',
      'monthly',
      '--range',
      '2024',
      '--order',
      '-edits',
      '--limit',
      '5',
    ];
    const question = {
      metric: 'edits-aggregate',
      where: { 'editor-type': 'anonymous' },
      by: 'project',
      grain: 'monthly',
      range: '2024',
      order: '-edits',
      limit: 5,
    };
    const answer = await ask(gateway, question);
    assert.equal(answer.rows.length, 5);
    const data = ['--data', gateway.folder];
    const byFlags = await processes.run('query', 'edits-aggregate', ...flags, '--format', 'json', ...data);
    assert.deepEqual([byFlags.code, byFlags.stderr], [0, '']);
    assert.deepEqual(JSON.parse(byFlags.stdout), answer);
    const byJson = await processes.run('query', JSON.stringify(question), '--format', 'json', ...data);
    assert.deepEqual(JSON.parse(byJson.stdout), answer);
    const table = await processes.run('query', 'edits-aggregate', ...flags, '--total', ...data);
    assert.match(table.stdout, /^project +timestamp +edits\n-+ +-+ +-+\n/);
    assert.match(table.stdout, /There are more rows: --cursor \S+\n$/);
    const csv = await processes.run('query', 'edits-aggregate', ...flags, '--format', 'csv', ...data);
    assert.equal(csv.stdout.split('\r\n').length, 7);
  });

  void test('says what HTTP says: the allowed values, and what is loaded where nothing was found', async () => {
    const data = ['--data', gateway.folder];
    const wrong = await processes.run('query', 'edits-aggregate', '--range', '2024', '--by', 'x', ...data);
    assert.equal(wrong.code, 2);
    assert.match(wrong.stderr, /no dimension x\.\n {2}Allowed: project, editor-type, page-type\n/);
    const where = ['--where', 'project=en.wikipdia'];
    const none = await processes.run('query', 'edits-aggregate', '--range', '2024', ...where, ...data);
    assert.equal(none.code, 0, none.stderr);
    assert.match(none.stdout, /Nothing is loaded for the project en\.wikipdia: did you mean en\.wikipedia\?/);
    const rows = await processes.run('export', 'edits-aggregate', ...where, ...data);
    assert.match(rows.stderr, /Nothing is loaded for the project en\.wikipdia: did you mean en\.wikipedia\?/);
  });

  void test('says what is wrong, and ends with 2', async () => {
    const { code, stderr } = await processes.run(
      'query',
      'edits-agregate',
      '--range',
      '2024',
      '--data',
      gateway.folder,
    );
    assert.deepEqual(
      [code, stderr],
      [2, 'kraken: There is no metric edits-agregate: did you mean edits-aggregate?\n'],
    );
  });
});
