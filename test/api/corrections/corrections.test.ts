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
  project,
  article,
  granularity: 'daily',
  timestamp: `${day}00`,
  access: 'all-access',
  agent: 'user',
  views,
});
const load = (rows: readonly object[], complete = false): Promise<void> =>
  gateway.load('pageviews-per-article', rows, { complete });
const writer = () => ({
  holder: 'a test',
  waitMs: 30_000,
  signal: SIGNAL,
  store: gateway.store,
  warehouse: gateway.warehouse,
});

interface Item {
  readonly timestamp: string;
  readonly views: number;
}

interface Body {
  readonly coverage?: readonly { readonly sources?: unknown }[];
  readonly corrections: readonly CorrectionEntry[];
  readonly next: string | null;
  readonly since: Readonly<Record<string, string>>;
  readonly items?: readonly Item[];
  /** Of a problem. */
  readonly parameter?: string;
  readonly detail?: string;
}
/** What is answered at a path, with its body as the caller knows it. */
async function get(path: string): Promise<{ status: number; body: Body; text: string }> {
  const response = await gateway.get(path);
  return { status: response.status, body: response.body as Body, text: response.text };
}

async function corrections(query = ''): Promise<Body> {
  const { status, body, text } = await get(`/corrections${query}`);
  assert.equal(status, 200, text);
  return body;
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
      const { status, body: page }: { status: number; body: Body } = await get(next);
      assert.equal(status, 200);
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
      const response = await request.buffer(true).parse((res, done) => {
        let read = '';
        res.on('data', (chunk: Buffer) => (read += chunk.toString()));
        res.on('end', () => done(null, read));
      });
      const { status, type } = response;
      assert.deepEqual({ status, type }, { status: 200, type: 'application/atom+xml' });
      const names: string[] = [];
      const parser = new SaxesParser();
      parser.on('opentag', ({ name }) => names.push(name));
      parser.on('error', (error) => assert.fail(error.message));
      const xml = response.body as unknown as string;
      parser.write(xml).close();
      assert.equal(names.filter((name) => name === 'entry').length, all.length);
      for (const { id, at } of all) {
        assert.ok(xml.includes(`/corrections#${id}</id>`));
        assert.ok(xml.includes(`<updated>${at}</updated>`));
      }
      assert.match(xml, /1 removed; views 5 → 0. Why: rows were retracted \(counted twice\)/);
    }
  });

  void test('an answer’s metadata has the corrections of its periods and scopes, and of no others', async () => {
    const of = async (path: string): Promise<readonly CorrectionEntry[] | undefined> =>
      (await get(path)).body.corrections;
    const path = '/metrics/pageviews/per-article/en.wikipedia/all-access/user/Cat/daily';
    const [entry] = (await corrections('?project=en.wikipedia')).corrections;
    assert.deepEqual(await of(`${path}/20240101/20240131.metadata.json`), [entry]);
    assert.equal(await of(`${path}/20240102/20240131.metadata.json`), undefined);
    // Its months are sums of days, so they change with them.
    assert.deepEqual(await of(`${path.replace('daily', 'monthly')}/20240101/20240131.metadata.json`), [
      entry,
    ]);
    const [french] = (await corrections('?project=fr.wikipedia')).corrections;
    const chat = path.replace('en.wikipedia', 'fr.wikipedia').replace('Cat', 'Chat');
    assert.deepEqual(await of(`${chat}/20240101/20240131.metadata.json`), [french]);
  });

  void test('a chart has a mark at the corrected periods, which says what became of them', async () => {
    const path = '/metrics/pageviews/per-article/en.wikipedia/all-access/user/Cat/daily';
    const picture = async (range: string): Promise<string> =>
      ((await gateway.get(`${path}/${range}.svg`)).body as Buffer).toString();
    const corrected = await picture('20240101/20240104');
    assert.match(
      corrected,
      /<title>Corrected \d{4}-\d\d-\d\d: en.wikipedia, 2024-01-01: rows: 1 changed; views 10 → 15/,
    );
    assert.match(corrected, /▲ corrected/);
    assert.doesNotMatch(await picture('20240102/20240104'), /orrected/);
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
      const { status, body } = await get(`/corrections${query}`);
      assert.deepEqual([status, body.parameter], [400, parameter], query);
    }
  });
});

void describe('asOf at the edges', () => {
  void test('takes a time with a zone, a relative time and a date, and is a part of the cache key', async () => {
    const before = new Date().toISOString();
    await sleep(5);
    await load([row('en.wikipedia', 'Cat', '20240102', 99)]);
    const viewsOf = async (query: string): Promise<number> => {
      const { body, text } = await get(url('Cat', query));
      const { items } = body;
      assert.ok(items, text);
      return items.find(({ timestamp }) => timestamp === '2024010200')?.views as number;
    };
    assert.equal(await viewsOf(''), 99);
    assert.equal(await viewsOf(`?asOf=${before}`), 20);
    assert.equal(await viewsOf(''), 99);
    assert.equal(await viewsOf(`?asOf=${encodeURIComponent(before.replace('Z', '+00:00'))}`), 20);
    const etagOf = async (query: string): Promise<unknown> =>
      ((await gateway.get(url('Cat', query))).headers as Record<string, string>).etag;
    assert.notEqual(await etagOf(''), await etagOf(`?asOf=${before}`));
    // Of which source the numbers were then isn't kept.
    const sourcesOf = async (query: string) =>
      (await get(url('Cat', query).replace('?', '.metadata.json?'))).body.coverage?.map(
        ({ sources }) => sources,
      );
    assert.deepEqual(await sourcesOf(`?asOf=${before}`), [undefined]);
  });

  void test('a time in the future or before what is kept is refused, with how far back it goes', async () => {
    const since = (await corrections()).since['pageviews-per-article'] as string;
    for (const [asOf, says] of [
      ['2999-01-01', /in the future/],
      ['2020-01-01', new RegExp(since)],
      ['-1y', new RegExp(since)],
      ['yesterday', /should be a time/],
    ] as const) {
      const { status, body } = await get(url('Cat', `?asOf=${asOf}`));
      assert.deepEqual([status, body.parameter], [400, 'asOf'], asOf);
      assert.match(body.detail ?? '', says);
    }
  });

  void test('a metric of which nothing is kept says so', async () => {
    const { status, body } = await get(
      '/metrics/unique-devices/en.wikipedia/all-sites/daily/20240101/20240131?asOf=2024-01-01',
    );
    assert.deepEqual([status, body.parameter], [400, 'asOf']);
  });
});
