import assert from 'node:assert/strict';
import { once } from 'node:events';
import { readFileSync } from 'node:fs';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { after, before } from 'node:test';
import { setTimeout as sleep } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import type { BrowserContext, Page } from 'puppeteer-core';
import type { Written } from '../collect/memory-log.ts';
import { readLog } from '../collect/read-log.ts';
import { startGateway, type Gateway } from '../support/gateway.ts';
import { browser, endBrowser, inBrowser } from './in-browser.ts';

/*
 * Somebody's site, whose pages have our script or a tracker that sends here: on another origin than
 * the collector's, as they all are.
 */

const FILES: Readonly<Record<string, string>> = {
  '/snowplow.js': fileURLToPath(import.meta.resolve('@snowplow/browser-tracker')),
  '/plausible.js': fileURLToPath(import.meta.resolve('@plausible-analytics/tracker')),
};

let gateway: Gateway;
let collector: string;
let site: Server;
let port: number;
/** What stands in the head of every page of the site. */
let head = '';

before(async () => {
  gateway = await startGateway({ flags: { collect: 'true' } });
  collector = await gateway.app.api.listen({ host: '127.0.0.1', port: 0 });
  site = createServer(({ url = '/' }, response) => {
    const file = FILES[url];
    response.setHeader('content-type', file ? 'text/javascript' : 'text/html; charset=utf-8');
    response.end(file ? readFileSync(file) : `<!doctype html><title>At ${url}</title>${head}<p>A page.`);
  });
  site.listen(0, '127.0.0.1');
  await once(site, 'listening');
  ({ port } = site.address() as AddressInfo);
});
after(async () => {
  await endBrowser();
  await gateway.close();
  site.closeAllConnections();
  site.close();
});

const script = (attributes = '') => `<script defer src="${collector}/k.js"${attributes}></script>`;

/** Visits the site in a browser that knows nothing of it, on a host of its own, by which its events are told. */
async function visiting(use: (page: Page, origin: string, host: string) => Promise<void>): Promise<void> {
  const host = `www.site-${++sites}.localhost`;
  const context: BrowserContext = await (await browser()).createBrowserContext();
  try {
    const page = await context.newPage();
    // Some trackers tell nothing of browsers that are driven.
    await page.evaluateOnNewDocument(() =>
      Object.defineProperty(navigator, 'webdriver', { get: () => false }),
    );
    await use(page, `http://${host}:${port}`, host);
  } finally {
    await context.close();
  }
}
let sites = 0;

/** What the log has of a site, once there are so many, without what was sent again with the same id. */
async function told(stream: string, host: string, count: number): Promise<Written[]> {
  for (let tries = 0; ; tries++) {
    const events = (await readLog(gateway.eventLog, stream)).filter((event) => event['site'] === host);
    const known = new Map(events.map((event) => [event.meta.id, event]));
    if (known.size >= count || tries > 250) return [...known.values()];
    await sleep(20);
  }
}

const TODAY = /^\d\d-[A-Z][a-z]{2}-\d{4}$/;

inBrowser(
  'the script tells of each page, of those that a script shows too, and of what else it is told',
  async () => {
    head = `<script>window.kraken = window.kraken || function () { (kraken.q = kraken.q || []).push(arguments) };
    kraken('action', { name: 'early' });</script>${script()}`;
    await visiting(async (page, origin, host) => {
      await page.goto(`${origin}/first?a=1#part`);
      await told('action', host, 1);
      await page.evaluate(() => {
        history.pushState(null, '', '/second');
        document.title = 'Second';
      });
      await told('pageview', host, 2);
      await page.evaluate(() => {
        history.pushState(null, '', '/second#elsewhere');
        (window as unknown as { kraken: (stream: string, fields: object) => void }).kraken('action', {
          name: 'late',
        });
      });
      await page.goBack();
      await page.goBack();
      await told('pageview', host, 3);
      await page.goto(`${origin}/third`, { referer: `${origin}/first` });
      const views = await told('pageview', host, 4);
      assert.deepEqual(
        views.map(({ path, title, referrer, source }) => [path, title, referrer, source]),
        [
          ['/first?a=1', 'At /first?a=1', undefined, 'script'],
          ['/second', 'Second', `${origin}/first?a=1#part`, 'script'],
          ['/first?a=1', 'Second', `${origin}/second`, 'script'],
          ['/third', 'At /third', `${origin}/first`, 'script'],
        ],
      );
      const actions = await told('action', host, 3);
      assert.deepEqual(
        actions.map(({ name, path }) => [name, path]),
        [
          ['early', '/first?a=1'],
          ['late', '/second'],
          ['early', '/third'],
        ],
      );
      // The day of the last view is all that a cookie holds.
      assert.deepEqual(
        views.map(({ no_cookies: none, last_access: own, last_access_global: global }) => [
          none,
          TODAY.test(String(own)),
          TODAY.test(String(global)),
        ]),
        [
          [true, false, false],
          [false, true, true],
          [false, true, true],
          [false, true, true],
        ],
      );
      const cookies = await page.browserContext().cookies();
      assert.deepEqual(
        cookies.map(({ name, value, domain }) => [name, TODAY.test(value), domain].join(' ')).sort(),
        [`kraken-last true ${host}`, `kraken-last-global true .${host.slice(4)}`],
      );
      for (const { expires } of cookies) assert.equal(expires % 86_400, 0);
    });
  },
);

