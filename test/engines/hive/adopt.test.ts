import assert from 'node:assert/strict';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, test } from 'node:test';
import { fileURLToPath } from 'node:url';
import { makeCatalogue } from '../../../src/core/metric/catalogue.ts';
import { partitionSpan } from '../../../src/core/time/partition.ts';
import type { Rows, Table } from '../../../src/core/metric/table.ts';
import { tableOf } from '../../../src/core/metric/metric-table.ts';
import type { Grain } from '../../../src/core/time/time.ts';
import { Manifests } from '../../../src/warehouses/lake/manifests.ts';
import { loadSample } from '../../../src/load/sample.ts';
import { METRICS } from '../../../src/metrics/index.ts';
import { openLmdbStore } from '../../../src/stores/lmdb/lmdb-store.ts';
import { openDuckdbWarehouse } from '../../../src/warehouses/duckdb/duckdb-warehouse.ts';
import { adopt, adoptStatements } from '../../../src/warehouses/hive/adopt.ts';
import { hiveDdl } from '../../../src/warehouses/hive/ddl.ts';
import type { Warehouse } from '../../../src/warehouses/warehouse.ts';
import { flatTable, never, read, rowsOf, topTable, write } from '../../warehouses/fixtures.ts';
import { temporaryFolder } from '../../warehouses/duckdb/lake-fixture.ts';
import { writeViews } from '../../refine/view-table.ts';
import { HivePlace } from './hive-place.ts';
import { HANGS_MS } from '../../support/hangs.ts';

const SAMPLE = fileURLToPath(new URL('../../../../sample', import.meta.url));

const flat = (at: string, edits: number) =>
  rowsOf(flatTable, 'daily', [{ of: ["it's é 👩‍🚀", 'x'], at, is: [edits, 0] }]);

/** Runs a test with a lake that the embedded warehouse writes, in a folder that Hive sees. */
function withLake(work: (place: HivePlace, lake: Warehouse, folder: string) => Promise<void>) {
  return async () => {
    const place = await HivePlace.make({ lake: true });
    const folder = place.folder as string;
    const lake = await openDuckdbWarehouse(folder);
    try {
      await work(place, lake, folder);
    } finally {
      await lake.close();
      await place.remove();
    }
  };
}

async function adoptionOf(place: HivePlace, folder: string, tables: readonly Table[]) {
  const { tables: manifests } = await new Manifests(folder).all();
  return { manifests, tables, location: `file://${folder}`, database: place.database };
}

async function collected(batches: AsyncIterable<Rows>): Promise<Rows[]> {
  const all: Rows[] = [];
  for await (const rows of batches) all.push(rows);
  return all;
}

const edits = async (warehouse: Warehouse): Promise<unknown[]> =>
  (await read(warehouse, flatTable, 'daily', '20240101', '20241231')).map((row) => row[3]);

