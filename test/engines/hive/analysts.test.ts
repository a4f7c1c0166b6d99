import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, describe, test } from 'node:test';
import { fileURLToPath } from 'node:url';
import { gunzipSync } from 'node:zlib';
import { makeCatalogue } from '../../../src/core/metric/catalogue.ts';
import { tableOf } from '../../../src/core/metric/metric-table.ts';
import { VIEW_EVENTS } from '../../../src/core/metric/view-events.ts';
import { openSeriesStore } from '../../../src/config/engines.ts';
import { Manifests } from '../../../src/warehouses/lake/manifests.ts';
import { loadSample } from '../../../src/load/sample.ts';
import { METRICS } from '../../../src/metrics/index.ts';
import { SAMPLE_FOLDER } from '../../../src/setup/dataset-folders.ts';
import { openDuckdbWarehouse } from '../../../src/warehouses/duckdb/duckdb-warehouse.ts';
import { adopt } from '../../../src/warehouses/hive/adopt.ts';
import type { Page } from '../../../src/warehouses/hive/page.ts';
import { temporaryFolder } from '../../warehouses/duckdb/lake-fixture.ts';
import { manyViews, writeViews } from '../../refine/view-table.ts';
import { HivePlace } from './hive-place.ts';
import { HANGS_MS } from '../../support/hangs.ts';

/* The queries of docs/analysts.md, as they are, on a real HiveServer2 over the sample. */

const PAGE = readFileSync(fileURLToPath(new URL('../../../../docs/analysts.md', import.meta.url)), 'utf8');
const QUERIES = [...PAGE.matchAll(/\n([^\n]+):\n\n```sql\n([^`]*(?:`[a-z]+`[^`]*)*)```/g)].map((match) => ({
  title: match[1] as string,
  sql: match[2] as string,
}));
const { signal } = new AbortController();

let place: HivePlace;
let views: string;
before(async () => {
  place = await HivePlace.make({ lake: true });
  const folder = place.folder as string;
  const lake = await openDuckdbWarehouse(folder);
  const scratch = await temporaryFolder();
  const store = await openSeriesStore(`lmdb:${scratch.path}/series`);
  const writer = { warehouse: lake, store, holder: 'a test', waitMs: 10_000, signal };
  await loadSample({ ...writer, folder: SAMPLE_FOLDER, catalogue: makeCatalogue(METRICS) });
  await Promise.all([lake.close(), store.close()]);
  await scratch.remove();
  const { tables: manifests } = await new Manifests(folder).all();
  const tables = METRICS.map(tableOf);
  await adopt(
    place.sessions,
    { manifests, tables, location: `file://${folder}`, database: place.database },
    signal,
  );
  views = await mkdtemp(join(tmpdir(), 'kraken-views-'));
  await writeViews(views, manyViews(), '2026-11-24T00:00:00Z');
  await place.adoptViews(views);
});
after(async () => {
  await place.remove();
  await rm(views, { recursive: true });
});

async function answerOf(sql: string): Promise<(string | number | null)[][]> {
  // A client names the database when it connects; here the statement does.
  const names = [...METRICS.map((metric) => tableOf(metric).name), VIEW_EVENTS.name];
  const qualified = sql.replace(/\b(FROM|JOIN) (\w+)/g, (all, word: string, name: string) =>
    names.includes(name) ? `${word} ${place.database}.${name}` : all,
  );
  const rows: (string | number | null)[][] = [];
  for await (const page of place.sessions.query(qualified, signal)) {
    const columns = columnsOf(page);
    for (let i = 0; i < page.length; i++) rows.push(columns.map((column) => column[i] ?? null));
  }
  return rows;
}

/** Whatever a result has: texts and numbers. */
function columnsOf(page: Page): (string | number | null)[][] {
  const columns: (string | number | null)[][] = [];
  for (;;) {
    const column = ['text', 'number'] as const;
    const read = column.flatMap((kind) => {
      try {
        return [page[kind](columns.length)];
      } catch {
        return [];
      }
    });
    if (!read[0]) return columns;
    columns.push(read[0]);
  }
}

/** The items of a file of the sample. */
function sample(name: string): Record<string, string | number>[] {
  const text = gunzipSync(readFileSync(join(SAMPLE_FOLDER, name))).toString();
  return text
    .trimEnd()
    .split('\n')
    .map((line) => JSON.parse(line) as Record<string, string | number>);
}

describe('the page for analysts', { timeout: HANGS_MS }, () => {
  assert.ok(QUERIES.length >= 7, `${QUERIES.length} queries were found`);

  for (const { title, sql } of QUERIES) {
    test(title, async () => {
      const rows = await answerOf(sql);
      assert.ok(rows.length > 1, 'there are rows');
      for (const row of rows) assert.ok(!row.includes(null), JSON.stringify(row));
    });
  }

  test('its first answer is that of a plain loop over the sample', async () => {
    const sums = new Map<string, number>();
    for (const item of sample('edits-aggregate.monthly.ndjson.gz')) {
      if (item['editor-type'] !== 'user' || !String(item['timestamp']).startsWith('2021')) continue;
      const project = String(item['project']);
      sums.set(project, (sums.get(project) ?? 0) + Number(item['edits']));
    }
    const expected = [...sums].sort(([, a], [, b]) => b - a);
    assert.deepEqual(await answerOf(QUERIES[0]?.sql ?? ''), expected);
  });
});
