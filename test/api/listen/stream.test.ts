import assert from 'node:assert/strict';
import { after, afterEach, before, describe, test } from 'node:test';
import { startGateway, type Gateway } from '../../support/gateway.ts';
import { listen, Reader } from './events.ts';
import { day, itemsOf, METRIC, pathOf } from './rows.ts';

let gateway: Gateway;
let base: string;
const readers: Reader[] = [];
const open = async (url: string, headers?: Record<string, string>): Promise<Reader> => {
  const reader = await Reader.open(base + url, headers);
  readers.push(reader);
  return reader;
};
const items = (path: string): Promise<object[]> => itemsOf(gateway, path);

before(async () => {
  gateway = await startGateway();
  base = await listen(gateway);
  await gateway.load(METRIC, [day('Cat', 1, 5), day('Cat', 2, 6)]);
});
afterEach(() => {
  for (const reader of readers.splice(0)) reader.close();
});
after(() => gateway.close());

describe('a stream', () => {
  test('sends the rows that REST gives, then each new one', async () => {
    const reader = await open(pathOf('Cat'));
    assert.equal(reader.response.statusCode, 200);
    const rows = await reader.until(2);
    assert.deepEqual(
      rows.map(({ event, data }) => [event, data]),
      (await items(pathOf('Cat'))).map((item) => ['point', item]),
    );
    await gateway.load(METRIC, [day('Cat', 3, 7)]);
    const third = (await reader.until(3))[2];
    assert.equal(third?.event, 'point');
    assert.deepEqual(third?.data, day('Cat', 3, 7));
  });

  test('a row that changes is a correction, with the row before', async () => {
    const reader = await open(pathOf('Dog'));
    await gateway.load(METRIC, [day('Dog', 1, 5), day('Dog', 2, 6)]);
    await reader.until(2);
    await gateway.load(METRIC, [day('Dog', 2, 8)]);
    const { event, data } = (await reader.until(3))[2] ?? {};
    assert.equal(event, 'correction');
    assert.deepEqual(data, { ...day('Dog', 2, 8), was: day('Dog', 2, 6) });
  });

  test('a question without rows opens with 200, says what may have been meant, and waits', async () => {
    assert.equal((await gateway.get(pathOf('Cats'))).status, 404);
    const reader = await open(pathOf('Cats'));
    assert.equal(reader.response.statusCode, 200);
    while (reader.events.length === 0) await new Promise((resolve) => setTimeout(resolve, 10));
    const [first] = reader.events;
    assert.equal(first?.event, 'heartbeat');
    assert.match(String(first?.data.hint), /Cat/);
    await gateway.load(METRIC, [day('Cats', 9, 1)]);
    assert.deepEqual((await reader.until(1))[0]?.data, day('Cats', 9, 1));
  });

  test('as NDJSON it has the same events with the same ids', async () => {
    const events = await (await open(pathOf('Cat'))).until(3);
    for (const [url, accept] of [
      [`${pathOf('Cat')}?stream&format=ndjson`, '*/*'],
      [`${pathOf('Cat')}?stream`, 'application/x-ndjson'],
    ] as const) {
      const lines = await open(url, { accept });
      assert.equal(lines.response.headers['content-type'], 'application/x-ndjson; charset=utf-8');
      assert.deepEqual(await lines.until(3), events);
    }
  });

  test('?stream asks for it without a header, and rows are written as asked', async () => {
    const reader = await open(`${pathOf('Cat')}?stream&time=iso`, { accept: '*/*' });
    assert.equal((await reader.until(1))[0]?.data.timestamp, '2024-01-01');
  });

  test('what asks once is answered as ever', async () => {
    for (const [url, accept] of [
      [pathOf('Cat'), 'application/json, text/event-stream;q=0.5'],
      [`${pathOf('Cat')}?lastEventId=1&heartbeat=x`, '*/*'],
    ] as const) {
      const { status, headers } = await gateway.get(url).set('accept', accept);
      assert.equal(status, 200);
      assert.match(headers['content-type'] as string, /^application\/json/);
    }
    const head = await gateway.agent().head(pathOf('Cat')).set('accept', 'text/event-stream');
    assert.equal(head.status, 200);
  });

  test('each entry of a ranked list is an item by itself, in its place', async () => {
    const top = {
      project: 'en.wikipedia',
      access: 'all-access',
      year: '2024',
      month: '01',
      day: '05',
    };
    const list = (...views: number[]) => ({
      ...top,
      articles: views.map((count, i) => ({ article: `A${i}`, views: count, rank: i + 1 })),
    });
    const url = '/metrics/pageviews/top/en.wikipedia/all-access/2024/01/05';
    const reader = await open(url);
    await gateway.load('pageviews-top', [list(9, 8)]);
    const [first, second] = await reader.until(2);
    const [item] = (await items(url)) as [{ articles: object[] }];
    assert.deepEqual(
      [first?.data, second?.data],
      item.articles.map((entry, i) => ({ ...item, articles: [entry], place: i + 1 })),
    );
    await gateway.load('pageviews-top', [list(9, 7)]);
    const third = (await reader.until(3))[2];
    assert.equal(third?.event, 'correction');
    assert.deepEqual(third?.data, {
      ...list(9, 7),
      articles: [{ article: 'A1', views: 7, rank: 2 }],
      place: 2,
      was: second?.data,
    });
    await gateway.load('pageviews-top', [list(9)]);
    const fourth = (await reader.until(4))[3];
    assert.deepEqual([fourth?.event, fourth?.data.removed], ['correction', true]);
  });

  test('a row in the list of an item comes in such an item alone', async () => {
    const item = (...edits: number[]) => ({
      project: 'en.wikipedia',
      'editor-type': 'user',
      'page-type': 'content',
      granularity: 'monthly',
      results: edits.map((count, i) => ({ timestamp: `2024-0${i + 1}-01T00:00:00.000Z`, edits: count })),
    });
    const reader = await open('/metrics/edits/aggregate/en.wikipedia/user/content/monthly/20240101/20250101');
    await gateway.load('edits-aggregate', [item(1, 2)]);
    const rows = await reader.until(2);
    assert.deepEqual(
      rows.map(({ data }) => data),
      item(1, 2).results.map((row) => ({ ...item(), results: [row] })),
    );
  });

  test('/query sends its rows, and the rows of several series are followed too', async () => {
    const query =
      '/query?metric=pageviews-per-article&by=article&grain=daily&range=2024-01-01..2024-01-31&where.project=en.wikipedia&where.article=Cat|Cow&where.access=all-access&where.agent=user';
    const { rows } = (await gateway.get(query)).body as { rows: object[] };
    const [byQuery, byPath] = [await open(query), await open(pathOf('Cat|Cow'))];
    assert.deepEqual(
      (await byQuery.until(rows.length)).map(({ data }) => data),
      rows,
    );
    await byPath.until(rows.length);
    await gateway.load(METRIC, [day('Cow', 1, 3)]);
    const row = { article: 'Cow', timestamp: '2024-01-01', views: 3 };
    assert.deepEqual((await byQuery.until(rows.length + 1)).at(-1)?.data, row);
    assert.deepEqual((await byPath.until(rows.length + 1)).at(-1)?.data, day('Cow', 1, 3));
  });

  test('a sum over the whole range is a new point when its range grows, and a correction otherwise', async () => {
    const query =
      '/query?metric=pageviews-per-article&range=2024-01-01..2024-01-30&where.project=en.wikipedia&where.article=Emu&where.access=all-access&where.agent=user';
    const reader = await open(query);
    const complete = { complete: true };
    await gateway.load(METRIC, [day('Emu', 20, 1)], complete);
    await reader.until(1);
    await gateway.load(METRIC, [day('Emu', 21, 1)], complete);
    await reader.until(2);
    await gateway.load(METRIC, [day('Emu', 21, 2)]);
    assert.deepEqual(
      (await reader.until(3)).map(({ event, data }) => [event, data.views]),
      [
        ['point', 1],
        ['point', 2],
        ['correction', 3],
      ],
    );
  });
});

