import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { setTimeout as sleep } from 'node:timers/promises';
import type { Rows } from '../../src/core/metric/table.ts';
import type { With } from './conformance.ts';
import { flatTable, HARD_TEXTS, never, ordinal, read, rowsOf, shareTable, write } from './fixtures.ts';

/** The promises of reading series. */
export function readingConformance(name: string, withWarehouse: With): void {
  void describe(`${name}: reading`, () => {
    void test(
      'every text comes back as it was written, and finds its rows and no others',
      withWarehouse(async ({ warehouse }) => {
        const rows = HARD_TEXTS.map((text, index) => ({ of: [text, 'x'], at: '20240301', is: [index, 0] }));
        await write(warehouse, flatTable, [rowsOf(flatTable, 'daily', rows)]);
        const all = await read(warehouse, flatTable, 'daily', '20240301', '20240301');
        assert.deepEqual(all.map(([text]) => String(text)).sort(), [...HARD_TEXTS].sort());
        for (const [index, text] of HARD_TEXTS.entries()) {
          const where = [{ column: 'project', values: [text] }];
          const found = await read(warehouse, flatTable, 'daily', '20240301', '20240301', { where });
          assert.deepEqual(found, [[text, 'x', ordinal('daily', '20240301'), index, 0]]);
        }
      }),
    );

    void test(
      'several values of a dimension are combined with conditions on others',
      withWarehouse(async ({ warehouse }) => {
        const rows = ['a', 'b', 'c'].flatMap((project, p) =>
          ['x', 'y'].map((type, t) => ({ of: [project, type], at: '20240301', is: [p, t] })),
        );
        await write(warehouse, flatTable, [rowsOf(flatTable, 'daily', rows)]);
        const where = [
          { column: 'project', values: ['c', 'a', "d' OR true --"] },
          { column: 'page_type', values: ['y'] },
        ];
        const at = ordinal('daily', '20240301');
        assert.deepEqual(await read(warehouse, flatTable, 'daily', '20240301', '20240301', { where }), [
          ['a', 'y', at, 0, 1],
          ['c', 'y', at, 2, 1],
        ]);
        const none = [{ column: 'project', values: [] }];
        assert.deepEqual(
          await read(warehouse, flatTable, 'daily', '20240301', '20240301', { where: none }),
          [],
        );
      }),
    );

    void test(
      'counts are exact up to 2^53-1, and a zero is a row, unlike a missing value',
      withWarehouse(async ({ warehouse }) => {
        const rows = [
          { of: ['a', 'x'], at: '20240301', is: [Number.MAX_SAFE_INTEGER, Number.MAX_SAFE_INTEGER - 1] },
          { of: ['a', 'x'], at: '20240303', is: [0, 0] },
        ];
        await write(warehouse, flatTable, [rowsOf(flatTable, 'daily', rows)]);
        assert.deepEqual(await read(warehouse, flatTable, 'daily', '20240301', '20240305'), [
          ['a', 'x', ordinal('daily', '20240301'), 9007199254740991, 9007199254740990],
          ['a', 'x', ordinal('daily', '20240303'), 0, 0],
        ]);
      }),
    );

    void test(
      'decimals come back bit by bit',
      withWarehouse(async ({ warehouse }) => {
        const values = [0.1, -0.30000000000000004, 1 / 3, 5e-324, 1.7976931348623157e308, 0];
        const rows = values.map((value, month) => ({ of: ['a'], at: `20240${month + 1}01`, is: [value] }));
        await write(warehouse, shareTable, [rowsOf(shareTable, 'monthly', rows)]);
        const found = await read(warehouse, shareTable, 'monthly', '20240101', '20241201');
        assert.deepEqual(
          found.map((row) => row[2]),
          values,
        );
      }),
    );

    void test(
      'days add up to months, with their leap day, and exactly',
      withWarehouse(async ({ warehouse }) => {
        const days = Array.from({ length: 800 }, (_, index) => {
          const at = new Date(Date.UTC(2023, 0, 1 + index)).toISOString().slice(0, 10);
          return { of: ['a', 'x'], at, is: [1, Number(at.slice(8))] };
        });
        const large = ['20240301', '20240331'].map((at) => ({ of: ['b', 'x'], at, is: [2 ** 51 + 1, 1] }));
        await write(warehouse, flatTable, [rowsOf(flatTable, 'daily', [...days, ...large])]);
        const months = await read(warehouse, flatTable, 'daily', '20240201', '20240331', {
          sumTo: 'monthly',
        });
        assert.deepEqual(months, [
          ['a', 'x', ordinal('monthly', '20240201'), 29, 435],
          ['a', 'x', ordinal('monthly', '20240301'), 31, 496],
          ['b', 'x', ordinal('monthly', '20240301'), 2 ** 52 + 2, 2],
        ]);
      }),
    );

    void test(
      'a range reads its periods and its grain only, and a table that was never written has no rows',
      withWarehouse(async ({ warehouse }) => {
        const at = (date: string) => ({ of: ['a', 'x'], at: date, is: [1, 1] });
        await write(warehouse, flatTable, [
          rowsOf(flatTable, 'daily', ['20240131', '20240201', '20240229', '20240301'].map(at)),
          rowsOf(flatTable, 'monthly', [at('20240201')]),
        ]);
        assert.equal((await read(warehouse, flatTable, 'daily', '20240201', '20240229')).length, 2);
        assert.equal((await read(warehouse, flatTable, 'daily', '20250201', '20250229')).length, 0);
        assert.equal((await read(warehouse, flatTable, 'monthly', '20240101', '20241201')).length, 1);
        assert.deepEqual(await read(warehouse, shareTable, 'monthly', '20240101', '20241201'), []);
      }),
    );

    void test(
      'many rows come in batches, sorted from one to the next, and several readers at once get the same',
      withWarehouse(async ({ warehouse }) => {
        const rows = Array.from({ length: 20_000 }, (_, index) => ({
          of: [`p${String((index * 7) % 10_000).padStart(5, '0')}`, 'x'],
          at: index < 10_000 ? '20240301' : '20240401',
          is: [index, 0],
        }));
        await write(warehouse, flatTable, [rowsOf(flatTable, 'daily', rows)]);
        const answers = await Promise.all(
          Array.from({ length: 8 }, () => read(warehouse, flatTable, 'daily', '20240301', '20240430')),
        );
        const keys = answers[0]?.map(([project, , at]) => `${project} ${at}`) ?? [];
        assert.equal(keys.length, 20_000);
        assert.deepEqual(keys, [...keys].sort());
        for (const answer of answers) assert.deepEqual(answer, answers[0]);
      }),
    );

    void test(
      'an aborted read rejects with the reason, and a read that is left early frees its place',
      withWarehouse(async ({ warehouse }) => {
        const rows = Array.from({ length: 20_000 }, (_, index) => ({
          of: [`p${index}`, 'x'],
          at: '20240301',
          is: [1, 1],
        }));
        await write(warehouse, flatTable, [rowsOf(flatTable, 'daily', rows)]);
        const at = ordinal('daily', '20240301');
        const question = { table: flatTable, grain: 'daily', first: at, last: at, where: [] } as const;
        for (let round = 0; round < 12; round++) {
          const abort = new AbortController();
          const reading = (async () => {
            for await (const batch of warehouse.select(question, abort.signal)) {
              if (round % 2 === 0) break;
              assert.ok(batch.length > 0);
              abort.abort(new Error('enough'));
            }
          })();
          if (round % 2 === 0) await reading;
          else await assert.rejects(reading, /enough/);
        }
        await assert.rejects(async () => {
          for await (const _ of warehouse.select(question, AbortSignal.abort(new Error('before')))) {
            // Nothing comes.
          }
        }, /before/);
        assert.equal((await read(warehouse, flatTable, 'daily', '20240301', '20240301')).length, 20_000);
      }),
    );

    void test(
      'a read that began before a write gets the old rows to its end',
      withWarehouse(async ({ warehouse }) => {
        const rows = (value: number): Rows =>
          rowsOf(
            flatTable,
            'daily',
            Array.from({ length: 10_000 }, (_, index) => ({
              of: [`p${index}`, 'x'],
              at: '20240301',
              is: [value, 0],
            })),
          );
        await write(warehouse, flatTable, [rows(1)]);
        const at = ordinal('daily', '20240301');
        const seen = new Set<number>();
        const question = { table: flatTable, grain: 'daily', first: at, last: at, where: [] } as const;
        let written = false;
        for await (const batch of warehouse.select(question, never)) {
          if (!written) await write(warehouse, flatTable, [rows(2)]);
          written = true;
          for (const value of batch.measures[0] ?? []) seen.add(value);
          await sleep(1);
        }
        assert.deepEqual([...seen], [1]);
      }),
    );
  });
}