inBrowser('a view says that a phone shows the page', async () => {
  head = script();
  await visiting(async (page, origin, host) => {
    await page.goto(`${origin}/`);
    await page.setUserAgent({
      userAgent: 'Mozilla/5.0 (Linux; Android 10; K) Chrome/140.0.0.0 Mobile Safari/537.36',
      userAgentMetadata: { mobile: true, architecture: '', model: '', platform: '', platformVersion: '' },
    });
    await page.goto(`${origin}/phone`);
    const views = await told('pageview', host, 2);
    assert.deepEqual(
      views.map(({ is_mobile: isMobile }) => isMobile),
      [undefined, true],
    );
  });
});

inBrowser(
  'no cookie is set where the page wants none, or the reader asks for privacy; the view counts',
  async () => {
    for (const [attributes, property, value, privacy] of [
      [' data-no-cookies', 'none', undefined, undefined],
      ['', 'globalPrivacyControl', true, 'gpc'],
      ['', 'doNotTrack', '1', 'dnt'],
    ] as const) {
      head = script(attributes);
      await visiting(async (page, origin, host) => {
        await page.evaluateOnNewDocument(
          (name, is) => Object.defineProperty(navigator, name, { get: () => is }),
          property,
          value,
        );
        await page.goto(`${origin}/`);
        const [view] = await told('pageview', host, 1);
        assert.equal(view?.['privacy'], privacy);
        assert.equal(view?.['address'] === undefined, privacy !== undefined);
        assert.deepEqual([view?.['no_cookies'], view?.['last_access']], [undefined, undefined]);
        assert.deepEqual(await page.browserContext().cookies(), []);
      });
    }
  },
);

inBrowser('what could not be sent waits in the browser, and goes from the next page', async () => {
  head = script();
  await visiting(async (page, origin, host) => {
    await page.setRequestInterception(true);
    let isAway = true;
    page.on('request', (request) => {
      const isEvent = request.url().endsWith('/v1/events');
      if (isEvent && isAway) void request.abort();
      else void request.continue();
    });
    await page.goto(`${origin}/one`);
    await page.goto(`${origin}/two`);
    assert.equal(
      (await readLog(gateway.eventLog, 'pageview')).filter(({ site: of }) => of === host).length,
      0,
    );
    isAway = false;
    await page.goto(`${origin}/three`);
    const views = await told('pageview', host, 3);
    assert.deepEqual(
      views.map(({ path }) => path),
      ['/one', '/two', '/three'],
    );
    await page.waitForFunction(() => localStorage.getItem('kraken') === '[]');
  });
});

inBrowser('a page that is left at once was told of', async () => {
  head = script();
  await visiting(async (page, origin, host) => {
    for (let i = 0; i < 5; i++) await page.goto(`${origin}/${i}`, { waitUntil: 'domcontentloaded' });
    await page.goto('about:blank');
    assert.equal((await told('pageview', host, 5)).length, 5);
  });
});

inBrowser('without JavaScript a pixel counts the view', async () => {
  head = `<noscript><img src="${collector}/pageview.gif" referrerpolicy="no-referrer-when-downgrade" alt=""></noscript>`;
  await visiting(async (page, origin, host) => {
    await page.setJavaScriptEnabled(false);
    await page.goto(`${origin}/quiet?a=1`);
    const [view] = await told('pageview', host, 1);
    assert.deepEqual([view?.['path'], view?.['source']], ['/quiet?a=1', 'pixel']);
  });
});

inBrowser("Snowplow's browser-tracker: what it says it sent is in the log", async () => {
  for (const eventMethod of ['post', 'get']) {
    head = `<script src="/snowplow.js"></script><script>
      const { newTracker, trackPageView, trackStructEvent, trackSelfDescribingEvent } = snowplowBrowserTracking;
      window.sent = 0;
      newTracker('sp', ${JSON.stringify(collector)}, {
        appId: 'site', eventMethod: ${JSON.stringify(eventMethod)}, bufferSize: 1,
        onRequestSuccess: (events) => { window.sent += events.length },
      });
      trackPageView();
      trackStructEvent({ category: 'shop', action: 'add', value: 3 });
      trackSelfDescribingEvent({ event: { schema: 'iglu:com.example/order/jsonschema/1-0-0', data: { id: 'o1' } } });
    </script>`;
    await visiting(async (page, origin, host) => {
      await page.goto(`${origin}/${eventMethod}`);
      await page.waitForFunction(() => (window as unknown as { sent: number }).sent === 3);
      const [view, ...others] = await told('pageview', host, 1);
      assert.deepEqual(
        [view?.['path'], view?.['title'], others],
        [`/${eventMethod}`, `At /${eventMethod}`, []],
      );
      const actions = await told('action', host, 2);
      assert.deepEqual(actions.map(({ name, properties }) => [name, properties].join(' ')).sort(), [
        'add {"se_ca":"shop","se_ac":"add","se_va":"3"}',
        'order {"id":"o1"}',
      ]);
    });
  }
});

inBrowser('@plausible-analytics/tracker: what it says it sent is in the log', async () => {
  head = `<script type="module">
    import { init, track } from '/plausible.js';
    init({ domain: location.hostname, endpoint: '${collector}/api/event', captureOnLocalhost: true });
    track('Signup', { props: { plan: 'free' }, revenue: { currency: 'EUR', amount: 5 }, callback: (told) => { window.told = told.status } });
  </script>`;
  await visiting(async (page, origin, host) => {
    await page.goto(`${origin}/plausible`);
    await page.waitForFunction(() => (window as unknown as { told: number }).told === 202);
    await page.evaluate(() => history.pushState(null, '', '/pushed'));
    const views = await told('pageview', host, 2);
    assert.deepEqual(
      views.map(({ path }) => path),
      ['/plausible', '/pushed'],
    );
    const signup = (await told('action', host, 1)).find(({ name }) => name === 'Signup');
    assert.equal(signup?.['properties'], '{"plan":"free","revenue":{"currency":"EUR","amount":5}}');
  });
});
