import assert from 'node:assert/strict';
import { join } from 'node:path';
import { test, type TestContext } from 'node:test';
import { writeEvents } from '../../../bench/generated-events.ts';
import type { Metric } from '../../../src/core/metric/metric.ts';
import { tableOf } from '../../../src/core/metric/metric-table.ts';
import { aggregate } from '../../../src/load/aggregate.ts';
import { importEvents } from '../../../src/load/events/import-events.ts';
import { storedGrains } from '../../../src/load/periods.ts';
import { METRICS } from '../../../src/metrics/index.ts';
import { openDuckdbWarehouse } from '../../../src/warehouses/duckdb/duckdb-warehouse.ts';
import type { Warehouse } from '../../../src/warehouses/warehouse.ts';
import { PSEUDONYMS, WRITER } from '../../load/event-files.ts';
import { temporaryFolder } from '../../load/files.ts';
import { read } from '../../warehouses/fixtures.ts';
import { HivePlace } from './hive-place.ts';

const MADE = METRICS.filter((metric) => metric.aggregate);

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
