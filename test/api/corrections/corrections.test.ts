import assert from 'node:assert/strict';
import { after, before, describe, test } from 'node:test';
import { setTimeout as sleep } from 'node:timers/promises';
import { SaxesParser } from 'saxes';
import type { CorrectionEntry } from '../../../src/core/question/corrections.ts';
import { importFiles } from '../../../src/load/import.ts';
import { retract } from '../../../src/load/retract.ts';
import { METRICS } from '../../../src/metrics/index.ts';
import { fileWith } from '../../load/files.ts';
import { startGateway, type Gateway } from '../../support/gateway.ts';

/* What became of numbers that were served. All numbers are made up for the tests. */

const SIGNAL = new AbortController().signal;
const metricNamed = (name: string) => METRICS.find((one) => one.name === name) as (typeof METRICS)[number];
const perArticle = metricNamed('pageviews-per-article');

let gateway: Gateway;
before(async () => {
  gateway = await startGateway();
});
after(() => gateway.close());

const row = (project: string, article: string, day: string, views: number): object => ({
  ...{
    project,
    article,
    granularity: 'daily',
    timestamp: `${day}00`,
    access: 'all-access',
    agent: 'user',
    views,
  },
});
const load = (rows: readonly object[], complete = false): Promise<void> =>
  gateway.load('pageviews-per-article', rows, { complete });
const writer = () => ({
  ...{ holder: 'a test', waitMs: 30_000, signal: SIGNAL, store: gateway.store, warehouse: gateway.warehouse },
});

interface Body {
  readonly corrections: readonly CorrectionEntry[];
  readonly next: string | null;
  readonly since: Readonly<Record<string, string>>;
}
async function corrections(query = ''): Promise<Body> {
  const { status, body, text } = await gateway.get(`/corrections${query}`);
  assert.equal(status, 200, text);
  return body as Body;
}
const newest = async (query = ''): Promise<CorrectionEntry> =>
  (await corrections(query)).corrections[0] as CorrectionEntry;
const url = (article: string, query = ''): string =>
  `/metrics/pageviews/per-article/en.wikipedia/all-access/user/${article}/daily/20240101/20240131${query}`;

