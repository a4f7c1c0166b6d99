import assert from 'node:assert/strict';
import { test } from 'node:test';
import { VIEW_EVENTS } from '../../src/core/metric/view-events.ts';
import { ordinalAt } from '../../src/core/time/time.ts';
import { METRICS } from '../../src/metrics/index.ts';
import { SIGNAL } from '../load/engines.ts';
import { BROWSER, TestLake } from '../refine/lake.ts';
import { randomOf } from '../support/random.ts';
import { countedRows, counterOf } from './counted.ts';

const AT = Date.UTC(2026, 10, 29, 12, 50);
const DAY = ordinalAt('daily', AT);
const HOUR = ordinalAt('hourly', AT);

const AGENTS = [
  BROWSER,
  'Mozilla/5.0 (iPhone; CPU iPhone OS 18_5 like Mac OS X) AppleWebKit/605.1.15 (KHTML, like Gecko) Version/18.5 Mobile/15E148 Safari/604.1',
  'WikipediaApp/2.7.50485-r-2026-11-01 (Android 16; Phone) Google Play',
  'Mozilla/5.0 (compatible; Googlebot/2.1; +http://www.google.com/bot.html)',
  'curl/8.5.0',
  '-',
  'short',
];
const HOSTS = ['blog.example.net', 'www.blog.example.net', 'en.wikipedia.org', 'de.m.wikipedia.org', '-'];
const PATHS = [
  '/',
  '/a',
  '/wiki/Cat',
  '/wiki/Special:Search',
  '/w/index.php',
  '/wiki/C%C3%A4t_%28dog%29',
  '/wiki/-',
  '-',
];
const QUERIES = ['', '?title=Dog', '?title=Dog&action=edit', '-'];
const REFERERS = [
  '-',
  '',
  'https://www.google.com/search?q=x',
  'https://blog.example.net/a',
  'https://en.wikipedia.org/wiki/Dog',
  'https://de.wikipedia.org/wiki/Hund?x=1',
  'android-app://com.google.android.googlequicksearchbox/',
  'https://other.example/page',
  'nonsense',
];
const X_ANALYTICS = [
  '-',
  'ns=0;page_id=5;https=1',
  'ns=-1;special=Search',
  'ns=0;WMF-Last-Access=28-Nov-2026;nocookies=0',
  'ns=0;WMF-Last-Access=29-Nov-2026',
  'ns=0;nocookies=1;ismobile=1',
  'preview=1;ns=0',
  ' ns = 0 ; wmfuuid=00000000-0000-4000-8000-000000000001',
  'debug=1',
];
const TYPES = ['text/html; charset=UTF-8', 'text/html', 'image/png', '-', 'application/json'];
const STATUSES = ['200', '304', '404', '302', '-'];

test('what is counted is what refining and aggregating make of the same events, of each metric and grain', async (t) => {
  const lake = await TestLake.make(AT);
  t.after(() => lake.close());
  const open = await counterOf(t, lake);
  const next = randomOf(7);
  const one = <T>(values: readonly T[]): T => values[Math.floor(next() * next() * values.length)] as T;
  const dt = (): string => new Date(AT - Math.floor(next() * 100 * 60_000)).toISOString();
  const address = (): string => (next() < 0.05 ? '-' : `192.0.2.${Math.floor(next() * 12)}`);
  await lake.requests(
    ...Array.from({ length: 4_000 }, () => ({
      dt: dt(),
      ip: address(),
      uri_host: one(HOSTS),
      uri_path: one(PATHS),
      uri_query: one(QUERIES),
      http_status: one(STATUSES),
      http_method: next() < 0.95 ? 'GET' : 'POST',
      content_type: one(TYPES),
      referer: one(REFERERS),
      user_agent: one(AGENTS),
      accept_language: one(['en', 'de', '-']),
      x_analytics: one(X_ANALYTICS),
    })),
  );
  await lake.pageviews(
    ...Array.from({ length: 1_500 }, () => ({
      dt: dt(),
      site: one(HOSTS),
      path: one(PATHS),
      referrer: one(REFERERS),
      user_agent: one(AGENTS),
      address: address(),
      ...(next() < 0.3 ? { no_cookies: next() < 0.5 } : {}),
      ...(next() < 0.3 ? { last_access: one(['28-Nov-2026', '29-Nov-2026', 'never']) } : {}),
      ...(next() < 0.3 ? { is_mobile: next() < 0.5 } : {}),
      ...(next() < 0.2 ? { status: one([200, 404]), content_type: one(TYPES) } : {}),
      source: one(['script', 'matomo']),
    })),
    // One that reads a page each second is taken for a program.
    ...Array.from({ length: 60 }, (_, i) => ({
      dt: new Date(AT - i * 1_000).toISOString(),
      path: `/${i % 7}`,
      address: '198.51.100.1',
    })),
  );
  const all = async (): Promise<Map<string, string[]>> => {
    const found = new Map<string, string[]>();
    for (const metric of METRICS) {
      if (metric.aggregate?.source !== VIEW_EVENTS) continue;
      for (const grain of ['hourly', 'daily'] as const) {
        if (!metric.grains[grain] || metric.aggregate.grains?.includes(grain) === false) continue;
        const [first, last] = grain === 'daily' ? [DAY, DAY] : [HOUR - 2, HOUR];
        found.set(`${metric.name} ${grain}`, await countedRows(open, metric, { grain, first, last }));
      }
    }
    return found;
  };
  lake.clock.ms += 1_000;
  await open.counter.round(SIGNAL);
  const held = open.counter.held;
  assert.ok(held > 1_000, `${held} views`);
  const counted = await all();
  assert.ok(
    [...counted].some(
      ([name, rows]) =>
        name === 'pageviews-aggregate hourly' && rows.some((row) => row.includes('automated')),
    ),
  );
  for (const [name, rows] of counted)
    if (!/clickstream|top-by-country|per-country/.test(name)) assert.ok(rows.length > 0, name);
  await lake.load();
  await lake.refine();
  lake.clock.ms += 5_000;
  await open.counter.round(SIGNAL);
  assert.equal(open.counter.held, 0);
  const refined = await all();
  for (const [name, rows] of refined) assert.deepEqual(counted.get(name), rows, name);
});
