import assert from 'node:assert/strict';
import { type TestContext, test } from 'node:test';
import { coverageOf } from '../../src/core/time/table-state.ts';
import { retract } from '../../src/load/retract.ts';
import { parseDateRange, type Selection } from '../../src/load/selection.ts';
import { pageviewsPerArticle } from '../../src/metrics/pageviews-per-article.ts';
import { pageviewsTop } from '../../src/metrics/pageviews-top.ts';
import { type Engines, importText, newEngines, SIGNAL, storedList, storedSeries } from './engines.ts';

const views = (project: string, article: string, timestamp: string): string =>
  `${JSON.stringify({ project, article, granularity: 'daily', timestamp, access: 'desktop', agent: 'user', views: 1 })}\n`;

async function loaded(t: TestContext): Promise<Engines> {
  const engines = await newEngines(t);
  const rows = ['en', 'de'].flatMap((project) =>
    ['Cat', 'Dog'].flatMap((article) =>
      ['20240131', '20240201', '20240229'].map((timestamp) => views(project, article, timestamp)),
    ),
  );
  await importText(t, engines, pageviewsPerArticle, rows.join(''));
  return engines;
}

async function left(
  engines: Engines,
  project: string,
  article: string,
  grain: 'daily' | 'monthly',
): Promise<string[]> {
  const values = [project, 'desktop', 'user', article];
  return storedSeries(engines.store, pageviewsPerArticle, values, grain, '2024-01-01', '2024-12-31');
}

function retracted(engines: Engines, selection: Selection): ReturnType<typeof retract> {
  const metric = pageviewsPerArticle;
  return retract({ ...engines, metric, selection, holder: 'a test', waitMs: 0, signal: SIGNAL });
}

void test('a retracted range is gone from both engines, with the months made of it and its coverage', async (t) => {
  const engines = await loaded(t);
  const { changed } = await retracted(engines, { range: parseDateRange('2024-02') });
  assert.deepEqual(changed, ['daily/2024-02']);
  assert.deepEqual(await left(engines, 'en', 'Cat', 'daily'), ['30 1']);
  assert.deepEqual(await left(engines, 'en', 'Cat', 'monthly'), ['0 1']);
  for (const engine of [engines.store, engines.warehouse]) {
    const state = [...(await engine.states(SIGNAL)).tables.values()][0]!;
    assert.deepEqual(coverageOf(state, 'daily', ['en']), [{ first: 19753, last: 19753, complete: false }]);
  }
});

void test('a retracted article is gone, and nothing else is', async (t) => {
  const engines = await loaded(t);
  await retracted(engines, { where: { project: ['en'], article: ['Cat'] } });
  assert.deepEqual(await left(engines, 'en', 'Cat', 'daily'), []);
  assert.deepEqual(await left(engines, 'en', 'Cat', 'monthly'), []);
  assert.deepEqual(await left(engines, 'en', 'Dog', 'daily'), ['30 1', '31 1', '59 1']);
  assert.deepEqual(await left(engines, 'de', 'Cat', 'monthly'), ['0 1', '1 2']);
});

void test('of a project that lost a part of its rows nothing is known to be complete there', async (t) => {
  const engines = await newEngines(t);
  const days = ['20240101', '20240102', '20240103'].map((day) => views('en', 'Cat', day)).join('');
  await importText(t, engines, pageviewsPerArticle, days, { complete: true });
  await retracted(engines, { where: { article: ['Cat'] }, range: parseDateRange('2024-01-02') });
  // What isn't there takes nothing away, and leaves what is known.
  assert.deepEqual((await retracted(engines, { where: { project: ['en'], article: ['Dog'] } })).changed, []);
  const state = [...(await engines.warehouse.states(SIGNAL)).tables.values()][0]!;
  assert.deepEqual(coverageOf(state, 'daily', ['en']), [
    { first: 19723, last: 19723, complete: true },
    { first: 19724, last: 19724, complete: false },
    { first: 19725, last: 19725, complete: true },
  ]);
});

void test('a metric retracted whole leaves no cell, and can be imported anew', async (t) => {
  const engines = await loaded(t);
  await retracted(engines, {});
  for (const grain of ['daily', 'monthly'] as const)
    assert.deepEqual(await left(engines, 'en', 'Cat', grain), []);
  await importText(t, engines, pageviewsPerArticle, views('en', 'Cat', '20240229'));
  assert.deepEqual(await left(engines, 'en', 'Cat', 'daily'), ['59 1']);
});

void test('a list is retracted by its day', async (t) => {
  const engines = await newEngines(t);
  const list = (day: string): string =>
    `{"project":"x","access":"desktop","year":"2024","month":"02","day":"${day}","articles":[{"article":"A","views":1}]}\n`;
  await importText(t, engines, pageviewsTop, list('28') + list('29'));
  const selection = { range: parseDateRange('2024-02-28') };
  await retract({ ...engines, metric: pageviewsTop, selection, holder: 'a test', waitMs: 0, signal: SIGNAL });
  const stored = (date: string): Promise<string[] | undefined> =>
    storedList(engines.store, pageviewsTop, ['x', 'desktop'], 'daily', date);
  assert.deepEqual([await stored('2024-02-28'), await stored('2024-02-29')], [undefined, ['A 1 1']]);
});
