import assert from 'node:assert/strict';
import { it } from 'node:test';
import { cell, put, signal, TABLE } from './cells.ts';
import type { OpenedStore } from './publication-conformance.ts';

/** What a store must do that can stream its cells. One that lacks `scan` has nothing to do. */
export function scanConformance(given: () => OpenedStore): void {
  it('yields every cell of a table once, the cells of a series together, and no cell of another table', async (t) => {
    const { store } = given();
    if (!store.scan) return t.skip('this store does not stream');
    const years = ['D2023', 'D2024'];
    const names = Array.from({ length: 400 }, (_, index) => `title ${index}`);
    const cells = names.flatMap((name) =>
      years.flatMap((year) =>
        ['01', '02', '11'].map((month) =>
          cell(`en\0${name}\0${year}`, `all\0${month}`, `${name} ${year} ${month}`),
        ),
      ),
    );
    await put(store, cells);
    await put(store, [cell('en\0title 0\0D2024', 'all\x0001', 'elsewhere')], 1, `${TABLE}_2`);
    const found: string[] = [];
    const series: string[] = [];
    let bytes = 0;
    for await (const batch of store.scan(TABLE, signal)) {
      for (const one of batch) {
        found.push([one.row, one.column, one.value].map((part) => Buffer.from(part).toString()).join('|'));
        const key = Buffer.from(one.row).toString();
        if (series.at(-1) !== key) series.push(key);
        bytes += one.bytes;
      }
    }
    const expected = cells.map((one) =>
      [one.row, one.column, one.value].map((part) => Buffer.from(part).toString()).join('|'),
    );
    assert.deepEqual(found.sort(), expected.sort());
    assert.equal(series.length, names.length * years.length);
    const values = cells.reduce((sum, { value }) => sum + value.length, 0);
    assert.ok(bytes > values, 'the bytes of keys count, too');
  });

  it('streams no further when it is aborted', async (t) => {
    const { store } = given();
    if (!store.scan) return t.skip('this store does not stream');
    await put(store, [cell('a\0D2024', 'all\x0001', 'one')]);
    const controller = new AbortController();
    controller.abort(new Error('enough'));
    await assert.rejects(async () => {
      for await (const _ of store.scan?.(TABLE, controller.signal) ?? []) assert.fail('nothing comes');
    }, /enough/);
  });
}
