import assert from 'node:assert/strict';
import { test } from 'node:test';
import { DAY_MS, HOUR_MS } from '../../src/core/time/time.ts';
import { liveGateway } from '../live/live-gateway.ts';
import { startGateway } from '../support/gateway.ts';

const NOON = Date.UTC(2026, 10, 29, 12);
const SITE = 'blog.example.net';
const ASKED = `/?metric=pageviews-aggregate&project=${SITE}&access=all-access&agent=all-agents`;
const RANGE = '&granularity=hourly&start=-1d&end=';
const EMBED = `/embed/live/pageviews/aggregate/${SITE}/all-access/all-agents/hourly/-1d`;

/** The counter of a page: what it follows, its number, and its line. */
function counterIn(text: string): readonly (string | undefined)[] {
  return [
    / data-follow="([^"]*)"/.exec(text)?.[1],
    /<b data-number>([^<]*)<\/b>/.exec(text)?.[1],
    /<span data-said>([^<]*)<\/span/.exec(text)?.[1],
  ];
}

function switchIn(text: string): { readonly href: string; readonly isOn: boolean } | undefined {
  const [tag] = /<a\s[^>]*class="live-switch"[^>]*>/.exec(text) ?? [];
  const [, href = ''] = /href="([^"]*)"/.exec(tag ?? '') ?? [];
  return tag === undefined
    ? undefined
    : { href: href.replaceAll('&amp;', '&'), isOn: tag.includes('aria-current') };
}

