import assert from 'node:assert/strict';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { gzipSync } from 'node:zlib';
import { makeCatalogue } from '../../src/core/metric/catalogue.ts';
import { loadSample } from '../../src/load/sample.ts';
import { METRICS } from '../../src/metrics/index.ts';
import { pageviewsTop } from '../../src/metrics/pageviews-top.ts';
import { importText, newEngines, SIGNAL, storedList } from './engines.ts';
import { temporaryFolder } from './files.ts';

const list = (day: string, article: string): string =>
  `{"project":"x","access":"desktop","year":"2024","month":"02","day":"${day}","articles":[{"article":"${article}","views":1}]}\n`;
const devices = (day: string): string =>
  `{"project":"x","access-site":"all-sites","granularity":"daily","timestamp":"202402${day}","devices":3,"offset":1,"underestimate":2}\n`;

void test('each metric without data is loaded from all of its files, one with data is left alone', async (t) => {
  const folder = temporaryFolder(t);
  writeFileSync(join(folder, 'pageviews-top.daily.ndjson'), list('28', 'A'));
  writeFileSync(join(folder, 'pageviews-top.more.json.gz'), gzipSync(`{"items":[${list('29', 'B')}]}`));
  writeFileSync(join(folder, 'unique-devices.ndjson'), devices('29'));
  writeFileSync(join(folder, 'README.md'), '# not data');
  const engines = await newEngines(t);
  const shown: string[] = [];
  const show = (metric: string) => {
    shown.push(metric);
    return { onProgress: () => {}, stop: () => shown.push('stopped') };
  };
  const catalogue = makeCatalogue(METRICS);
  const options = { folder, catalogue, ...engines, holder: 'a test', waitMs: 0, signal: SIGNAL, show };
  await importText(t, engines, pageviewsTop, list('27', 'own'), { store: undefined });
  assert.deepEqual(await loadSample(options), ['unique-devices']);
  assert.deepEqual(shown, ['unique-devices', 'stopped']);
  const own = await storedList(engines.store, pageviewsTop, ['x', 'desktop'], 'daily', '2024-02-27');
  assert.deepEqual(own, ['own 1 1'], 'what was there and not published is published');
  assert.deepEqual(await loadSample(options), []);

  const others = await newEngines(t);
  assert.deepEqual(await loadSample({ ...options, ...others }), ['pageviews-top', 'unique-devices']);
  const stored = await storedList(others.store, pageviewsTop, ['x', 'desktop'], 'daily', '2024-02-29');
  assert.deepEqual(stored, ['B 1 1']);
});

void test('a sample file of no metric is an error that names it', async (t) => {
  const folder = temporaryFolder(t);
  writeFileSync(join(folder, 'page-views.daily.ndjson'), '');
  const engines = await newEngines(t);
  const catalogue = makeCatalogue(METRICS);
  await assert.rejects(
    loadSample({ folder, catalogue, ...engines, holder: 'a test', waitMs: 0, signal: SIGNAL }),
    {
      message: `${join(folder, 'page-views.daily.ndjson')} belongs to no metric: there is no metric page-views`,
    },
  );
});
