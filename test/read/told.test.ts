import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { setTimeout as sleep } from 'node:timers/promises';
import { EngineError } from '../../src/core/engine-error.ts';
import { EMPTY_STATE, type TableState } from '../../src/core/time/table-state.ts';
import { Guard } from '../../src/read/guard.ts';
import { Watch } from '../../src/read/watch.ts';
import type { SeriesStore } from '../../src/stores/series-store.ts';
import type { Warehouse } from '../../src/warehouses/warehouse.ts';
import { until } from '../support/until.ts';

/* A watch of a worker looks when the primary tells what it has seen. */

const REFRESH_MS = 20;

/** An engine whose revision a test sets, and that counts looks. */
class Watched {
  revision: string | undefined = 'one';
  looks = 0;

  states(): Promise<{ revision: string; tables: ReadonlyMap<string, TableState> }> {
    this.looks++;
    if (this.revision === undefined) return Promise.reject(new EngineError('test', 'it is away'));
    return Promise.resolve({ revision: this.revision, tables: new Map([['t', EMPTY_STATE]]) });
  }
}

const series = new Watched();
const warehouse = new Watched();
const guard = () => new Guard('test', 60_000, { countsDeadlines: true });
const watch = new Watch(
  { store: series as unknown as SeriesStore, guard: guard() },
  { warehouse: warehouse as unknown as Warehouse, guard: guard() },
  { refreshMs: REFRESH_MS, isTold: true },
);
before(() => watch.start());
after(() => watch.stop());

/** Waits for several times as long as a watch that looks by itself would. */
async function looksMeanwhile(): Promise<number> {
  const before = series.looks;
  await sleep(REFRESH_MS * 10);
  return series.looks - before;
}

void test('it looks until it has seen what it was told, and no more', async () => {
  await watch.told({ series: 'one', warehouse: 'one' });
  await sleep(REFRESH_MS * 2);
  assert.equal(await looksMeanwhile(), 0);

  // It may be told before it can see it: a lake tells of some changes late.
  await watch.told({ series: 'two', warehouse: 'one' });
  assert.equal(watch.revisions.series, 'one');
  assert.ok((await looksMeanwhile()) > 2);
  const { epoch } = watch;
  series.revision = 'two';
  await until('it sees it', () => watch.revisions.series === 'two');
  assert.ok(watch.epoch > epoch);
  await sleep(REFRESH_MS * 2);
  assert.equal(await looksMeanwhile(), 0);
});

void test('while an engine does not answer, it looks by itself', async () => {
  series.revision = undefined;
  await watch.told({ series: 'two', warehouse: 'one' });
  assert.equal(watch.ready, false);
  assert.ok((await looksMeanwhile()) > 0);
  series.revision = 'two';
  await until('the engine is back', () => watch.ready);
});

void test('it looks by itself, too, after a look that a reader asked for has failed', async () => {
  series.revision = undefined;
  await watch.look('series');
  series.revision = 'two';
  await until('the engine is back', () => watch.ready);
});
