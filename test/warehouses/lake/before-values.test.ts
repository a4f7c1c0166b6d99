import assert from 'node:assert/strict';
import { join } from 'node:path';
import { test, type TestContext } from 'node:test';
import type { Table } from '../../../src/core/metric/table.ts';
import { ordinalAt } from '../../../src/core/time/time.ts';
import { BeforeValues, type Differences } from '../../../src/warehouses/lake/before-values.ts';
import { Engine, execute } from '../../../src/warehouses/lake/engine.ts';
import { literal } from '../../../src/warehouses/lake/sql.ts';
import { temporaryFolder } from '../../load/files.ts';

const PROJECT = { name: 'project', type: 'text' } as const;
const TABLE: Table = {
  name: 'visits',
  dimensions: [PROJECT, { name: 'page', type: 'text' }],
  scope: [PROJECT],
  entry: [],
  measures: [{ name: 'visits', type: 'count' }],
  ranking: undefined,
};
const DAY = ordinalAt('daily', Date.UTC(2026, 10, 20));
const COLUMNS = 'project, page, "timestamp", visits';

/** What a change of 300 pages says: of two hundred that were there every second one grows, and a hundred are new. */
async function differences(t: TestContext, maxRows: number): Promise<Differences> {
  const folder = temporaryFolder(t);
  const engine = await Engine.open(folder);
  try {
    return await engine.use(new AbortController().signal, async (connection) => {
      const before = ['a', 'b'].map((scope) => ({
        grain: 'daily' as const,
        scope: `${scope}.example`,
        first: DAY,
        last: DAY,
        complete: true,
        isOpen: false,
      }));
      const values = new BeforeValues(TABLE, before, maxRows);
      // Each project is a part of its own, and compared by itself.
      for (const [number, { scope }] of before.entries()) {
        const file = join(folder, `${number}.parquet`);
        const rows = (pages: number, visits: string): string =>
          `SELECT ${literal(scope)} AS project, 'p' || i AS page, '2026112000' AS "timestamp", CAST(${visits} AS BIGINT) AS visits FROM range(${pages}) AS pages(i)`;
        await execute(connection, `COPY (${rows(100, 'i')}) TO ${literal(file)} (FORMAT parquet)`);
        await execute(
          connection,
          `CREATE OR REPLACE TABLE merged AS SELECT ${number} AS _part, ${COLUMNS} FROM (${rows(150, 'i + (i + 1) % 2')})`,
        );
        await values.collect(connection, [
          { partition: 'daily/2026-11', number, files: [file], removals: [] },
        ]);
      }
      return values.finish(connection, join(folder, 'before.parquet'));
    });
  } finally {
    await engine.close();
  }
}

test('a change says what it changed, whether or not its rows are few enough to be kept', async (t) => {
  const kept = await differences(t, 1_000);
  assert.equal(kept.before?.rows, 200);
  assert.ok(kept.path);
  const [correction] = kept.corrections;
  assert.deepEqual(correction, {
    grain: 'daily',
    first: DAY,
    last: DAY,
    scopes: ['a.example', 'b.example'],
    scopeCount: 2,
    changed: 100,
    added: 100,
    removed: 0,
    measures: { visits: { before: 4_900, after: 17_500, largest: 149 } },
  });
  // With the last of them too many, with those of the second project, and with all.
  for (const maxRows of [199, 150, 100, 0])
    assert.deepEqual(await differences(t, maxRows), { ...kept, path: undefined });
});
