import assert from 'node:assert/strict';
import { join } from 'node:path';
import { test, type TestContext } from 'node:test';
import { writeEvents } from '../../../bench/generated-events.ts';
import { EDIT_EVENTS } from '../../../src/core/metric/edit-events.ts';
import type { Metric } from '../../../src/core/metric/metric.ts';
import { tableOf } from '../../../src/core/metric/metric-table.ts';
import { VIEW_EVENTS } from '../../../src/core/metric/view-events.ts';
import { aggregate } from '../../../src/load/aggregate.ts';
import { importEvents } from '../../../src/load/events/import-events.ts';
import { storedGrains } from '../../../src/load/periods.ts';
import { METRICS } from '../../../src/metrics/index.ts';
import { openDuckdbWarehouse } from '../../../src/warehouses/duckdb/duckdb-warehouse.ts';
import { viewSource } from '../../../src/refine/view-source.ts';
import { derivedRows } from '../../../src/warehouses/derivation.ts';
import { HIVE } from '../../../src/warehouses/hive/derive.ts';
import type { Warehouse } from '../../../src/warehouses/warehouse.ts';
import { PSEUDONYMS, WRITER } from '../../load/event-files.ts';
import { temporaryFolder } from '../../load/files.ts';
import { read } from '../../warehouses/fixtures.ts';
import { manyViews, type View, writeViews } from '../../refine/view-table.ts';
import { HivePlace } from './hive-place.ts';

const MADE = METRICS.filter((metric) => metric.aggregate?.source === EDIT_EVENTS);
const OF_VIEWS = METRICS.filter((metric) => metric.aggregate?.source === VIEW_EVENTS);

/** Every row of a metric, those of lists as sets: what ties may come in any order. */
async function allRows(warehouse: Warehouse, metric: Metric): Promise<string[]> {
  const rows: string[] = [];
  for (const grain of storedGrains(metric)) {
    const found = await read(warehouse, tableOf(metric), grain, '20210101', '20251231');
    rows.push(...found.map((row) => `${grain} ${row.join(' ')}`));
  }
  return rows.sort();
}

async function made(t: TestContext, warehouse: Warehouse, file: string): Promise<void> {
  const writer = { ...WRITER, warehouse, store: undefined };
  await importEvents({ ...writer, files: [file], pseudonyms: PSEUDONYMS, complete: true });
  const started = performance.now();
  await aggregate({ ...writer, metrics: MADE });
  t.diagnostic(`${MADE.length} metrics in ${((performance.now() - started) / 1000).toFixed(1)} s`);
}

void test('every metric that is made of events is the same row by row, made by Hive or by DuckDB', async (t) => {
  const folder = temporaryFolder(t);
  const file = join(folder, 'events.csv');
  await writeEvents(file, { revisions: 3_000, pages: 300, editors: 150 });
  const place = await HivePlace.make({ lake: true });
  const duckdb = await openDuckdbWarehouse(join(folder, 'lake'));
  try {
    const hive = await place.open();
    await made(t, duckdb, file);
    await made(t, hive, file);
    // Hive wrote its rows into a lake: DuckDB reads them there sooner than Hive does.
    const lake = await openDuckdbWarehouse(place.folder as string);
    try {
      for (const metric of MADE) {
        const rows = await allRows(lake, metric);
        assert.ok(rows.length > 0, metric.name);
        assert.deepEqual(rows, await allRows(duckdb, metric), metric.name);
      }
    } finally {
      await lake.close();
    }
  } finally {
    await duckdb.close();
    await place.remove();
  }
});

void test('the queries of metrics that are made of views say the same in Hive and in DuckDB', async (t) => {
  const place = await HivePlace.make({ lake: false });
  const lake = temporaryFolder(t);
  const duckdb = await openDuckdbWarehouse(lake);
  try {
    await place.sessions.execute(`CREATE DATABASE IF NOT EXISTS ${place.database}`, WRITER.signal);
    // Enough for countries, of which the smallest have no rows.
    const views: View[] = manyViews().map((view, i) => ({ ...view, country: i % 3 === 0 ? 'NL' : 'FR' }));
    // A page that enough people of one country viewed.
    for (let i = 0; i < 1001; i++)
      views.push({ dt: '2026-11-20T10:00:00.000Z', country: 'SE', article: '/meadow', actor: `${i}` });
    await writeViews(lake, views, '2026-12-01T00:00:00Z');
    await place.adoptViews(lake);
    const writer = { ...WRITER, warehouse: duckdb, store: undefined };
    await aggregate({ ...writer, metrics: OF_VIEWS, views: () => viewSource(lake) });
    const from = `(SELECT * FROM ${place.database}.${VIEW_EVENTS.name}) live`;
    for (const metric of OF_VIEWS) {
      const table = tableOf(metric);
      const grain = metric.grains.daily ? 'daily' : 'monthly';
      const { digest, rows, hasRanks = false } = metric.aggregate ?? {};
      if (!rows) continue;
      const derivation = { source: VIEW_EVENTS, reads: [], rows, hasRanks, ...(digest ? { digest } : {}) };
      const made = derivedRows(table, derivation, grain, HIVE, { from });
      const measures = table.measures.map(({ name }) => `sum(\`${name}\`)`);
      const [total, ...sums] = await numbersOf(
        place,
        `SELECT count(*), ${measures.join(', ')} FROM (${made}) m`,
      );
      const expected = await read(duckdb, table, grain, '20261101', '20261130');
      assert.ok(
        expected.length > 0 && total === expected.length,
        `${metric.name}: ${total}, ${expected.length}`,
      );
      const numbers = expected.map((row) => row.slice(-table.measures.length).map(Number));
      const added = table.measures.map((_, m) => numbers.reduce((sum, row) => sum + (row[m] ?? 0), 0));
      assert.deepEqual(sums, added, metric.name);
    }
  } finally {
    await duckdb.close();
    await place.remove();
  }
});

/** The numbers of a result of one row. */
async function numbersOf(place: HivePlace, sql: string): Promise<(number | null)[]> {
  const found: (number | null)[] = [];
  for await (const page of place.sessions.query(sql, WRITER.signal)) {
    for (let column = 0; ; column++) {
      try {
        found.push(page.number(column)[0] ?? null);
      } catch {
        return found;
      }
    }
  }
  return found;
}
