import assert from 'node:assert/strict';
import { test } from 'node:test';
import { coverageOf } from '../../src/core/time/table-state.ts';
import type { Metric } from '../../src/core/metric/metric.ts';
import { importFiles } from '../../src/load/import.ts';
import type { Progress } from '../../src/load/progress.ts';
import { parseDateRange } from '../../src/load/selection.ts';
import { editsAggregate } from '../../src/metrics/edits-aggregate.ts';
import { pageviewsAggregate } from '../../src/metrics/pageviews-aggregate.ts';
import { pageviewsPerArticle } from '../../src/metrics/pageviews-per-article.ts';
import { pageviewsTopByCountry } from '../../src/metrics/pageviews-top-by-country.ts';
import { pageviewsTop } from '../../src/metrics/pageviews-top.ts';
import { at, enginesIn, importText, newEngines, SIGNAL, storedList, storedSeries } from './engines.ts';
import { fileWith, temporaryFolder } from './files.ts';

const CAT = ['en.wikipedia', 'desktop', 'user', 'Cat'];

function views(timestamp: string, count: number, fields: object = {}): string {
  return `${JSON.stringify({
    project: 'en.wikipedia',
    article: 'Cat',
    granularity: 'daily',
    timestamp,
    access: 'desktop',
    agent: 'user',
    views: count,
    ...fields,
  })}\n`;
}

function list(day: string, entries: Record<string, number>, fields: object = {}): string {
  const [year, month] = ['2024', '02'];
  const articles = Object.entries(entries).map(([article, count]) => ({ article, views: count }));
  return `${JSON.stringify({ project: 'x', access: 'desktop', year, month, day, articles, ...fields })}\n`;
}

void test('the days of an article are in its cells, with the leap day and 2^53-1', async (t) => {
  const engines = await newEngines(t);
  const text =
    views('20240228', 1) +
    views('20240229', 2 ** 53 - 1) +
    views('20240301', 0) +
    views('20240302', 7, { agent: 'spider' });
  const report = await importText(t, engines, pageviewsPerArticle, text);
  assert.equal(report.rows, 4);
  assert.deepEqual(
    await storedSeries(engines.store, pageviewsPerArticle, CAT, 'daily', '2024-02-28', '2024-03-31'),
    ['0 1', `1 ${2 ** 53 - 1}`, '2 0'],
  );
});

void test('a month without a row of its own is the sum of its days; a row of its own wins', async (t) => {
  const engines = await newEngines(t);
  const month = (timestamp: string, count: number, fields: object = {}): string =>
    views(timestamp, count, { granularity: 'monthly', ...fields });
  const months = (values: readonly string[]): Promise<string[]> =>
    storedSeries(engines.store, pageviewsPerArticle, values, 'monthly', '2024-01-01', '2024-12-31');
  await importText(t, engines, pageviewsPerArticle, month('20240101', 1000) + month('20240301', 3000));
  await importText(
    t,
    engines,
    pageviewsPerArticle,
    views('20240131', 1) +
      views('20240228', 2) +
      views('20240229', 3) +
      views('20240229', 9, { article: '🐈' }),
  );
  assert.deepEqual(await months(CAT), ['0 1000', '1 5', '2 3000']);
  assert.deepEqual(await months([...CAT.slice(0, 3), '🐈']), ['1 9']);
  await importText(t, engines, pageviewsPerArticle, views('20240227', 10));
  assert.deepEqual(await months(CAT), ['0 1000', '1 15', '2 3000'], 'a new day changes its month');
  await importText(t, engines, pageviewsPerArticle, month('20240201', 2000));
  assert.deepEqual(await months(CAT), ['0 1000', '1 2000', '2 3000']);
});

void test('hours are in their cells', async (t) => {
  const engines = await newEngines(t);
  const row = (timestamp: string, count: number): string =>
    `{"project":"x","access":"desktop","agent":"user","granularity":"hourly","timestamp":"${timestamp}","views":${count}}\n`;
  await importText(t, engines, pageviewsAggregate, row('2024022923', 5) + row('2024030100', 6));
  assert.deepEqual(
    await storedSeries(
      engines.store,
      pageviewsAggregate,
      ['x', 'desktop', 'user'],
      'hourly',
      '2024-02-29T00:00Z',
      '2024-03-01T23:00Z',
    ),
    ['23 5', '24 6'],
  );
});