void describe('a lake that the embedded warehouse wrote, in Hive', { timeout: HANGS_MS }, () => {
  void test(
    'the sample is adopted: the same states, and the same rows of every table and grain',
    withLake(async (place, lake, folder) => {
      const scratch = await temporaryFolder();
      const store = await openLmdbStore(join(scratch.path, 'series'));
      const catalogue = makeCatalogue(METRICS);
      const writer = { warehouse: lake, store, holder: 'a test', waitMs: 0, signal: never };
      await loadSample({ ...writer, folder: SAMPLE, catalogue });
      await store.close();
      await scratch.remove();

      const tables = METRICS.map(tableOf);
      await adopt(place.sessions, await adoptionOf(place, folder, tables), never);
      const hive = await place.open();
      const { tables: states } = await lake.states(never);
      assert.ok(states.size > 5);
      assert.deepEqual((await hive.states(never)).tables, states);
      for (const table of tables) {
        const spans = [...(states.get(table.name)?.partitions.keys() ?? [])].map(partitionSpan);
        for (const grain of new Set<Grain>(spans.map((span) => span.grain))) {
          const ofGrain = spans.filter((span) => span.grain === grain);
          const question = {
            table,
            grain,
            first: Math.min(...ofGrain.map(({ first }) => first)),
            last: Math.max(...ofGrain.map(({ last }) => last)),
            where: [],
          };
          const found = await Promise.all([lake, hive].map((of) => collected(of.select(question, never))));
          const [there, here] = found.map((batches) => ({
            ordinals: batches.flatMap((rows) => rows.ordinals),
            texts: [...table.dimensions, ...table.entry].map((_, index) =>
              batches.flatMap((rows) => [...rows.dimensions, ...rows.entry][index] ?? []),
            ),
            measures: table.measures.map((_, index) => batches.flatMap((rows) => rows.measures[index] ?? [])),
          }));
          assert.ok((there?.ordinals.length ?? 0) > 0);
          assert.deepEqual(here, there, `${table.name}, ${grain}`);
        }
      }
    }),
  );

  void test(
    'the table of views is read hour by hour, also where an hour was made again or has no views any more',
    withLake(async (place) => {
      const folder = await mkdtemp(join(tmpdir(), 'kraken-views-'));
      const counts = async (): Promise<(string | null)[][]> => {
        const sql = `SELECT CAST(hour AS STRING), article, CAST(count(*) AS STRING) FROM \`${place.database}\`.view_events GROUP BY hour, article ORDER BY hour, article`;
        return (await place.rows(sql, 3)).map((row) => [...row]);
      };
      const view = (hour: string, article: string) => ({ dt: `2026-11-20T${hour}:00:00.000Z`, article });
      const closed = '2026-11-21T00:00:00Z';
      try {
        await writeViews(folder, [view('08', '/meadow'), view('08', '/meadow'), view('09', '/pond')], closed);
        await place.adoptViews(folder);
        assert.deepEqual(await counts(), [
          ['8', '/meadow', '2'],
          ['9', '/pond', '1'],
        ]);
        await writeViews(folder, [view('08', '/brook'), view('10', '/pond')], closed, 2);
        await place.adoptViews(folder);
        assert.deepEqual(await counts(), [
          ['8', '/brook', '1'],
          ['10', '/pond', '1'],
        ]);
      } finally {
        await rm(folder, { recursive: true });
      }
    }),
  );

  void test(
    'the printed statements do the same, also a second time and after a change',
    withLake(async (place, lake, folder) => {
      const hive = await place.open();
      const run = async () => {
        const adoption = await adoptionOf(place, folder, [flatTable, topTable]);
        for (const sql of adoptStatements(adoption)) await place.sessions.execute(sql, never);
      };
      await write(lake, flatTable, [flat('20240301', 1), flat('20240401', 2)]);
      await run();
      await run();
      assert.deepEqual(await edits(hive), [1, 2]);
      await write(lake, flatTable, [flat('20240301', 3)]);
      assert.deepEqual(await edits(hive), [1, 2]);
      await run();
      assert.deepEqual(await edits(hive), [3, 2]);
      assert.deepEqual((await hive.states(never)).tables, (await lake.states(never)).tables);
      const partitions = await place.rows(`SHOW PARTITIONS \`${place.database}\`.\`test_flat\``, 1);
      assert.deepEqual(partitions.flat(), [
        'grain=daily/year=2024/month=3/version=2',
        'grain=daily/year=2024/month=4/version=1',
      ]);
    }),
  );

  void test(
    'a plain MSCK REPAIR TABLE over a fresh lake finds the same rows',
    withLake(async (place, lake, folder) => {
      await write(lake, flatTable, [flat('20240301', Number.MAX_SAFE_INTEGER), flat('20241231', 2)]);
      const at = (sql: string) => sql.replaceAll('`test_flat`', `\`${place.database}\`.\`test_flat\``);
      await place.sessions.execute(`CREATE DATABASE \`${place.database}\``, never);
      const statements = hiveDdl(flatTable, `file://${folder}`)
        .replaceAll(/^--.*\n/gm, '')
        .split(';');
      for (const sql of statements.filter((text) => text.trim()))
        await place.sessions.execute(at(sql), never);
      const columns = '`project`, `timestamp`, cast(`edits` AS STRING), cast(`month` AS STRING)';
      assert.deepEqual(
        await place.rows(at(`SELECT ${columns} FROM \`test_flat\` ORDER BY \`timestamp\``), 4),
        [
          ["it's é 👩‍🚀", '2024030100', '9007199254740991', '3'],
          ["it's é 👩‍🚀", '2024123100', '2', '12'],
        ],
      );
    }),
  );

  void test(
    'a change that a killed process made in the lake and did not publish to Hive is published by the next holder of the lease',
    withLake(async (place, lake) => {
      const hive = await place.open();
      await write(hive, flatTable, [flat('20240301', 1), flat('20240401', 1)]);
      // The lake as it is after its manifest was replaced, with partitions that were added and some that were not.
      await write(lake, flatTable, [flat('20240301', 2), flat('20240401', 2)]);
      await place.sessions.execute(
        `ALTER TABLE \`${place.database}\`.\`test_flat\` ADD PARTITION (grain='daily', year=2024, month=3, version=2)`,
        never,
      );
      assert.deepEqual(await edits(hive), [1, 1]);
      await (await hive.lease('the next', never)).release();
      assert.deepEqual(await edits(hive), [2, 2]);
      assert.deepEqual((await hive.states(never)).tables, (await lake.states(never)).tables);
      const again = await write(hive, flatTable, [flat('20240301', 2), flat('20240401', 2)]);
      assert.deepEqual(again.changed, []);
    }),
  );

  void test(
    'a database whose tables lie elsewhere is refused with a sentence',
    withLake(async (place, lake, folder) => {
      await write(lake, flatTable, [flat('20240301', 1)]);
      const adoption = await adoptionOf(place, folder, [flatTable]);
      await adopt(place.sessions, adoption, never);
      await assert.rejects(
        adopt(place.sessions, { ...adoption, location: 'file:///elsewhere' }, never),
        /lie in .*, not in/,
      );
    }),
  );
});
