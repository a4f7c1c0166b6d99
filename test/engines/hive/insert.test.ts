import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { EngineError } from '../../../src/core/engine-error.ts';
import { openHiveWarehouse } from '../../../src/warehouses/hive/hive-warehouse.ts';
import { flatTable, never, ordinal, read, rowsOf, shareTable, write } from '../../warehouses/fixtures.ts';
import { HivePlace } from './hive-place.ts';
import { HANGS_MS } from '../../support/hangs.ts';

const HARD_TEXTS = [
  `O'Brien "quoted" \`back\``,
  '${env:HOME} and ${hiveconf:x}',
  'back\\slash \\n \\t \\u0041 \\',
  'line\nbreak\r\nand\ttab; --',
  'emoji 👩‍🚀 and é, e\u0301',
  '',
  'NULL',
];
const HARD_NUMBERS = [0.1, -0.30000000000000004, 1 / 3, 5e-324, 1.7976931348623157e308, 0];

void describe('rows that go into Hive by INSERT', { timeout: HANGS_MS }, () => {
  void test('whoever imports is told once that it is slow, and texts and numbers come back as they were', async () => {
    const place = await HivePlace.make({ lake: false });
    const notices: string[] = [];
    const warehouse = await openHiveWarehouse(place.address, { notice: (text) => notices.push(text) });
    try {
      const texts = HARD_TEXTS.map((text, index) => ({
        of: [text, 'x'],
        at: '20240301',
        is: [Number.MAX_SAFE_INTEGER - index, index],
      }));
      await write(warehouse, flatTable, [rowsOf(flatTable, 'daily', texts)]);
      const found = await read(warehouse, flatTable, 'daily', '20240301', '20240301');
      const expected = texts.map(({ of, is }) => [...of, ordinal('daily', '20240301'), ...is]);
      const byBytes = (a: unknown[], b: unknown[]) =>
        Buffer.compare(Buffer.from(a[0] as string), Buffer.from(b[0] as string));
      assert.deepEqual(found, expected.toSorted(byBytes));
      const shares = HARD_NUMBERS.map((value, month) => ({
        of: ['a'],
        at: `20240${month + 1}01`,
        is: [value],
      }));
      await write(warehouse, shareTable, [rowsOf(shareTable, 'monthly', shares)]);
      const numbers = await read(warehouse, shareTable, 'monthly', '20240101', '20241201');
      assert.deepEqual(
        numbers.map((row) => row[2]),
        HARD_NUMBERS,
      );
      assert.equal(notices.length, 1);
    } finally {
      await warehouse.close();
      await place.remove();
    }
  });

  void test('a partition of several statements is written and changed as one, and an aborted write leaves nothing', async (t) => {
    const place = await HivePlace.make({ lake: false });
    const warehouse = await place.open();
    try {
      const many = (value: number) =>
        rowsOf(
          flatTable,
          'daily',
          Array.from({ length: 12_000 }, (_, i) => ({ of: [`p${i}`, 'x'], at: '20240301', is: [value, i] })),
        );
      const sums = async () => {
        const rows = await read(warehouse, flatTable, 'daily', '20240301', '20240301');
        return [rows.length, rows.reduce((sum, row) => sum + Number(row[3]), 0)];
      };
      const began = performance.now();
      await write(warehouse, flatTable, [many(1)]);
      t.diagnostic(`12,000 rows by INSERT: ${Math.round(performance.now() - began)} ms`);
      assert.deepEqual(await sums(), [12_000, 12_000]);
      const controller = new AbortController();
      const writing = write(warehouse, flatTable, [many(2)], { signal: controller.signal });
      setTimeout(() => controller.abort(new Error('enough')), 1_500);
      await assert.rejects(writing, /enough/);
      assert.deepEqual(await sums(), [12_000, 12_000]);
      const one = rowsOf(flatTable, 'daily', [{ of: ['p7', 'x'], at: '20240301', is: [5, 7] }]);
      // The one session of this handle is the reader's until it has read all.
      const day = ordinal('daily', '20240301');
      const query = { table: flatTable, grain: 'daily', first: day, last: day, where: [] } as const;
      const reading = warehouse.select(query, never)[Symbol.asyncIterator]();
      assert.ok(!(await reading.next()).done);
      const { state } = await write(warehouse, flatTable, [one]);
      while (!(await reading.next()).done);
      assert.deepEqual(state.partitions.get('daily/2024-03'), { version: 2, removed: 0, rows: 12_000 });
      assert.deepEqual(await sums(), [12_000, 12_004]);
    } finally {
      await place.remove();
    }
  });

  void test('a lake is not written into tables whose rows were inserted', async () => {
    const place = await HivePlace.make({ lake: false });
    const other = await HivePlace.make({ lake: true });
    try {
      const lease = await (await place.open()).lease('a test', never);
      await lease.release();
      const lake = await openHiveWarehouse(`${place.address}&lake=${encodeURIComponent(other.folder ?? '')}`);
      try {
        await assert.rejects(
          lake.lease('a test', never),
          (error) => error instanceof EngineError && /lie in inserted, not in /.test(error.message),
        );
      } finally {
        // Connections that are left open would keep the process alive.
        await lake.close();
      }
    } finally {
      await place.remove();
      await other.remove();
    }
  });
});