void test('a list is ranked, replaced whole, and kept apart by day and month', async (t) => {
  const engines = await newEngines(t);
  const stored = (day: string, grain: 'daily' | 'monthly' = 'daily'): Promise<string[] | undefined> =>
    storedList(engines.store, pageviewsTop, ['x', 'desktop'], grain, day);
  await importText(
    t,
    engines,
    pageviewsTop,
    list('28', { A: 1 }) + list('29', { B: 5, C: 9, D: 5, E: 1 }) + list('all-days', { Z: 2 }),
  );
  assert.deepEqual(await stored('2024-02-28'), ['A 1 1']);
  assert.deepEqual(await stored('2024-02-29'), ['C 1 9', 'B 2 5', 'D 2 5', 'E 4 1']);
  assert.deepEqual(await stored('2024-02-01', 'monthly'), ['Z 1 2']);
  await importText(t, engines, pageviewsTop, list('29', { F: 3 }));
  assert.deepEqual(await stored('2024-02-29'), ['F 1 3']);
  assert.deepEqual(await stored('2024-02-28'), ['A 1 1']);
});

void test('ranks by counts that are rounded come from the file', async (t) => {
  const engines = await newEngines(t);
  const countries = [
    { country: 'FR', views_ceil: 1000, views: '100-999', rank: 2 },
    { country: 'DE', views_ceil: 1000, views: '100-999', rank: 1 },
  ];
  const text = JSON.stringify({ project: 'x', access: 'desktop', year: 2024, month: 2, countries });
  await importText(t, engines, pageviewsTopByCountry, text);
  assert.deepEqual(
    await storedList(engines.store, pageviewsTopByCountry, ['x', 'desktop'], 'monthly', '2024-02-01'),
    ['DE 1 1000', 'FR 2 1000'],
  );
});

void test('importing a file twice changes nothing', async (t) => {
  const engines = await newEngines(t);
  const cases: [Metric, string][] = [
    [pageviewsPerArticle, views('20240229', 1) + views('20240229', 2, { article: 'Dog' })],
    [pageviewsTop, list('29', { A: 1, B: 1 })],
    [
      editsAggregate,
      '{"project":"x","editor-type":"user","page-type":"content","granularity":"daily","timestamp":"20240229","edits":1}',
    ],
  ];
  for (const [metric, text] of cases) {
    assert.equal((await importText(t, engines, metric, text)).changed.length, 1);
    const states = [await engines.warehouse.states(SIGNAL), await engines.store.states(SIGNAL)];
    const again = await importText(t, engines, metric, text);
    assert.deepEqual([again.changed, again.published], [[], { rows: 0, cells: 0, partitions: [] }]);
    assert.deepEqual([await engines.warehouse.states(SIGNAL), await engines.store.states(SIGNAL)], states);
  }
});

void test('rows of one key that differ are refused by their key, values and files; equal ones are counted', async (t) => {
  const engines = await newEngines(t);
  const cases: [Metric, string, string, RegExp][] = [
    [
      pageviewsPerArticle,
      views('20240228', 4) + views('20240229', 5),
      views('20240229', 6),
      /project en\.wikipedia, .*article Cat.*timestamp 2024022900 differ: views 5 in \S*first, then views 6 in \S*second\. Nothing was imported/,
    ],
    [
      pageviewsTop,
      list('29', { A: 1, B: 1 }),
      list('29', { B: 2 }),
      /article B differ: views 1 in .*views 2 in /,
    ],
    [
      editsAggregate,
      '{"project":"x","editor-type":"user","page-type":"content","granularity":"daily","timestamp":"20240229","edits":1}',
      '{"project":"x","editor-type":"user","page-type":"content","granularity":"daily","timestamp":"20240229","edits":2}',
      /timestamp 2024022900 differ: edits 1/,
    ],
  ];
  for (const [metric, first, second, message] of cases) {
    const files = [fileWith(t, 'first', first), fileWith(t, 'second', second)];
    const before = [await engines.warehouse.states(SIGNAL), await engines.store.states(SIGNAL)];
    const differing = importText(t, engines, metric, '', { files });
    await assert.rejects(differing, { name: 'RepeatedRowsError', message });
    assert.deepEqual([await engines.warehouse.states(SIGNAL), await engines.store.states(SIGNAL)], before);
    const twice = await importText(t, engines, metric, '', {
      files: [files[0] as string, files[0] as string],
    });
    assert.equal(twice.repeated, twice.rows / 2);
    // What is stored is no row of the import: correcting it is what importing is for.
    assert.equal((await importText(t, engines, metric, second)).repeated, 0);
  }
});

