import assert from 'node:assert/strict';
import { once } from 'node:events';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import { after, before } from 'node:test';
import { setTimeout as sleep } from 'node:timers/promises';
import type { Page } from 'puppeteer-core';
import { HOUR_MS } from '../../src/core/time/time.ts';
import { liveGateway } from '../live/live-gateway.ts';
import { Processes, type Serving } from '../support/process.ts';
import { browser, endBrowser, inBrowser, screenshotFolder } from './in-browser.ts';
import { barriers, tooWide } from './visit.ts';

const processes = new Processes();
const data = processes.folder();
let serving: Serving;
let api: string;
let site: Server;

before(async () => {
  serving = await processes.serve(data, '--collect', '--collect-port', 'api');
  ({ api } = serving);
  site = createServer((_, response) => {
    response.setHeader('content-type', 'text/html; charset=utf-8');
    response.end(`<!doctype html><title>A page</title><script defer src="${api}/k.js"></script><p>A page.`);
  });
  site.listen(0, '127.0.0.1');
  await once(site, 'listening');
});
after(async () => {
  await endBrowser();
  await processes.end();
  site.closeAllConnections();
  site.close();
});

/** Waits until something is so. @throws Error with the last that was there */
async function until<T>(read: () => T | Promise<T>, isSo: (value: T) => boolean, ms = 20_000): Promise<T> {
  const end = performance.now() + ms;
  for (;;) {
    const value = await read();
    if (isSo(value)) return value;
    if (performance.now() > end) throw new Error(`still ${JSON.stringify(value)}`);
    await sleep(50);
  }
}

/** Sends views of a site by people. */
async function send(count: number, site = 'cut.example'): Promise<void> {
  const events = Array.from({ length: count }, () => ({
    meta: { stream: 'pageview' },
    site,
    path: '/page',
    user_agent: 'Mozilla/5.0 (X11; Linux x86_64; rv:145.0) Gecko/20100101 Firefox/145.0',
  }));
  const { status } = await fetch(`${api}/v1/events`, { method: 'POST', body: JSON.stringify(events) });
  assert.equal(status, 201);
}

const stateOn = (page: Page): Promise<string | undefined> =>
  page.$eval('.counter', (element) => (element as HTMLElement).dataset['state']);
const numberOn = (page: Page): Promise<string> =>
  page.$eval('[data-number]', (element) => element.textContent);

/** The numbers of a stream's rows, as they come, until it is closed. */
function listen(url: string): { readonly seen: number[]; readonly close: () => void } {
  const stop = new AbortController();
  const seen: number[] = [];
  const read = async (): Promise<void> => {
    const { body } = await fetch(url, { headers: { accept: 'text/event-stream' }, signal: stop.signal });
    let text = '';
    const decoder = new TextDecoder();
    for await (const piece of body as unknown as AsyncIterable<Uint8Array>) {
      text += decoder.decode(piece, { stream: true });
      const events = text.split('\n\n');
      text = events.pop() ?? '';
      for (const event of events) {
        const [, type, data = ''] = /^event: (\w+)\ndata: (.*)$/m.exec(event) ?? [];
        if (type === 'provisional' || type === 'point')
          seen.push((JSON.parse(data) as { views: number }).views);
      }
    }
  };
  read().catch(() => undefined);
  return { seen, close: () => stop.abort() };
}

inBrowser('the page of a site waits for its first view, and says so', async () => {
  const context = await (await browser()).createBrowserContext();
  const page = await context.newPage();
  const said = (): Promise<string> => page.$eval('[data-said]', (element) => element.textContent);
  try {
    await page.goto(`${api}/sites/first.example`);
    // Two heartbeats come in this time.
    await sleep(9_000);
    assert.equal(await said(), 'Live: waiting for the first numbers.');
    await send(1, 'first.example');
    await until(
      () => numberOn(page),
      (number) => number === '1',
    );
    assert.equal(await stateOn(page), 'live');
  } finally {
    await context.close();
  }
});