void test('pages show the period under way where it is counted and asked for', async (t) => {
  const all = await liveGateway(t, NOON + 30_000);
  const { lake, gateway } = all;
  const goOn = (): Promise<void> => all.goOn();
  const page = async (path: string): Promise<{ text: string; kept: string | undefined }> => {
    const { text, headers } = await gateway.get(path).set('accept', 'text/html').expect(200);
    return { text, kept: headers['cache-control'] };
  };
  const view = (backMs: number, path = '/a') => ({
    dt: new Date(lake.clock.ms - backMs).toISOString(),
    uri_path: path,
  });
  await lake.requests(view(DAY_MS), view(2 * HOUR_MS), view(2 * HOUR_MS), view(HOUR_MS));
  await all.publish();
  await lake.requests(view(0), view(0, '/b'), view(0));
  await goOn();

  await t.test('the explorer: a switch, and with it a number and a line', async () => {
    const closed = await page(`${ASKED}${RANGE}latest`);
    assert.equal(counterIn(closed.text)[0], undefined);
    const to = switchIn(closed.text);
    assert.deepEqual(to && [new URLSearchParams(to.href.slice(2)).get('end'), to.isOn], ['now', false]);
    const live = await page(to?.href ?? '');
    assert.deepEqual(counterIn(live.text), [
      `/metrics/pageviews/aggregate/${SITE}/all-access/all-agents/hourly/-1d/now`,
      '3',
      'Counted up to 12:00:31 UTC.',
    ]);
    assert.equal(live.kept, 's-maxage=1, max-age=1');
    const back = switchIn(live.text);
    assert.deepEqual(back && [new URLSearchParams(back.href.slice(2)).get('end'), back.isOn], [
      'latest',
      true,
    ]);
    assert.match(live.text, /curl -N -H &#39;Accept: text\/event-stream/);
    assert.match(live.text, /\/embed\/live\/pageviews\/aggregate/);
    // A number that has grown is shown, although the page before may be kept.
    await lake.requests(view(0));
    await goOn();
    await goOn();
    await new Promise((resolve) => setTimeout(resolve, 1_100));
    assert.equal(counterIn((await page(to?.href ?? '')).text)[1], '4');
  });

  await t.test('the explorer: a ranked list of today', async () => {
    const query = `/?metric=pageviews-top&project=${SITE}&access=all-access&year=2026&month=11&day=28`;
    const to = switchIn((await page(query)).text);
    const live = await page(to?.href ?? '');
    assert.deepEqual(counterIn(live.text).slice(0, 2), [
      `/metrics/pageviews/top/${SITE}/all-access/2026/11/29?live=true`,
      undefined,
    ]);
    assert.match(live.text, /name="live" value="true"/);
    const off = switchIn(live.text);
    assert.equal(off?.isOn, true);
    assert.equal(switchIn((await page(off?.href ?? '')).text)?.isOn, false);
  });

  await t.test('a metric whose periods are not counted has no switch', async () => {
    const asked = `/?metric=pageviews-legacy-pagecounts-aggregate&project=${SITE}`;
    const { text } = await gateway.get(asked).set('accept', 'text/html');
    assert.equal(switchIn(text), undefined);
  });

  await t.test('the page of a site', async () => {
    const closed = await page(`/sites/${SITE}`);
    assert.deepEqual(switchIn(closed.text), { href: `/sites/${SITE}?live=true`, isOn: false });
    assert.doesNotMatch(closed.text, /data-follow/);
    const live = await page(`/sites/${SITE}?live=true`);
    assert.equal(counterIn(live.text)[1], '4');
    assert.equal(live.kept, 's-maxage=1, max-age=1');
    assert.match(live.text, /\/metrics\/pageviews\/top\/[^"]*\/2026\/11\/29\.csv\?live=true/);
    assert.match(live.text, /id="pageviews-aggregate-of-[^"]*-figure" data-renew/);
    assert.deepEqual(switchIn(live.text), { href: `/sites/${SITE}`, isOn: true });
  });

  await t.test('a site before its first view, and in its first hour', async () => {
    const site = 'new.example.net';
    const question = `/pageviews/aggregate/${site}/all-access/user/hourly`;
    for (const path of [`/sites/${site}`, `/embed/live${question}/-1d/now`]) {
      const { text, kept } = await page(path);
      const [url, ...rest] = counterIn(text);
      assert.ok(url?.startsWith(`/metrics${question}/`) && url.endsWith('/now'), url);
      assert.deepEqual(rest, ['', 'Waiting for the first numbers.']);
      assert.equal(kept, 's-maxage=1, max-age=1');
    }
    await lake.pageviews({ dt: new Date(lake.clock.ms).toISOString(), path: '/a', site });
    await goOn();
    await new Promise((resolve) => setTimeout(resolve, 1_100));
    for (const path of [`/sites/${site}`, `/embed/live${question}/-1d/now`])
      assert.equal(counterIn((await page(path)).text)[1], '1');
    assert.match((await page(`/sites/${site}`)).text, /id="pageviews-aggregate-of-[^"]*-figure" data-renew/);
  });

  await t.test('a frame of what can’t come says so', async () => {
    const two = `${EMBED.replace(SITE, 'one.example.net%7Ctwo.example.net')}/now`;
    const { text } = await gateway.get(two).expect(404);
    assert.doesNotMatch(text, /data-follow/);
  });

  await t.test(
    'a site before its first view: the explorer waits, and a closed range leads there',
    async () => {
      const asked = (site: string, end: string) =>
        gateway.get(`${ASKED.replace(SITE, site)}${RANGE}${end}`).set('accept', 'text/html');
      const site = 'later.example.net';
      const { text: closed } = await asked(site, 'latest').expect(404);
      const [, to = ''] = /<a href="([^"]*)">Wait for it, live<\/a>/.exec(closed) ?? [];
      const before = await page(to.replaceAll('&amp;', '&'));
      const url = `/metrics/pageviews/aggregate/${site}/all-access/all-agents/hourly/-1d/now`;
      assert.deepEqual(counterIn(before.text), [url, '', 'Waiting for the first numbers.']);
      assert.match(
        before.text,
        /<div id="body" data-renew>\s*<p class="note" id="problem">Nothing of this has come/,
      );
      assert.equal(before.kept, 's-maxage=1, max-age=1');
      await lake.pageviews({ dt: new Date(lake.clock.ms).toISOString(), path: '/a', site });
      await goOn();
      await new Promise((resolve) => setTimeout(resolve, 1_100));
      assert.deepEqual(counterIn((await page(to.replaceAll('&amp;', '&'))).text).slice(0, 2), [url, '1']);
    },
  );

  await t.test('a frame with the counter, whatever end its path has', async () => {
    for (const end of ['now', 'latest', '20261130']) {
      const { text, kept } = await page(`${EMBED}/${end}`);
      assert.deepEqual(counterIn(text), [
        `/metrics/pageviews/aggregate/${SITE}/all-access/all-agents/hourly/-1d/now`,
        '4',
        counterIn(text)[2],
      ]);
      assert.equal(kept, 's-maxage=1, max-age=1');
      assert.match(text, /<path d="M2 /);
      assert.match(text, /Source:\s+AQS/);
    }
    const { headers } = await gateway.get(`${EMBED}/now?theme=dark`).expect(200);
    assert.match(String(headers['content-security-policy']), /frame-ancestors \*/);
    await gateway.get(`${EMBED}/now?measure=nothing`).expect(400);
    // A picture of periods under way grows, too.
    const picture = await page(EMBED.replace('/live', '') + '/now');
    assert.match(picture.text, /data-renew/);
    assert.match(picture.text, /<figure class="chart" [^>]*\/hourly\/-1d\/now"/);
  });
});

void test('a gateway that counts nothing has no switches, and says so on /now', async (t) => {
  const gateway = await startGateway();
  t.after(() => gateway.close());
  await gateway.load('pageviews-aggregate', [
    {
      project: SITE,
      access: 'all-access',
      agent: 'all-agents',
      granularity: 'daily',
      timestamp: '2024010100',
      views: 5,
    },
  ]);
  const html = { accept: 'text/html' };
  const { text } = await gateway.get(`${ASKED}&granularity=daily&start=20240101&end=20240101`).set(html);
  assert.equal(switchIn(text), undefined);
  const { text: frame } = await gateway.get(
    `/embed/live/pageviews/aggregate/${SITE}/all-access/all-agents/daily/20240101/20240101`,
  );
  assert.equal(counterIn(frame)[1], '5');
  assert.match((await gateway.get('/now').set(html).expect(200)).text, /has no log of events/);
  // Nothing comes here that could be waited for.
  const { text: never } = await gateway
    .get(`${ASKED.replace(SITE, 'later.example.net')}${RANGE}now`)
    .set(html)
    .expect(404);
  assert.doesNotMatch(never, /Wait for it|data-follow/);
});
