import assert from 'node:assert/strict';
import { Writable } from 'node:stream';
import { test } from 'node:test';
import type { Metric } from '../../src/core/metric/metric.ts';
import { exportMetric } from '../../src/load/export.ts';
import { parseDateRange } from '../../src/load/selection.ts';
import { editsAggregate } from '../../src/metrics/edits-aggregate.ts';
import { pageviewsPerArticle } from '../../src/metrics/pageviews-per-article.ts';
import { pageviewsTopByCountry } from '../../src/metrics/pageviews-top-by-country.ts';
import { pageviewsTop } from '../../src/metrics/pageviews-top.ts';
import { uniqueDevices } from '../../src/metrics/unique-devices.ts';
import { exported, importText, newEngines, SIGNAL, storedList, storedSeries } from './engines.ts';

const article = (title: string, granularity: string, timestamp: string, views: number): string =>
  `${JSON.stringify({ project: 'en.wikipedia', article: title, granularity, timestamp, access: 'desktop', agent: 'user', views })}\n`;

const TITLES = ['A/B', '50%', 'Who?', 'C++', '"Heroes"', 'a,b', 'tab\there', 'two\nlines', '🐈', 'é', '\\'];

/** Some of each shape, as export writes it: in order, every field in the item's order. */
const EXPORTS: [Metric, string][] = [
  [
    pageviewsPerArticle,
    [
      ...[...TITLES]
        .sort((a, b) => Buffer.compare(Buffer.from(a), Buffer.from(b)))
        .flatMap((title, i) => [
          article(title, 'daily', '2024022800', i),
          article(title, 'daily', '2024022900', 2 ** 53 - 1 - i),
        ]),
      article('Cat', 'daily', '2024030100', 0),
      article('Cat', 'monthly', '2023120100', 5),
      article('Cat', 'monthly', '2024010100', 6),
    ].join(''),
  ],
  [
    pageviewsTop,
    '{"project":"x","access":"desktop","year":"2024","month":"02","day":"28","articles":[{"article":"\\"A\\",b","views":5,"rank":1},{"article":"C","views":5,"rank":1},{"article":"B","views":4,"rank":3}]}\n' +
      '{"project":"x","access":"desktop","year":"2024","month":"02","day":"29","articles":[{"article":"B","views":4,"rank":1}]}\n' +
      '{"project":"x","access":"desktop","year":"2024","month":"02","day":"all-days","articles":[{"article":"B","views":8,"rank":1}]}\n',
  ],
  [
    pageviewsTopByCountry,
    '{"project":"x","access":"desktop","year":"2024","month":"02","countries":[{"country":"DE","rank":1,"views_ceil":1000},{"country":"AT","rank":2,"views_ceil":1000}]}\n',
  ],
  [
    editsAggregate,
    '{"project":"x","editor-type":"user","page-type":"content","granularity":"monthly","timestamp":"2024-01-01T00:00:00.000Z","edits":1}\n' +
      '{"project":"x","editor-type":"user","page-type":"content","granularity":"monthly","timestamp":"2024-02-01T00:00:00.000Z","edits":0}\n',
  ],
  [
    uniqueDevices,
    '{"project":"x","access-site":"all-sites","granularity":"daily","timestamp":"20240229","devices":3,"offset":1,"underestimate":2}\n',
  ],
];

for (const [metric, text] of EXPORTS) {
  void test(`what ${metric.name} exports is imported to the same, in every format`, async (t) => {
    const first = await newEngines(t);
    await importText(t, first, metric, text);
    assert.equal(await exported(t, first.warehouse, metric, { format: 'ndjson' }), text);
    for (const format of ['csv', 'tsv', 'ndjson'] as const) {
      const second = await newEngines(t);
      const written = await exported(t, first.warehouse, metric, { format });
      await importText(t, second, metric, written);
      assert.equal(await exported(t, second.warehouse, metric, { format }), written);
      assert.equal(await exported(t, second.warehouse, metric, { format: 'ndjson' }), text, format);
    }
  });
}

void test('the same cells are served after an export and an import', async (t) => {
  const first = await newEngines(t);
  const second = await newEngines(t);
  for (const [metric, text] of EXPORTS.slice(0, 2)) {
    await importText(t, first, metric, text);
    await importText(t, second, metric, await exported(t, first.warehouse, metric, { format: 'csv' }));
  }
  for (const title of [...TITLES, 'Cat']) {
    const values = ['en.wikipedia', 'desktop', 'user', title];
    for (const grain of ['daily', 'monthly'] as const) {
      const range = [values, grain, '2023-12-01', '2024-12-31'] as const;
      const expected = await storedSeries(first.store, pageviewsPerArticle, ...range);
      assert.ok(expected.length > 0);
      assert.deepEqual(await storedSeries(second.store, pageviewsPerArticle, ...range), expected);
    }
  }
  const list = [pageviewsTop, ['x', 'desktop'], 'daily', '2024-02-28'] as const;
  assert.deepEqual(await storedList(second.store, ...list), await storedList(first.store, ...list));
});

void test('an export may be of one grain, a range, and some values', async (t) => {
  const { warehouse, store } = await newEngines(t);
  const [metric, text] = EXPORTS[0]!;
  await importText(t, { warehouse, store }, metric, text);
  const range = parseDateRange('2024-02-29..2024-03-31');
  const where = { article: ['Cat', 'C++'] };
  assert.equal(
    await exported(t, warehouse, metric, { grain: 'daily', range, where, format: 'ndjson' }),
    article('C++', 'daily', '2024022900', 2 ** 53 - 1 - 3) + article('Cat', 'daily', '2024030100', 0),
  );
  const nothing = { range: parseDateRange('1999'), format: 'csv' } as const;
  assert.equal(
    await exported(t, warehouse, metric, nothing),
    'project,article,granularity,timestamp,access,agent,views\n',
  );
});

void test('an export waits for a slow reader, stops when it is gone, and stops when asked to', async (t) => {
  const { warehouse, store } = await newEngines(t);
  const text = Array.from({ length: 20_000 }, (_, i) => article(`A${i}`, 'daily', '20240229', i)).join('');
  await importText(t, { warehouse, store }, pageviewsPerArticle, text);
  let most = 0;
  let written = 0;
  const slow = new Writable({
    highWaterMark: 1000,
    write(chunk: Buffer, _encoding, done) {
      written += chunk.length;
      setTimeout(() => {
        most = Math.max(most, slow.writableLength);
        done();
      }, 5);
    },
  });
  const rows = await exportMetric(pageviewsPerArticle, warehouse, { format: 'ndjson' }, slow, SIGNAL);
  assert.equal(rows, 20_000);
  assert.ok(written > 1_000_000 && most < written, 'it was not all put into memory');

  const broken = new Writable({
    write(_chunk, _encoding, done) {
      done(new Error('gone'));
    },
  });
  broken.on('error', () => {});
  const toNobody = exportMetric(pageviewsPerArticle, warehouse, { format: 'ndjson' }, broken, SIGNAL);
  await assert.rejects(toNobody, { message: 'gone' });

  const stopped = AbortSignal.abort(new Error('enough'));
  const toSlow = exportMetric(pageviewsPerArticle, warehouse, { format: 'ndjson' }, slow, stopped);
  await assert.rejects(toSlow, { message: 'enough' });
});