describe('a mistake before the first event', () => {
  for (const [url, parameter] of [
    [pathOf('Cat', 'x/y'), 'start'],
    [`${pathOf('Cat')}?stream&format=csv`, 'format'],
    [`${pathOf('Cat')}?stream&shape=columns`, 'format'],
    [`${pathOf('Cat')}?stream&asOf=-1h`, 'asOf'],
    [`${pathOf('Cat')}?stream&download`, 'download'],
    [`${pathOf('Cat')}?stream=no`, 'stream'],
    [`${pathOf('Cat')}?stream&fil=zero&sum=article`, 'fil'],
    [`${pathOf('Cat')}?heartbeat=0`, 'heartbeat'],
    [`${pathOf('Cat')}?heartbeat=61`, 'heartbeat'],
    [`${pathOf('Cat')}?heartbeat=4&heartbeat=5`, 'heartbeat'],
    [`${pathOf('Cat')}?wait=x`, 'wait'],
    ['/query?metric=x&range=latest', 'metric'],
    ['/query?metric=pageviews-per-article&range=latest&total', 'total'],
    ['/query?metric=pageviews-per-article&range=latest&dryRun', 'dryRun'],
    ['/query?metric=pageviews-per-article&range=latest&format=csv', 'format'],
    ['/stream', 'q'],
    ['/stream?q=/x', 'q[0]'],
    [
      `/stream?q=${encodeURIComponent(pathOf('Cat'))}&q=${encodeURIComponent('/query?metric=x&range=latest')}`,
      'q[1]',
    ],
    ['/stream?Q=1', 'Q'],
    [`/stream?${Array.from({ length: 33 }, () => `q=${encodeURIComponent(pathOf('Cat'))}`).join('&')}`, 'q'],
  ] as const)
    test(`names its parameter: ${url.slice(0, 150)}`, async () => {
      const sent = await gateway.get(url).set('accept', 'text/event-stream');
      assert.equal(sent.status, 400, JSON.stringify(sent.body));
      assert.equal(sent.headers['content-type'], 'application/problem+json; charset=utf-8');
      assert.equal((sent.body as { parameter?: string }).parameter, parameter);
    });

  test('a path of nothing is a 404', async () => {
    const { status } = await gateway.get('/metrics/pageviews/nothing').set('accept', 'text/event-stream');
    assert.equal(status, 404);
  });
});

describe('/stream', () => {
  test('joins several answers on one connection, and resumes each where it was', async () => {
    const url = `/stream?q=${encodeURIComponent(pathOf('Cat'))}&q=${encodeURIComponent(`${pathOf('Owl')}?time=iso`)}`;
    const reader = await open(url);
    const cats = (await items(pathOf('Cat'))).length;
    await reader.until(cats);
    await gateway.load(METRIC, [day('Owl', 1, 1), day('Owl', 2, 2)]);
    const events = await reader.until(cats + 2);
    assert.deepEqual(
      events.map(({ data }) => data.q),
      [...Array.from({ length: cats }, () => 0), 1, 1],
    );
    assert.deepEqual(events.at(-1)?.data.data, { ...day('Owl', 2, 2), timestamp: '2024-01-02' });
    reader.close();
    // Who has nothing may say so.
    const ids = ['*', ...events.map(({ id = '' }) => id)];
    for (const [i, id] of ids.entries()) {
      const again = await open(url, { 'last-event-id': id });
      const rest = events.slice(i);
      assert.deepEqual(
        (await again.until(rest.length)).map(({ event, data }) => [event, data]),
        rest.map(({ event, data }) => [event, data]),
      );
      again.close();
    }
  });
});
