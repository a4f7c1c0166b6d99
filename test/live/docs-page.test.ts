import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { test } from 'node:test';
import { liveGateway } from './live-gateway.ts';

/* The examples of docs/live.md. */

const PAGE = readFileSync(new URL('../../../docs/live.md', import.meta.url), 'utf8');

test('every question in docs/live.md has a provisional number', async (t) => {
  const { lake, gateway, goOn } = await liveGateway(t, Date.UTC(2026, 10, 29, 12, 30));
  await goOn();
  await lake.pageviews({ dt: new Date(lake.clock.ms).toISOString(), site: 'example.org', path: '/hello' });
  await goOn();
  const urls = [...PAGE.matchAll(/localhost:8080(\/(?:metrics|query|graphql)[^']*)'/g)].map(
    ([, url = '']) => url,
  );
  const lists = [...PAGE.matchAll(/`(\/metrics\/[^`]*)`/g)].map(([, url = '']) => url);
  assert.ok(urls.length >= 4 && lists.length >= 1);
  for (const url of [...urls, ...lists]) {
    const { text } = await gateway.get(url.includes('{') ? encodeURI(url) : url).expect(200);
    assert.match(text, /"provisional":true|"open":\{"from"/, url);
  }
});

test('weeks and months are answered when they are over', async (t) => {
  // A Sunday, the last day of a week.
  const { lake, gateway, goOn, publish } = await liveGateway(t, Date.UTC(2026, 10, 29, 12, 30));
  const day = (back: number): object => ({
    dt: new Date(lake.clock.ms - back * 86_400_000).toISOString(),
    uri_path: '/a',
  });
  await lake.requests(...Array.from({ length: 14 }, (_, i) => ({ ...day(i + 1) })));
  await publish();
  await goOn();
  await lake.requests({ ...day(0) });
  await goOn();
  for (const grain of ['weekly', 'monthly']) {
    const url = `/metrics/pageviews/aggregate/blog.example.net/all-access/all-agents/${grain}/20261101`;
    const { text: closed } = await gateway.get(`${url}/20261130`);
    const { text: now } = await gateway.get(`${url}/now`);
    const live = await gateway.get(`${url}/20261130?live`);
    if (grain === 'weekly') assert.match(closed, /"views":7/);
    assert.doesNotMatch(now, /provisional|"views":8/);
    assert.equal(live.text.replace(/"uri":.*/, ''), closed.replace(/"uri":.*/, ''));
    if (live.status === 200) assert.match(live.headers['kraken-hint'] as string, /hours and days/);
  }
});