void test('a bad row stops the import, and nothing is visible; with skip-bad the others are', async (t) => {
  const engines = await newEngines(t);
  const text = views('20240228', 1) + views('20240229', -1) + views('20240301', 3);
  await assert.rejects(importText(t, engines, pageviewsPerArticle, text), {
    name: 'BadRowError',
    message: /:2: field "views": -1 is not a whole number/,
  });
  assert.equal((await engines.warehouse.states(SIGNAL)).tables.size, 0);
  assert.equal((await engines.store.states(SIGNAL)).tables.size, 0);
  const { rows, skipped } = await importText(t, engines, pageviewsPerArticle, text, { skipBad: 1 });
  assert.deepEqual([rows, skipped.length], [2, 1]);
  assert.deepEqual(
    await storedSeries(engines.store, pageviewsPerArticle, CAT, 'daily', '2024-02-28', '2024-03-31'),
    ['0 1', '2 3'],
  );
});

void test('coverage is claimed of the periods that rows came for, and of all between when a file is complete', async (t) => {
  const engines = await newEngines(t);
  const text = views('20240201', 1) + views('20240202', 1) + views('20240229', 1);
  const coverage = async (): Promise<unknown> => {
    const state = (await engines.store.states(SIGNAL)).tables.get('pageviews_per_article')!;
    return [coverageOf(state, 'daily', ['en.wikipedia']), coverageOf(state, 'monthly', ['en.wikipedia'])];
  };
  await importText(t, engines, pageviewsPerArticle, text);
  const day = (date: string): number => at('daily', date);
  const month = at('monthly', '2024-02-01');
  assert.deepEqual(await coverage(), [
    [
      { first: day('2024-02-01'), last: day('2024-02-02'), complete: false },
      { first: day('2024-02-29'), last: day('2024-02-29'), complete: false },
    ],
    [{ first: month, last: month, complete: false }],
  ]);
  await importText(t, engines, pageviewsPerArticle, text, { complete: true });
  assert.deepEqual(await coverage(), [
    [{ first: day('2024-02-01'), last: day('2024-02-29'), complete: true }],
    [{ first: month, last: month, complete: true }],
  ]);
});

void test('replace removes what is stored in the range first, and nothing else', async (t) => {
  const engines = await newEngines(t);
  await importText(
    t,
    engines,
    pageviewsPerArticle,
    views('20240131', 1) +
      views('20240201', 2) +
      views('20240229', 3, { article: 'Gone' }) +
      views('20240301', 4),
  );
  const range = parseDateRange('2024-02');
  await importText(t, engines, pageviewsPerArticle, views('20240210', 5), { replace: { range } });
  const stored = (article: string, grain: 'daily' | 'monthly'): Promise<string[]> =>
    storedSeries(
      engines.store,
      pageviewsPerArticle,
      [...CAT.slice(0, 3), article],
      grain,
      '2024-01-01',
      '2024-12-31',
    );
  assert.deepEqual(await stored('Cat', 'daily'), ['30 1', '40 5', '60 4']);
  assert.deepEqual(await stored('Cat', 'monthly'), ['0 1', '1 5', '2 4']);
  assert.deepEqual([await stored('Gone', 'daily'), await stored('Gone', 'monthly')], [[], []]);
});

void test('replace is refused where a file has no rows: nothing is removed', async (t) => {
  const engines = await newEngines(t);
  await importText(t, engines, pageviewsPerArticle, views('20240229', 1));
  await assert.rejects(importText(t, engines, pageviewsPerArticle, '{"items":[]}', { replace: {} }), {
    name: 'SelectionError',
    message: /no rows to replace the stored ones with/,
  });
  assert.deepEqual(
    await storedSeries(engines.store, pageviewsPerArticle, CAT, 'daily', '2024-02-29', '2024-02-29'),
    ['0 1'],
  );
});

