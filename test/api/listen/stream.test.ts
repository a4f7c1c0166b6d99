import assert from 'node:assert/strict';
import { after, afterEach, before, describe, test } from 'node:test';
import { startGateway, type Gateway } from '../../support/gateway.ts';
import { listen, Reader } from './events.ts';

let gateway: Gateway;
let base: string;
const readers: Reader[] = [];
const METRIC = 'pageviews-per-article';
const path = (article: string, range = '20240101/20240131'): string =>
  `/metrics/pageviews/per-article/en.wikipedia/all-access/user/${article}/daily/${range}`;
const day = (article: string, date: number, views: number) => ({
  project: 'en.wikipedia',
  article,
  granularity: 'daily',
  timestamp: `202401${String(date).padStart(2, '0')}00`,
  access: 'all-access',
  agent: 'user',
  views,
});
const open = async (url: string, headers?: Record<string, string>): Promise<Reader> => {
  const reader = await Reader.open(base + url, headers);
  readers.push(reader);
  return reader;
};

before(async () => {
  gateway = await startGateway();
  base = await listen(gateway);
});
afterEach(() => {
  for (const reader of readers.splice(0)) reader.close();
});
after(() => gateway.close());

describe('a stream of one series', () => {
  test('sends the rows that REST gives, then each new one', async () => {
    await gateway.load(METRIC, [day('Cat', 1, 5), day('Cat', 2, 6)]);
    const reader = await open(path('Cat'));
    assert.equal(reader.response.statusCode, 200);
    assert.equal(reader.response.headers['content-type'], 'text/event-stream; charset=utf-8');
    const rows = await reader.until(2);
    assert.deepEqual(
      rows.map(({ event, data }) => [event, data]),
      (await gateway.get(path('Cat'))).body.items.map((item: object) => ['point', item]),
    );
    await gateway.load(METRIC, [day('Cat', 3, 7)]);
    const [, , third] = await reader.until(3);
    assert.equal(third?.event, 'point');
    assert.deepEqual(third?.data, day('Cat', 3, 7));
  });
});
