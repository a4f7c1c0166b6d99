import assert from 'node:assert/strict';
import { test, type TestContext } from 'node:test';
import { tableOf } from '../../src/core/metric/metric-table.ts';
import { publish, type PublishOptions } from '../../src/load/publish.ts';
import { parseDateRange } from '../../src/load/selection.ts';
import { withLease } from '../../src/load/lease.ts';
import { pageviewsPerArticle } from '../../src/metrics/pageviews-per-article.ts';
import type { SeriesStore } from '../../src/stores/series-store.ts';
import { type Engines, importText, newEngines, SIGNAL, storedSeries } from './engines.ts';
import { cell } from '../stores/cells.ts';

const METRIC = pageviewsPerArticle;
const { name: TABLE } = tableOf(METRIC);
const MONTHS = ['01', '02', '03'];
const ALL = [...MONTHS.map((month) => `daily/2024-${month}`), 'monthly/2024'];

/** Two days of each month, to the warehouse only. */
async function load(t: TestContext, engines: Engines, factor = 1, months = MONTHS): Promise<void> {
  const lines = months.flatMap((month) =>
    ['01', '02'].map((day) =>
      JSON.stringify({
        project: 'en.wikipedia',
        article: 'Cat',
        granularity: 'daily',
        timestamp: `2024${month}${day}`,
        access: 'desktop',
        agent: 'user',
        views: factor * Number(month + day),
      }),
    ),
  );
  await importText(t, engines, METRIC, `${lines.join('\n')}\n`, { store: undefined });
}

function run(engines: Engines, options: Partial<PublishOptions> = {}) {
  const all = { ...engines, metric: METRIC, signal: SIGNAL, stepwise: true, ...options };
  return withLease({ ...all, holder: 'a test', waitMs: 1000 }, () => publish(all));
}

async function cells({ store }: Engines): Promise<string[]> {
  const of = ['en.wikipedia', 'desktop', 'user', 'Cat'];
  await store.states(SIGNAL);
  return [
    ...(await storedSeries(store, METRIC, of, 'daily', '2024-01-01', '2024-12-31')),
    ...(await storedSeries(store, METRIC, of, 'monthly', '2024-01-01', '2024-12-31')),
  ];
}

/** Lets the first publications through and refuses the others, as a process does that is killed. */
function failingAfter(store: SeriesStore, count: number): SeriesStore {
  let left = count;
  return {
    states: (signal) => store.states(signal),
    read: (table, keys, signal) => store.read(table, keys, signal),
    namesNear: (table, place, signal) => store.namesNear(table, place, signal),
    lease: (holder, signal) => store.lease(holder, signal),
    close: () => store.close(),
    publish: async (publication, signal) => {
      if (left-- === 0) throw new Error('killed');
      await store.publish(publication, signal);
    },
  };
}

/** The states of all tables, without the times of their publications. */
async function publishedTables({ store }: Engines): Promise<unknown[]> {
  const { tables } = await store.states(SIGNAL);
  return [...tables].map(([name, { publications: _publications, ...state }]) => [name, state]);
}

void test('step by step or at once, the store has the same cells and the same state', async (t) => {
  const [steps, whole] = [await newEngines(t), await newEngines(t)];
  for (const engines of [steps, whole]) await load(t, engines);
  const reports = [await run(steps), await run(whole, { stepwise: false })];
  for (const report of reports) assert.deepEqual(report, { rows: 9, cells: 4, partitions: ALL });
  assert.deepEqual(await cells(steps), await cells(whole));
  assert.deepEqual(await publishedTables(steps), await publishedTables(whole));
  assert.deepEqual(await run(steps), { rows: 0, cells: 0, partitions: [] }, 'a second time there is nothing');
});