void test('several files are one import, of which all or nothing is visible', async (t) => {
  const engines = await newEngines(t);
  const good = fileWith(t, 'good', list('28', { A: 1 }));
  const other = fileWith(t, 'other', list('29', { B: 1 }));
  const bad = fileWith(t, 'bad', list('29', { C: -1 }));
  const options = { ...engines, metric: pageviewsTop, holder: 'a test', waitMs: 0, signal: SIGNAL };
  await assert.rejects(importFiles({ ...options, files: [good, bad] }), { name: 'BadRowError' });
  await assert.rejects(importFiles({ ...options, files: [good, '/nowhere/file'] }), {
    name: 'UnreadableFileError',
  });
  assert.equal((await engines.warehouse.states(SIGNAL)).tables.size, 0);
  assert.equal((await importFiles({ ...options, files: [good, other] })).rows, 2);
});

void test('what was imported but not published is published by the next import', async (t) => {
  const engines = await newEngines(t);
  const text = views('20240229', 1);
  await importText(t, engines, pageviewsPerArticle, text, { store: undefined });
  assert.equal((await engines.store.states(SIGNAL)).tables.size, 0);
  const { changed, published } = await importText(t, engines, pageviewsPerArticle, text);
  assert.deepEqual(changed, []);
  assert.deepEqual(published, { rows: 2, cells: 2, partitions: ['daily/2024-02', 'monthly/2024'] });
});

void test('an import waits while another process writes, and names it when the wait times out', async (t) => {
  const engines = await newEngines(t);
  const lease = await engines.warehouse.lease('Ada on host eins', SIGNAL);
  const text = views('20240229', 1);
  await assert.rejects(importText(t, engines, pageviewsPerArticle, text, { waitMs: 100 }), {
    name: 'LeaseHeldError',
    message: /Ada on host eins/,
  });
  const waiting = importText(t, engines, pageviewsPerArticle, text, { waitMs: 20_000 });
  await new Promise((resolve) => setTimeout(resolve, 200));
  await lease.release();
  assert.equal((await waiting).rows, 1);
});

void test('an import that is aborted leaves nothing, and lets the next one in', async (t) => {
  const engines = await newEngines(t);
  const controller = new AbortController();
  const text = Array.from({ length: 20_000 }, (_, i) => views('20240229', i, { article: `A${i}` })).join('');
  const stopped = importText(t, engines, pageviewsPerArticle, text, {
    signal: controller.signal,
    onProgress: () => controller.abort(new Error('enough')),
  });
  await assert.rejects(stopped, { message: 'enough' });
  assert.equal((await engines.warehouse.states(SIGNAL)).tables.size, 0);
  assert.equal(
    (await importText(t, engines, pageviewsPerArticle, views('20240229', 1), { waitMs: 0 })).rows,
    1,
  );
});

void test('progress counts rows and bytes up to the end, then the cells that are published', async (t) => {
  const engines = await newEngines(t);
  const seen: Progress[] = [];
  const text = Array.from({ length: 10_000 }, (_, i) => views('20240229', i, { article: `A${i}` })).join('');
  await importText(t, engines, pageviewsPerArticle, text, { onProgress: (progress) => seen.push(progress) });
  const reading = seen.filter((progress) => progress.phase === 'reading');
  assert.deepEqual(reading.at(-1), {
    phase: 'reading',
    rows: 10_000,
    bytes: text.length,
    total: text.length,
  });
  assert.deepEqual(seen.at(-1), { phase: 'publishing', rows: 20_000, done: 2, total: 2 });
});

void test('imported rows are there when the folder is opened again', async (t) => {
  const folder = temporaryFolder(t);
  const first = await enginesIn(t, folder);
  await importText(t, first, pageviewsTop, list('29', { A: 1 }));
  await first.close();
  const { store } = await enginesIn(t, folder);
  assert.deepEqual(await storedList(store, pageviewsTop, ['x', 'desktop'], 'daily', '2024-02-29'), ['A 1 1']);
});
