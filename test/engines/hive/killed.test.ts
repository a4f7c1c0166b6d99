import assert from 'node:assert/strict';
import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { describe, test } from 'node:test';
import { setTimeout as sleep } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { LeaseHeldError } from '../../../src/core/engine-error.ts';
import { flatTable, read } from '../../warehouses/fixtures.ts';
import { HivePlace } from './hive-place.ts';
import { HANGS_MS } from '../../support/hangs.ts';

const CHILD = fileURLToPath(new URL('./child.js', import.meta.url));

/** Starts a child and waits until it has the lease. */
async function start(...args: string[]): Promise<ChildProcess> {
  const child = spawn(process.execPath, [CHILD, ...args], { stdio: ['ignore', 'pipe', 'inherit'] });
  if (child.stdout) await once(child.stdout, 'data');
  return child;
}

async function exitOf(child: ChildProcess): Promise<number | null> {
  if (child.exitCode === null && child.signalCode === null) await once(child, 'exit');
  return child.exitCode;
}

async function kill(child: ChildProcess): Promise<void> {
  child.kill('SIGKILL');
  await exitOf(child);
}

void describe('processes that are killed while they write to Hive', { timeout: HANGS_MS }, () => {
  void test('with a lake: all of before or all of after is there at any moment, and a rerun finishes it', async () => {
    const place = await HivePlace.make({ lake: true });
    try {
      const warehouse = await place.open();
      const values = async () => {
        const rows = await read(warehouse, flatTable, 'daily', '20240101', '20240331');
        assert.equal(rows.length, 6_000);
        return [...new Set(rows.map((row) => row[3]))];
      };
      assert.equal(await exitOf(await start('write', place.address, '0')), 0);
      for (const [round, delay] of [50, 200, 400, 700].entries()) {
        const child = await start('write', place.address, String(round + 1));
        await sleep(delay);
        await kill(child);
        const [value, ...others] = await values();
        assert.deepEqual(others, []);
        assert.ok(value === round || value === round + 1, `after ${delay} ms: ${value}`);
        assert.equal(await exitOf(await start('write', place.address, String(round + 1))), 0);
        assert.deepEqual(await values(), [round + 1]);
      }
      const partitions = await place.rows(`SHOW PARTITIONS \`${place.database}\`.\`test_flat\``, 1);
      assert.equal(partitions.length, 3, 'no partition is left of a version that nobody reads');
    } finally {
      await place.remove();
    }
  });

  void test('without one: a live process keeps the lease, one that was killed is followed', async () => {
    const place = await HivePlace.make({ lake: false });
    try {
      const warehouse = await place.open();
      const child = await start('hold', place.address);
      try {
        await assert.rejects(
          warehouse.lease('waiter', AbortSignal.timeout(2_000)),
          (error) => error instanceof LeaseHeldError && error.holder === `child ${child.pid}`,
        );
      } finally {
        await kill(child);
      }
      const lease = await warehouse.lease('waiter', AbortSignal.timeout(HANGS_MS));
      await lease.release();
      const tables = await place.rows(`SHOW TABLES IN \`${place.database}\` 'kraken_lease*'`, 1);
      assert.deepEqual(tables, []);
    } finally {
      await place.remove();
    }
  });
});
