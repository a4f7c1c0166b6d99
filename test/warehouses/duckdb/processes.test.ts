import assert from 'node:assert/strict';
import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { readdir } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, test } from 'node:test';
import { setTimeout as sleep } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { LeaseHeldError } from '../../../src/core/engine-error.ts';
import { openDuckdbWarehouse } from '../../../src/warehouses/duckdb/duckdb-warehouse.ts';
import { flatTable, never, read, rowsOf, write } from '../fixtures.ts';
import { parquetFiles, withLake } from './lake-fixture.ts';
import { HANGS_MS } from '../../support/hangs.ts';

const CHILD = fileURLToPath(new URL('./child.js', import.meta.url));

/** Starts a child and waits until it has the lease. */
async function start(...args: string[]): Promise<ChildProcess> {
  const child = spawn(process.execPath, [CHILD, ...args], { stdio: ['ignore', 'pipe', 'inherit'] });
  if (child.stdout) await once(child.stdout, 'data');
  return child;
}

async function kill(child: ChildProcess): Promise<void> {
  if (child.exitCode !== null || child.signalCode !== null) return;
  const gone = once(child, 'exit');
  child.kill('SIGKILL');
  await gone;
}

void describe('a lake and several processes', () => {
  void test(
    'a live process keeps the lease; one that was killed is followed at once',
    withLake(async ({ warehouse, folder }) => {
      const child = await start('hold', folder);
      try {
        await assert.rejects(
          warehouse.lease('waiter', AbortSignal.timeout(400)),
          (error) => error instanceof LeaseHeldError && error.holder === `child ${child.pid}`,
        );
      } finally {
        await kill(child);
      }
      const began = performance.now();
      const lease = await warehouse.lease('waiter', AbortSignal.timeout(HANGS_MS));
      assert.ok(performance.now() - began < 1_000);
      await lease.release();
      const left = (await readdir(folder)).filter((name) => name.startsWith('_lease'));
      assert.deepEqual(left, []);
    }),
  );

  void test(
    'of those who wait for a dead holder one follows at a time',
    withLake(async ({ warehouse, folder }) => {
      const other = await openDuckdbWarehouse(folder);
      for (let round = 0; round < 3; round++) {
        const child = await start('hold', folder);
        let holders = 0;
        const waiters = Array.from({ length: 6 }, async (_, index) => {
          const lease = await (index % 2 ? warehouse : other).lease(
            `w${index}`,
            AbortSignal.timeout(HANGS_MS),
          );
          assert.equal(++holders, 1);
          await sleep(10);
          holders--;
          await lease.release();
        });
        await kill(child);
        await Promise.all(waiters);
      }
      await other.close();
    }),
  );

  void test(
    'a write that is killed at any moment leaves all of before or all of after, and a rerun finishes it',
    { timeout: HANGS_MS },
    withLake(async ({ warehouse, folder }) => {
      const run = await start('write', folder, '0');
      await once(run, 'exit');
      const outcomes = new Set<string>();
      let stored = 0;
      for (const delay of [0, 15, 30, 60, 120, 240]) {
        const child = await start('write', folder, String(stored + 1));
        await sleep(delay);
        await kill(child);
        const values = new Set(
          (await read(warehouse, flatTable, 'daily', '20240101', '20240331')).map((row) => row[3]),
        );
        assert.equal(values.size, 1, `after ${delay} ms: one of ${[...values].join(', ')}`);
        const [value] = values;
        assert.ok(value === stored || value === stored + 1);
        outcomes.add(value === stored ? 'before' : 'after');
        const again = await start('write', folder, String(++stored));
        const [code] = (await once(again, 'exit')) as [number];
        assert.equal(code, 0);
        const after = await read(warehouse, flatTable, 'daily', '20240101', '20240331');
        assert.equal(after.length, 15_000);
        assert.ok(after.every((row) => row[3] === stored));
      }
      assert.ok(outcomes.has('before'), 'no kill came before the end');
      await write(warehouse, flatTable, [
        rowsOf(flatTable, 'daily', [{ of: ['a', 'x'], at: '20240101', is: [1, 1] }]),
      ]);
      const temporaries = await readdir(join(folder, '_tmp')).catch(() => []);
      assert.deepEqual(temporaries, []);
      const { tables } = await warehouse.states(never);
      const versions = [...(tables.get(flatTable.name)?.partitions.values() ?? [])].map(
        ({ version }) => version,
      );
      const named = versions.map((version, month) =>
        join(
          flatTable.name,
          'grain=daily',
          'year=2024',
          `month=${month + 1}`,
          `version=${version}`,
          '0.parquet',
        ),
      );
      const there = await parquetFiles(folder);
      for (const path of named) assert.ok(there.includes(path), path);
    }),
  );
});