void describe('corrections', () => {
  void test('the first load of a period is none, nor is a later load of other periods or other articles', async () => {
    await load([row('en.wikipedia', 'Cat', '20240101', 10), row('en.wikipedia', 'Cat', '20240102', 20)]);
    await load([row('en.wikipedia', 'Cat', '20240103', 30)]);
    await load([row('de.wikipedia', 'Katze', '20240101', 5)]);
    await load([row('en.wikipedia', 'Dog', '20240102', 7)]);
    const { corrections: found, since } = await corrections();
    assert.deepEqual(found, []);
    assert.ok(since['pageviews-per-article'], 'the answer says since when it can be answered as of a time');
  });

  void test('the same rows again are none', async () => {
    await load([row('en.wikipedia', 'Cat', '20240101', 10)]);
    assert.deepEqual((await corrections()).corrections, []);
  });

  void test('an import that changes a number is one: metric, scope, periods, when, why and how large', async () => {
    const started = Date.now();
    await load([row('en.wikipedia', 'Cat', '20240101', 15), row('en.wikipedia', 'Cat', '20240104', 40)]);
    const { at, id, ...entry } = await newest();
    assert.match(id, /^pageviews-per-article:\d+:daily$/);
    assert.ok(Date.parse(at) >= started && Date.parse(at) <= Date.now());
    assert.deepEqual(entry, {
      metric: 'pageviews-per-article',
      why: 'import',
      granularity: 'daily',
      from: '2024-01-01',
      to: '2024-01-01',
      scopes: [{ project: 'en.wikipedia' }],
      scopeCount: 1,
      rows: { changed: 1, added: 0, removed: 0 },
      measures: { views: { before: 10, after: 15, largest: 5 } },
    });
  });

  void test('a row that appears where it was complete is one, because an answer said zero before', async () => {
    await load(
      [row('fr.wikipedia', 'Chat', '20240101', 1), row('fr.wikipedia', 'Chat', '20240103', 3)],
      true,
    );
    assert.equal((await newest()).why, 'import');
    assert.notDeepEqual((await newest()).scopes, [{ project: 'fr.wikipedia' }]);
    await load([row('fr.wikipedia', 'Chien', '20240102', 9)]);
    const { rows, scopes } = await newest();
    assert.deepEqual(
      { rows, scopes },
      { rows: { changed: 0, added: 1, removed: 0 }, scopes: [{ project: 'fr.wikipedia' }] },
    );
  });

  void test('retracted rows are one, with the words of whoever retracted them', async () => {
    await retract({
      ...writer(),
      metric: perArticle,
      selection: { where: { article: ['Katze'] } },
      note: 'counted twice',
    });
    await gateway.app.road.watch.refresh();
    const { why, note, scopes, rows, measures } = await newest();
    assert.deepEqual(
      { why, note, scopes, rows, measures },
      {
        why: 'retraction',
        note: 'counted twice',
        scopes: [{ project: 'de.wikipedia' }],
        rows: { changed: 0, added: 0, removed: 1 },
        measures: { views: { before: 5, after: 0, largest: 5 } },
      },
    );
  });

  void test('a change of the period that is under way is none: its number was expected to grow', async (t) => {
    const items = (rows: readonly object[], covers?: string): Promise<unknown> =>
      importFiles({
        ...writer(),
        metric: perArticle,
        files: [fileWith(t, 'items', rows.map((one) => JSON.stringify(one)).join('\n'))],
        ...(covers === undefined ? {} : { complete: true }),
      });
    await items(
      [row('it.wikipedia', 'Gatto', '20240101', 1), row('it.wikipedia', 'Gatto', '20240102', 2)],
      'whole',
    );
    await items([row('it.wikipedia', 'Gatto', '20240103', 1)]);
    await items([row('it.wikipedia', 'Gatto', '20240103', 2)]);
    await gateway.app.road.watch.refresh();
    assert.deepEqual((await corrections('?project=it.wikipedia')).corrections, []);
    await items([row('it.wikipedia', 'Gatto', '20240102', 9)]);
    await gateway.app.road.watch.refresh();
    assert.equal((await corrections('?project=it.wikipedia')).corrections.length, 1);
  });

  void test('filters choose by metric, scope, reason, the periods that changed, and when they changed', async () => {
    const all = (await corrections()).corrections;
    assert.equal(all.length, 4);
    assert.deepEqual((await corrections('?metric=pageviews-per-article')).corrections, all);
    assert.deepEqual((await corrections('?metric=pageviews-top')).corrections, []);
    assert.deepEqual(
      (await corrections('?why=retraction')).corrections.map(({ why }) => why),
      ['retraction'],
    );
    assert.deepEqual((await corrections('?project=fr.wikipedia|it.wikipedia')).corrections.length, 2);
    assert.deepEqual((await corrections('?start=2024-01-02&end=2024-01')).corrections.length, 2);
    assert.deepEqual((await corrections('?start=2025-01')).corrections, []);
    const [newestAt, secondAt] = all.map(({ at }) => at) as [string, string];
    assert.deepEqual(
      (await corrections(`?since=${newestAt}`)).corrections.map(({ at }) => at),
      [newestAt],
    );
    assert.equal((await corrections(`?since=${secondAt}&until=${newestAt}`)).corrections.length, 1);
  });

  void test('pages follow each other to the end, each entry once', async () => {
    const all = (await corrections()).corrections;
    const seen: CorrectionEntry[] = [];
    for (let next: string | null = '/corrections?limit=3&metric=pageviews-per-article'; next !== null;) {
      const { status, body } = await gateway.get(next);
      assert.equal(status, 200);
      const page = body as Body;
      assert.ok(page.corrections.length <= 3);
      seen.push(...page.corrections);
      next = page.next;
    }
    assert.deepEqual(seen, all);
  });

  void test('the Atom feed has the same entries, as well-formed XML', async () => {
    const all = (await corrections()).corrections;
    for (const request of [
      gateway.get('/corrections.atom'),
      gateway.get('/corrections?format=atom'),
      gateway.get('/corrections').set('accept', 'application/atom+xml'),
    ]) {
      const { status, type, text, body } = await request.buffer(true).parse((res, done) => {
        let read = '';
        res.on('data', (chunk: Buffer) => (read += chunk.toString()));
        res.on('end', () => done(null, read));
      });
      assert.deepEqual({ status, type }, { status: 200, type: 'application/atom+xml' });
      const names: string[] = [];
      const parser = new SaxesParser();
      parser.on('opentag', ({ name }) => names.push(name));
      parser.on('error', (error) => assert.fail(error.message));
      const xml = typeof body === 'string' ? body : text;
      parser.write(xml).close();
      assert.equal(names.filter((name) => name === 'entry').length, all.length);
      for (const { id, at } of all) {
        assert.ok(xml.includes(`/corrections#${id}</id>`));
        assert.ok(xml.includes(`<updated>${at}</updated>`));
      }
      assert.match(xml, /1 removed; views 5 → 0. Why: rows were retracted \(counted twice\)/);
    }
  });

  void test('mistakes name their parameter', async () => {
    for (const [query, parameter] of [
      ['?metric=pageviews', 'metric'],
      ['?why=error', 'why'],
      ['?start=yesterday', 'start'],
      ['?until=2024-13-01', 'until'],
      ['?limit=0', 'limit'],
      ['?cursor=x', 'cursor'],
      ['?format=rss', 'format'],
      ['?metrics=pageviews-per-article', 'metrics'],
      ['?limit=1&limit=2', 'limit'],
    ] as const) {
      const { status, body } = await gateway.get(`/corrections${query}`);
      assert.deepEqual([status, (body as { parameter: string }).parameter], [400, parameter], query);
    }
  });
});

