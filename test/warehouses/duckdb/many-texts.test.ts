import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { Rows } from '../../../src/core/metric/table.ts';
import type { Warehouse } from '../../../src/warehouses/warehouse.ts';
import { flatTable, never, ordinal, rowsOf, write } from '../fixtures.ts';
import { withLake } from './lake-fixture.ts';

const BATCH = 10_000;
/** So many differing texts get no numbers. */
const PROJECTS = 30_000;
const DAY = ordinal('daily', '20240301');

const nameOf = (project: number): string => `p${String((project * 7919) % PROJECTS).padStart(6, '0')}`;

/** A row for each of many projects, of few types of pages, and one of the first project on the next day. */
async function* manyProjects(): AsyncGenerator<Rows> {
  for (let from = 0; from < PROJECTS; from += BATCH) {
    const rows = Array.from({ length: BATCH }, (_, i) => ({
      of: [nameOf(from + i), `type ${i % 3}`],
      at: '20240301',
      is: [from + i, 1],
    }));
    yield await Promise.resolve(rowsOf(flatTable, 'daily', rows));
  }
  yield rowsOf(flatTable, 'daily', [{ of: [nameOf(0), 'type 0'], at: '20240302', is: [7, 1] }]);
}

async function all(warehouse: Warehouse): Promise<string[]> {
  const rows: string[] = [];
  const asked = { table: flatTable, grain: 'daily' as const, first: DAY, last: DAY + 1, where: [] };
  for await (const { length, dimensions, ordinals, measures } of warehouse.select(asked, never))
    for (let i = 0; i < length; i++)
      rows.push([dimensions[0]?.[i], dimensions[1]?.[i], ordinals[i], measures[0]?.[i]].join(' '));
  return rows;
}

void test(
  'more texts than are numbered are stored like others, beside those that are and beside stored ones',
  withLake(async ({ warehouse }) => {
    const first = { of: [nameOf(1), 'type 1'], at: '20240301', is: [99, 1] };
    await write(warehouse, flatTable, [rowsOf(flatTable, 'daily', [first])]);
    const { changed } = await write(warehouse, flatTable, manyProjects());
    assert.deepEqual(changed, ['daily/2024-03']);
    const expected = Array.from(
      { length: PROJECTS },
      (_, i) => `${nameOf(i)} type ${(i % BATCH) % 3} ${DAY} ${i}`,
    );
    expected.push(`${nameOf(0)} type 0 ${DAY + 1} 7`);
    assert.deepEqual(await all(warehouse), expected.sort());
    assert.deepEqual((await write(warehouse, flatTable, manyProjects())).changed, []);
  }),
);