void test('a stopped publication goes on where it was, and written partitions are served', async (t) => {
  const engines = await newEngines(t);
  await load(t, engines);
  const broken = { ...engines, store: failingAfter(engines.store, 2) };
  await assert.rejects(run(broken), /killed/);
  const state = (await engines.store.states(SIGNAL)).tables.get(TABLE);
  assert.deepEqual([...(state?.partitions.keys() ?? [])], ALL.slice(0, 2));
  assert.deepEqual([...(state?.coverage.get('daily')?.values() ?? [])].flat().length, 2);
  assert.deepEqual((await cells(engines)).length, 4);
  assert.deepEqual((await run(engines)).partitions, ALL.slice(2));
  const undisturbed = await newEngines(t);
  await load(t, undisturbed);
  await run(undisturbed, { stepwise: false });
  assert.deepEqual(await cells(engines), await cells(undisturbed));
  assert.deepEqual(await publishedTables(engines), await publishedTables(undisturbed));
});

void test('wherever the first publication was stopped, its version is live since it was complete', async (t) => {
  for (const published of [1, ALL.length - 1, ALL.length]) {
    const engines = await newEngines(t);
    await load(t, engines);
    await assert.rejects(run({ ...engines, store: failingAfter(engines.store, published) }), /killed/);
    const now = Date.UTC(2024, 5, 1);
    await run(engines, { clock: { now: () => now } });
    const state = (await engines.store.states(SIGNAL)).tables.get(TABLE);
    assert.deepEqual(state?.publications, [{ version: state?.version, at: now }]);
  }
});

void test('a range is published alone, the rest later; what changed since is published anew', async (t) => {
  const engines = await newEngines(t);
  await load(t, engines);
  const selection = { grain: 'daily', range: parseDateRange('2024-02') } as const;
  assert.deepEqual((await run(engines, { selection })).partitions, ['daily/2024-02']);
  assert.deepEqual((await run(engines)).partitions, [ALL[0], ALL[2], ALL[3]]);
  await load(t, engines, 10, ['03']);
  assert.deepEqual((await run(engines)).partitions, ['daily/2024-03', 'monthly/2024']);
  assert.deepEqual((await cells(engines)).slice(-2), ['1 403', '2 6030']);
});

void test('`again` writes existing cells anew, and removes cells that are not in the warehouse', async (t) => {
  const engines = await newEngines(t);
  await load(t, engines);
  await run(engines);
  const before = await cells(engines);
  const { store } = engines;
  const lease = await store.lease('a mishap', SIGNAL);
  const state = (await store.states(SIGNAL)).tables.get(TABLE)!;
  const stranger = cell('en.wikipedia\0Dog\0D2024', 'desktop\0user\x0002', 'stray');
  async function* stray() {
    yield [stranger];
  }
  const clear = [{ row: 'D2024', column: '01' }];
  await store.publish({ table: TABLE, clear, cells: stray(), state }, SIGNAL);
  await lease.release();
  assert.notDeepEqual(await cells(engines), before);
  assert.deepEqual((await run(engines)).partitions, []);
  assert.deepEqual((await run(engines, { again: true })).partitions, ALL);
  assert.deepEqual(await cells(engines), before);
  const gone = await store.read(TABLE, [stranger], SIGNAL);
  assert.deepEqual(gone, [undefined]);
});

void test('cells that the warehouse no longer has, for instance after a backup was restored, are removed; a grain without rows is refused', async (t) => {
  const [newer, backup] = [await newEngines(t), await newEngines(t)];
  for (const engines of [newer, backup]) await load(t, engines, 1, ['02']);
  await load(t, newer, 1, ['01', '03']);
  await run(newer);
  const restored = { warehouse: backup.warehouse, store: newer.store };
  assert.deepEqual((await run(restored, { selection: { range: parseDateRange('2024-03') } })).partitions, [
    'daily/2024-03',
    'monthly/2024',
  ]);
  assert.deepEqual((await run(restored, { selection: {} })).partitions, ['daily/2024-01']);
  await run(backup);
  assert.deepEqual(await cells(restored), await cells(backup));
  await assert.rejects(
    run(newer, { selection: { grain: 'hourly' } }),
    /has no hourly rows; it has daily, monthly/,
  );
});