void describe('asOf at the edges', () => {
  void test('takes a time with a zone, a relative time and a date, and is a part of the cache key', async () => {
    const before = new Date().toISOString();
    await sleep(5);
    await load([row('en.wikipedia', 'Cat', '20240102', 99)]);
    const viewsOf = async (query: string): Promise<number> => {
      const { body, text } = await gateway.get(url('Cat', query));
      const { items } = body as { items: { timestamp: string; views: number }[] };
      assert.ok(items, text);
      return items.find(({ timestamp }) => timestamp === '2024010200')?.views as number;
    };
    assert.equal(await viewsOf(''), 99);
    assert.equal(await viewsOf(`?asOf=${before}`), 20);
    assert.equal(await viewsOf(''), 99);
    assert.equal(await viewsOf(`?asOf=${encodeURIComponent(before.replace('Z', '+00:00'))}`), 20);
    const [now, then] = await Promise.all([
      gateway.get(url('Cat')),
      gateway.get(url('Cat', `?asOf=${before}`)),
    ]);
    assert.notEqual(now.headers.etag, then.headers.etag);
  });

  void test('a time in the future or before what is kept is refused, with how far back it goes', async () => {
    const since = (await corrections()).since['pageviews-per-article'] as string;
    for (const [asOf, says] of [
      ['2999-01-01', /in the future/],
      ['2020-01-01', new RegExp(since)],
      ['-1y', new RegExp(since)],
      ['yesterday', /should be a time/],
    ] as const) {
      const { status, body } = await gateway.get(url('Cat', `?asOf=${asOf}`));
      const { parameter, detail } = body as { parameter: string; detail: string };
      assert.deepEqual([status, parameter], [400, 'asOf'], asOf);
      assert.match(detail, says);
    }
  });

  void test('a metric of which nothing is kept says so', async () => {
    const { status, body } = await gateway.get(
      '/metrics/unique-devices/en.wikipedia/all-sites/daily/20240101/20240131?asOf=2024-01-01',
    );
    assert.deepEqual([status, (body as { parameter: string }).parameter], [400, 'asOf']);
  });
});
