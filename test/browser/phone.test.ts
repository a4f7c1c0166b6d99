import assert from 'node:assert/strict';
import { once } from 'node:events';
import { get, type IncomingMessage } from 'node:http';
import { after } from 'node:test';
import { endBrowser, inBrowser } from './in-browser.ts';
import { PHONE, Visit } from './visit.ts';

/*
 * What a page costs somebody with a phone of the middle class: a processor four times slower than this
 * one, and a slow 4G as Lighthouse simulates it. Each load is a first one, without a cache.
 */

after(endBrowser);

const CPU_SLOWDOWN = 4;
const SLOW_4G = { download: (1.6 * 1024 * 1024) / 8, upload: (750 * 1024) / 8, latency: 150 };
const LOADS = 5;

const MOST_FCP_MS = 1000;
const MOST_BYTES = 100_000;

interface Load {
  /** When something was to be seen first, in ms after the navigation began. */
  readonly fcp: number;
  /** How much the layout shifted in all, scrolling included. */
  readonly cls: number;
  /** What was transferred, headers included, in bytes. */
  readonly bytes: number;
  readonly urls: readonly string[];
}

/** Loads a page as a phone does, and scrolls through it. */
async function load(path: string): Promise<Load> {
  const visit = await Visit.begin(PHONE);
  const { page } = visit;
  try {
    const devtools = await page.createCDPSession();
    await devtools.send('Network.enable');
    let bytes = 0;
    devtools.on('Network.loadingFinished', ({ encodedDataLength }) => (bytes += encodedDataLength));
    await page.evaluateOnNewDocument(() => {
      const seen = window as unknown as { cls: number };
      seen.cls = 0;
      new PerformanceObserver((list) => {
        for (const entry of list.getEntries())
          seen.cls += (entry as PerformanceEntry & { value: number }).value;
      }).observe({ type: 'layout-shift', buffered: true });
    });
    await page.emulateCPUThrottling(CPU_SLOWDOWN);
    await page.emulateNetworkConditions(SLOW_4G);
    await visit.open(path);
    await page.evaluate(async () => {
      for (let y = 0; y < document.documentElement.scrollHeight; y += innerHeight / 2) {
        scrollTo(0, y);
        await new Promise(requestAnimationFrame);
      }
    });
    // What is loaded only when it comes near to being seen.
    await page.waitForNetworkIdle({ idleTime: 500 });
    const { fcp, cls } = await page.evaluate(() => ({
      fcp: performance.getEntriesByName('first-contentful-paint')[0]?.startTime,
      cls: (window as unknown as { cls: number }).cls,
    }));
    if (fcp === undefined) throw new Error(`${path} painted nothing`);
    return { fcp, cls, bytes, urls: [...new Set(visit.asked)] };
  } finally {
    await visit.end();
  }
}

/** How long a body is on its way, compressed by gzip where the server does so. */
async function gzipped(url: string): Promise<number> {
  const [response] = (await once(
    get(url, { headers: { accept: 'text/html,*/*', 'accept-encoding': 'gzip' } }),
    'response',
  )) as [IncomingMessage];
  let length = 0;
  for await (const chunk of response) length += (chunk as Buffer).length;
  return length;
}

const FILMS =
  '/?metric=pageviews-per-article&project=en.wikipedia&access=all-access&agent=user&article=Gravity_(2013_film)%7CMoonlight_(2016_film)&granularity=monthly&start=2016-01-01&end=2022-12-31';

inBrowser('a phone shows all of a legend, and of what the series come to', async () => {
  const visit = await Visit.begin(PHONE);
  const { page } = visit;
  await visit.open('/dashboards/movement');
  for (const figure of await page.$$('figure.chart')) {
    await figure.scrollIntoView();
    await figure.waitForSelector('.live-lines b');
    const hidden = await figure.$eval('.live-lines', (list) => list.scrollHeight - list.clientHeight);
    const plot = await figure.$eval('.live-plot', ({ clientHeight }) => clientHeight);
    assert.ok(hidden <= 0, `${hidden} px of the legend are hidden`);
    assert.ok(plot > 90, `the plot is ${plot} px high`);
  }
  for (const path of [FILMS, `${FILMS}&compare=previous`]) {
    await visit.open(path);
    const cut = await page.$eval('.sums', (table) => {
      const box = table.parentElement as HTMLElement;
      return box.scrollWidth - box.clientWidth;
    });
    assert.ok(cut <= 0, `${cut} px are cut`);
  }
  await visit.end();
});

inBrowser('without a script a chart on a phone has letters that can be read', async () => {
  const visit = await Visit.begin(PHONE);
  await visit.page.setJavaScriptEnabled(false);
  for (const path of [FILMS, '/dashboards/movement', '/docs/pageviews-per-article']) {
    await visit.load(path);
    const drawn = await visit.page.$eval('.picture.lines', (picture) => {
      const text = picture.querySelector('svg .n text');
      return {
        letters: text?.getBoundingClientRect().height ?? 0,
        isMoved: picture.scrollWidth > picture.clientWidth,
        page: document.documentElement.scrollWidth,
      };
    });
    assert.ok(drawn.letters > 9, `${path}: letters of ${drawn.letters} px`);
    assert.deepEqual([drawn.isMoved, drawn.page], [true, PHONE.width], path);
  }
  await visit.end();
});

inBrowser('a browser whose language Intl refuses draws charts as well', async () => {
  const visit = await Visit.begin();
  for (const language of ['en-US@posix', 'C', '']) {
    await visit.page.evaluateOnNewDocument((value) => {
      Object.defineProperty(navigator, 'language', { value, configurable: true });
    }, language);
    await visit.open(FILMS);
    await visit.page.waitForSelector('.live-lines b');
    assert.deepEqual(visit.noise, [], language);
  }
  await visit.end();
});

for (const path of ['/', '/docs/pageviews-per-article']) {
  inBrowser(`${path} is seen within a second on a phone, never shifts and weighs little`, async (t) => {
    const loads: Load[] = [];
    for (let i = 0; i < LOADS; i++) loads.push(await load(path));
    const fcps = loads.map(({ fcp }) => Math.round(fcp)).toSorted((a, b) => a - b);
    const [{ bytes, urls }] = loads as [Load];
    const lengths = await Promise.all(urls.map(gzipped));
    const gzip = lengths.reduce((sum, length) => sum + length, 0);
    const median = fcps[Math.floor(LOADS / 2)] as number;
    t.diagnostic(
      `${path}: first contentful paint ${median} ms (${fcps.join(', ')}), layout shift ${loads.map(({ cls }) => cls).join(', ')}, ` +
        `${urls.length} requests, ${bytes} bytes transferred, ${gzip} by gzip; ` +
        `processor ${CPU_SLOWDOWN}x slower, 1.6 Mbit/s, ${SLOW_4G.latency} ms`,
    );
    assert.ok(median < MOST_FCP_MS, `first contentful paint after ${median} ms`);
    assert.deepEqual(
      loads.filter(({ cls }) => cls !== 0),
      [],
    );
    assert.ok(gzip < MOST_BYTES, `${gzip} bytes`);
    assert.ok(bytes < MOST_BYTES, `${bytes} bytes`);
  });
}
