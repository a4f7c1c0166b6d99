import assert from 'node:assert/strict';
import { test } from 'node:test';
import { read, rowsOf, topTable, write } from '../fixtures.ts';
import { withLake } from './lake-fixture.ts';

void test(
  'lists that are read in the order of their file are the same as sorted ones, also those that lie in two of its pages',
  withLake(async ({ warehouse }) => {
    // Lists of three entries: more than a page of them, and no page ends with a whole list.
    const rows = Array.from({ length: 30_000 }, (_, i) => `p${String(i).padStart(5, '0')}`).flatMap(
      (project) =>
        ['x, a long title of an article', '', 'é👩‍🚀'].map((article, place) => ({
          of: [project],
          at: '20240301',
          entry: [article],
          is: [9 - place],
        })),
    );
    rows.shift();
    await write(warehouse, topTable, [rowsOf(topTable, 'daily', rows)]);
    const month = [warehouse, topTable, 'daily', '20240301', '20240331'] as const;
    const found = await read(...month, { anyOrder: true });
    assert.equal(found.length, rows.length);
    assert.deepEqual(found, await read(...month));
  }),
);