inBrowser('ten views of a page appear on an open explorer and in a stream, one after the other', async () => {
  // The count of an hour begins again at its end.
  const toHour = 3_600_000 - (Date.now() % 3_600_000);
  if (toHour < 60_000) await sleep(toHour);
  const { port } = site.address() as AddressInfo;
  const context = await (await browser()).createBrowserContext();
  const visitor = await context.newPage();
  const reader = await context.newPage();
  const path = '/metrics/pageviews/aggregate/blog.localhost/all-access/all-agents/hourly/-1d/now';
  try {
    await visitor.goto(`http://blog.localhost:${port}/`);
    await until(
      async () => (await fetch(api + path)).status,
      (status) => status === 200,
    );
    const asked = {
      metric: 'pageviews-aggregate',
      project: 'blog.localhost',
      access: 'all-access',
      agent: 'all-agents',
    };
    const range = { granularity: 'hourly', start: '-1d', end: 'now' };
    await reader.goto(`${api}/?${new URLSearchParams({ ...asked, ...range }).toString()}`);
    await until(
      () => numberOn(reader),
      (number) => number === '1',
    );
    const stream = listen(api + path);
    await until(
      () => stream.seen,
      (seen) => seen.includes(1),
    );
    for (let views = 2; views <= 11; views++) {
      await visitor.bringToFront();
      await visitor.reload();
      await reader.bringToFront();
      await until(
        () => numberOn(reader),
        (number) => number === String(views),
      );
      await until(
        () => stream.seen,
        (seen) => seen.at(-1) === views,
      );
    }
    stream.close();
    // One view after the other, none twice, none left out.
    assert.deepEqual(
      stream.seen,
      Array.from({ length: 11 }, (_, i) => i + 1),
    );
    const said = await reader.$eval('[data-said]', (element) => element.textContent);
    assert.match(said, /^Live: counted up to \d\d:\d\d:\d\d UTC\.$/);
    // The picture and the table followed.
    await until(
      () => reader.$eval('#body', (element) => element.textContent),
      (text) => text.includes('11'),
    );
  } finally {
    await context.close();
  }
});

inBrowser(
  'a cut stream is said so, with the numbers of then, and counts on when the gateway is back',
  async () => {
    const context = await (await browser()).createBrowserContext();
    const page = await context.newPage();
    try {
      await send(1);
      const range = { granularity: 'daily', start: '-1d', end: 'now' };
      const asked = {
        metric: 'pageviews-aggregate',
        project: 'cut.example',
        access: 'all-access',
        agent: 'all-agents',
      };
      const url = `/?${new URLSearchParams({ ...asked, ...range }).toString()}`;
      await until(
        async () => (await fetch(api + url, { headers: { accept: 'text/html' } })).status,
        (status) => status === 200,
      );
      await page.goto(api + url);
      await until(
        () => numberOn(page),
        (number) => number === '1',
      );
      const ended = await serving.kraken.kill('SIGKILL');
      assert.equal(ended.stderr, '');
      await until(
        () => stateOn(page),
        (state) => state === 'cut',
      );
      const said = await page.$eval('[data-said]', (element) => element.textContent);
      assert.match(said, /^The connection is cut, and is tried again\. The numbers are of [\d:]{8} UTC\.$/);
      assert.equal(await page.$eval('.counter [role=status]', (element) => element.textContent), said);
      assert.equal(await numberOn(page), '1');
      serving = await processes.serve(
        data,
        '--collect',
        '--collect-port',
        'api',
        '--port',
        new URL(api).port,
      );
      await until(
        () => stateOn(page),
        (state) => state === 'live',
      );
      await send(2);
      await until(
        () => numberOn(page),
        (number) => number === '3',
      );
    } finally {
      await context.close();
    }
  },
);

inBrowser('without a script there are the numbers of now, and the switch is a link', async () => {
  const context = await (await browser()).createBrowserContext();
  const page = await context.newPage();
  try {
    await page.setJavaScriptEnabled(false);
    await send(1);
    const path = '/sites/cut.example';
    await until(
      async () => (await fetch(api + path)).text(),
      (text) => /<b data-number>[1-9]/.test(text),
    );
    await page.goto(api + path);
    await Promise.all([page.waitForNavigation(), page.click('.live-switch')]);
    assert.match(await page.$eval('[data-said]', (element) => element.textContent), /^Counted up to/);
    assert.ok(Number(await numberOn(page)) >= 1);
    await page.goto(`${api}/now`);
    assert.match(await page.$eval('#now', (element) => element.textContent), /cut\.example/);
  } finally {
    await context.close();
  }
});

inBrowser('a reader who wants no motion gets the numbers without any', async () => {
  const context = await (await browser()).createBrowserContext();
  const page = await context.newPage();
  try {
    await page.emulateMediaFeatures([{ name: 'prefers-reduced-motion', value: 'reduce' }]);
    await send(1);
    await page.goto(`${api}/embed/live/pageviews/aggregate/cut.example/all-access/all-agents/daily/-1d/now`);
    await until(
      () => stateOn(page),
      (state) => state === 'live',
    );
    const before = Number(await numberOn(page));
    await send(1);
    await until(
      () => numberOn(page),
      (number) => Number(number) > before,
    );
    assert.equal(await page.evaluate(() => document.getAnimations().length), 0);
  } finally {
    await context.close();
  }
});

