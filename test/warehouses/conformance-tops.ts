import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import type { With } from './conformance.ts';
import { HARD_TEXTS, ordinal, read, rowsOf, topTable, write } from './fixtures.ts';

type Entry = [project: string, at: string, article: string, views: number, rank?: number];

const list = (entries: readonly Entry[]) =>
  rowsOf(
    topTable,
    'daily',
    entries.map(([project, at, article, views, rank]) => ({
      of: [project],
      at,
      entry: [article],
      rank: rank ?? null,
      is: [views],
    })),
  );

/** The promises of writing and reading tops. The table's limit is 3. */
export function topConformance(name: string, withWarehouse: With): void {
  void describe(`${name}: tops`, () => {
    void test(
      'a list without ranks is ranked by its measure, ties share a rank, entries tied with the one after the limit go',
      withWarehouse(async ({ warehouse }) => {
        await write(warehouse, topTable, [
          list([
            ['tie', '20240301', 'd', 5],
            ['tie', '20240301', 'a', 9],
            ['tie', '20240301', 'c', 9],
            ['cut', '20240301', 'a', 9],
            ['cut', '20240301', 'b', 8],
            ['cut', '20240301', 'c', 7],
            ['cut', '20240301', 'd', 7],
          ]),
        ]);
        const at = ordinal('daily', '20240301');
        assert.deepEqual(await read(warehouse, topTable, 'daily', '20240301', '20240301'), [
          ['cut', at, 'a', 1, 9],
          ['cut', at, 'b', 2, 8],
          ['tie', at, 'a', 1, 9],
          ['tie', at, 'c', 1, 9],
          ['tie', at, 'd', 3, 5],
        ]);
      }),
    );

    void test(
      'where any order will do, the entries of a list lie together in the order of their ranks',
      withWarehouse(async ({ warehouse }) => {
        const texts = [...HARD_TEXTS, 'and one more'];
        const entries = texts.flatMap((text, index) =>
          ['20240301', '20240302'].map((at, day): Entry => [`p${index % 5}`, at, text, 100 + index - day]),
        );
        await write(warehouse, topTable, [list(entries)]);
        const month = [warehouse, topTable, 'daily', '20240301', '20240331'] as const;
        const sorted = await read(...month);
        const found = await read(...month, { anyOrder: true });
        assert.equal(sorted.length, entries.length);
        const nameOf = ([project, at]: (typeof found)[number] = []): string => `${project} ${at}`;
        const starts = found.filter((row, i) => nameOf(row) !== nameOf(found[i - 1])).map(nameOf);
        assert.equal(starts.length, new Set(starts).size);
        assert.deepEqual(
          starts.sort().flatMap((name) => found.filter((row) => nameOf(row) === name)),
          sorted,
        );
      }),
    );

    void test(
      'ranks that the source gave are kept where every entry of the list has one',
      withWarehouse(async ({ warehouse }) => {
        await write(warehouse, topTable, [
          list([
            ['given', '20240301', 'a', 5, 2],
            ['given', '20240301', 'b', 4, 1],
            ['mixed', '20240301', 'a', 5, 2],
            ['mixed', '20240301', 'b', 4],
          ]),
        ]);
        const at = ordinal('daily', '20240301');
        assert.deepEqual(await read(warehouse, topTable, 'daily', '20240301', '20240301'), [
          ['given', at, 'b', 1, 4],
          ['given', at, 'a', 2, 5],
          ['mixed', at, 'a', 1, 5],
          ['mixed', at, 'b', 2, 4],
        ]);
      }),
    );

    void test(
      'a list is replaced whole, others of its partition stay, and the same list again changes nothing',
      withWarehouse(async ({ warehouse }) => {
        await write(warehouse, topTable, [
          list([
            ['p', '20240301', 'a', 5],
            ['p', '20240301', 'b', 4],
            ['p', '20240302', 'a', 3],
            ['q', '20240301', 'a', 2],
          ]),
        ]);
        const next = list([
          ['p', '20240301', 'c', 7],
          ['p', '20240301', 'a', 6],
        ]);
        const written = await write(warehouse, topTable, [next]);
        assert.deepEqual(written.state.partitions.get('daily/2024-03'), { version: 2, removed: 2, rows: 4 });
        const at = ordinal('daily', '20240301');
        assert.deepEqual(await read(warehouse, topTable, 'daily', '20240301', '20240331'), [
          ['p', at, 'c', 1, 7],
          ['p', at, 'a', 2, 6],
          ['p', at + 1, 'a', 1, 3],
          ['q', at, 'a', 1, 2],
        ]);
        assert.deepEqual((await write(warehouse, topTable, [next])).changed, []);
      }),
    );

    void test(
      'lists are found by their dimensions and by what they rank',
      withWarehouse(async ({ warehouse }) => {
        await write(warehouse, topTable, [
          list([
            ['p', '20240301', 'a', 5],
            ['p', '20240301', 'b', 4],
            ['q', '20240301', 'b', 2],
          ]),
        ]);
        const at = ordinal('daily', '20240301');
        const where = [{ column: 'article', values: ['b'] }];
        assert.deepEqual(await read(warehouse, topTable, 'daily', '20240301', '20240301', { where }), [
          ['p', at, 'b', 2, 4],
          ['q', at, 'b', 1, 2],
        ]);
      }),
    );
  });
}