inBrowser('the page of this minute goes on by itself, and passes for readers of all kinds', async () => {
  const context = await (await browser()).createBrowserContext();
  const page = await context.newPage();
  try {
    for (const width of [360, 1280]) {
      await page.setViewport({ width, height: 800 });
      await page.goto(`${api}/now`);
      const read = (): Promise<string> => page.$eval('#now-pages', (element) => element.textContent);
      const before = Number(/\/page\s+cut\.example\s+(\d+)/.exec(await read())?.[1] ?? 0);
      await send(1);
      await until(read, (text) => Number(/\/page\s+cut\.example\s+(\d+)/.exec(text)?.[1]) > before);
      assert.deepEqual(await tooWide(page), []);
      assert.deepEqual(await barriers(page), []);
      await page.screenshot({ path: join(screenshotFolder(), `now-${width}.png`) });
    }
  } finally {
    await context.close();
  }
});

inBrowser('counting that stands still is said so, and goes on', async (t) => {
  const all = await liveGateway(t, Date.UTC(2026, 10, 29, 12, 0, 30));
  await all.lake.pageviews({ dt: new Date(all.lake.clock.ms).toISOString() });
  await all.goOn();
  const address = await all.gateway.app.api.listen({ host: '127.0.0.1', port: 0 });
  const context = await (await browser()).createBrowserContext();
  const page = await context.newPage();
  const frame = '/embed/live/pageviews/aggregate/blog.example.net/all-access/all-agents/hourly/-1d/now';
  try {
    await page.goto(address + frame);
    await until(
      () => stateOn(page),
      (state) => state === 'live',
    );
    all.lake.clock.ms += 60_000;
    await until(
      () => stateOn(page),
      (state) => state === 'still',
    );
    const said = await page.$eval('[data-said]', (element) => element.textContent);
    assert.equal(said, 'Counting stands still since 12:00:31 UTC. The numbers are of then.');
    await all.lake.pageviews({ dt: new Date(all.lake.clock.ms).toISOString() });
    await all.goOn();
    all.gateway.app.road.watch.changes.changed();
    await until(
      () => stateOn(page),
      (state) => state === 'live',
    );
    assert.equal(await numberOn(page), '2');
  } finally {
    await context.close();
  }
});

inBrowser('a picture that a script drew grows, and what a reader opened stays open', async (t) => {
  const all = await liveGateway(t, Date.UTC(2026, 10, 29, 12, 0, 30));
  const { lake } = all;
  const dt = (backHours: number): string => new Date(lake.clock.ms - backHours * HOUR_MS).toISOString();
  const earlier = Array.from({ length: 20 }, (_, i) =>
    Array.from({ length: 3 + ((i * 7) % 11) }, () => i + 1),
  );
  await lake.requests(...earlier.flat().map((hours) => ({ dt: dt(hours), uri_path: '/a' })));
  await all.publish();
  await lake.pageviews({ dt: dt(0) }, { dt: dt(0) });
  await all.goOn();
  const address = await all.gateway.app.api.listen({ host: '127.0.0.1', port: 0 });
  const range = { granularity: 'hourly', start: '-1d', end: 'now' };
  const asked = {
    metric: 'pageviews-aggregate',
    project: 'blog.example.net',
    access: 'all-access',
    agent: 'all-agents',
  };
  const context = await (await browser()).createBrowserContext();
  const page = await context.newPage();
  try {
    for (const [name, width, scheme] of [
      ['desk-light', 1280, 'light'],
      ['phone-dark', 360, 'dark'],
    ] as const) {
      await page.setViewport({ width, height: 800 });
      // An animation that never ends would keep the check of barriers waiting.
      await page.emulateMediaFeatures([
        { name: 'prefers-color-scheme', value: scheme },
        { name: 'prefers-reduced-motion', value: 'reduce' },
      ]);
      await page.goto(`${address}/?${new URLSearchParams({ ...asked, ...range }).toString()}`);
      await page.waitForSelector('.live-lines b');
      await page.$eval('figure details', (details) => details.setAttribute('open', ''));
      const drawn = (): Promise<string> => page.$eval('.live-lines', (list) => list.textContent);
      const table = (): Promise<string> =>
        page.$eval('figure details[open]', (details) => details.textContent);
      const before = Number(/\d+/.exec(await drawn())?.[0]);
      await lake.pageviews({ dt: dt(0) });
      await all.goOn();
      all.gateway.app.road.watch.changes.changed();
      await until(
        () => numberOn(page),
        (number) => number === String(before + 1),
      );
      await until(drawn, (text) => text.includes(String(before + 1)));
      await until(table, (text) => new RegExp(`12:00\\s+${before + 1}\\b`).test(text));
      assert.deepEqual(await tooWide(page), []);
      assert.deepEqual(await barriers(page), []);
      await page.screenshot({ path: join(screenshotFolder(), `live-${name}.png`) });
    }
  } finally {
    await context.close();
  }
});
