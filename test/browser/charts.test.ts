import assert from 'node:assert/strict';
import { after } from 'node:test';
import type { Frame, Page } from 'puppeteer-core';
import { endBrowser, inBrowser, origin } from './in-browser.ts';
import { otherOrigin } from './other-origin.ts';
import { coloursOf } from './pixels.ts';
import { DESK, Visit, type ColorScheme } from './visit.ts';

/*
 * Pictures: as files, in pages that answer to mouse and keyboard, and in somebody else's pages.
 */

after(endBrowser);

const SERIES =
  '/pageviews/per-article/en.wikipedia/all-access/user/Gravity_(2013_film)%7CMoonlight_(2016_film)/monthly/20160101/20221231';
const LIST = '/pageviews/top/en.wikipedia/all-access/2024/12/15';
const DOCS = '/docs/pageviews-per-article';

/** A month in words, as a chart names it, and what it reads there. */
interface Reading {
  readonly when: string;
  readonly numbers: readonly string[];
}

/** What a chart that answers to the mouse reads at the moment. */
async function readingOf(page: Page | Frame): Promise<Reading> {
  return page.$eval('.live', (live) => ({
    when: live.querySelector('.live-when')?.textContent ?? '',
    numbers: [...live.querySelectorAll('.live-lines b')].map(({ textContent }) => textContent ?? ''),
  }));
}

/** The numbers of Gravity and Moonlight in a month, as the API has them. @param month 0 is the first */
async function numbersAt(month: number): Promise<string[]> {
  const { items } = (await (await fetch(`${origin()}/metrics${SERIES}`)).json()) as {
    items: { article: string; timestamp: string; views: number }[];
  };
  const year = 2016 + Math.floor(month / 12);
  const timestamp = `${year}${String((month % 12) + 1).padStart(2, '0')}0100`;
  return ['Gravity_(2013_film)', 'Moonlight_(2016_film)'].map((title) => {
    const item = items.find((item) => item.article === title && item.timestamp === timestamp);
    return item ? item.views.toLocaleString('en') : '–';
  });
}

const MONTHS = [
  'January',
  'February',
  'March',
  'April',
  'May',
  'June',
  'July',
  'August',
  'September',
  'October',
  'November',
  'December',
];

/** Which month of the series a chart reads, 0 is the first. */
function monthOf({ when }: Reading): number {
  const [, name = '', year = ''] = /^(\p{L}+) (\d{4})/u.exec(when) ?? [];
  return (Number(year) - 2016) * 12 + MONTHS.indexOf(name);
}

/** Goes to a place in the first chart with the mouse. @param share of its width, from the left */
async function pointAt(visit: Visit, frame: Page | Frame, share: number): Promise<void> {
  const plot = await frame.waitForSelector('.live-plot .u-over');
  await plot?.scrollIntoView();
  const box = await plot?.boundingBox();
  if (!box) throw new Error('there is no chart');
  await visit.page.mouse.move(box.x + box.width * share, box.y + box.height / 2);
}

for (const [name, path] of [
  ['series', SERIES],
  ['a list', LIST],
] as const) {
  inBrowser(`the picture of ${name} is one by itself and as an image in any page`, async () => {
    const url = `${origin()}/metrics${path}.svg`;
    const alone = await Visit.begin();
    await alone.open(url);
    assert.equal(await alone.page.evaluate(() => document.documentElement.tagName), 'svg');
    const canvas = await Visit.begin();
    const shot = await alone.page.screenshot({ encoding: 'base64' });
    assert.ok((await coloursOf(canvas.page, shot)) > 20);
    assert.deepEqual(alone.noise, []);

    const server = await otherOrigin(
      `<!doctype html><html lang="en"><title>A wiki</title><link rel="icon" href="data:,"><img src="${url}" alt="A picture">`,
    );
    const framed = await Visit.begin();
    await framed.open(server.origin);
    const image = await framed.page.$('img');
    assert.ok(image);
    const { width, height } = await image.evaluate(({ naturalWidth, naturalHeight }) => ({
      width: naturalWidth,
      height: naturalHeight,
    }));
    assert.ok(width > 300 && height > 150, `${width} x ${height}`);
    assert.ok((await coloursOf(canvas.page, await image.screenshot({ encoding: 'base64' }))) > 20);
    assert.deepEqual(framed.noise, []);
    for (const visit of [alone, framed, canvas]) await visit.end();
    await server.close();
  });
}

/** The first colour of a page in another one, as its reader sees it. @param element `<img>` or `<iframe>` */
async function seen(visit: Visit, element: string, scheme: ColorScheme): Promise<string> {
  const server = await otherOrigin(
    `<!doctype html><html lang="en"><title>A wiki</title><link rel="icon" href="data:,"><body style="margin:0">${element}`,
  );
  await visit.colorScheme(scheme);
  await visit.open(server.origin);
  const corner = await visit.page.screenshot({
    encoding: 'base64',
    clip: { x: 8, y: 2, width: 2, height: 2 },
  });
  await server.close();
  return corner;
}

inBrowser('in a light page a picture is light, dark, or as its reader’s system prefers', async () => {
  const visit = await Visit.begin();
  const elements = {
    image: (query: string) => `<img src="${origin()}/metrics${SERIES}.svg${query}" alt="A picture">`,
    frame: (query: string) =>
      `<iframe src="${origin()}/embed${SERIES}${query}" title="A chart" width="720" height="420" style="border:0"></iframe>`,
  };
  for (const [name, element] of Object.entries(elements)) {
    const light = await seen(visit, element('?theme=light'), 'light');
    const dark = await seen(visit, element('?theme=dark'), 'light');
    assert.notEqual(dark, light, name);
    assert.equal(await seen(visit, element('?theme=dark'), 'dark'), dark, name);
    assert.equal(await seen(visit, element('?theme=light'), 'dark'), light, name);
    assert.equal(await seen(visit, element(''), 'dark'), light, `${name}: no black box`);
    assert.equal(await seen(visit, element('?theme=auto'), 'light'), light, name);
    assert.equal(await seen(visit, element('?theme=auto'), 'dark'), dark, name);
  }
  await visit.end();
});

inBrowser('charts tell the numbers that the mouse points at, and those that keys go to', async () => {
  const visit = await Visit.begin();
  const { page } = visit;
  await visit.open(`/embed${SERIES}`);
  await pointAt(visit, page, 0.3);
  await page.waitForFunction(() => !document.querySelector('.live-when')?.textContent?.includes('2022'));
  const early = await readingOf(page);
  assert.deepEqual(early.numbers, await numbersAt(monthOf(early)), early.when);
  await pointAt(visit, page, 0.7);
  const late = await readingOf(page);
  assert.ok(monthOf(late) > monthOf(early), `${late.when} after ${early.when}`);
  assert.deepEqual(late.numbers, await numbersAt(monthOf(late)), late.when);

  await page.focus('.live-plot');
  await page.keyboard.press('Home');
  assert.equal(monthOf(await readingOf(page)), 0);
  await page.keyboard.press('ArrowRight');
  const second = await readingOf(page);
  assert.equal(monthOf(second), 1);
  assert.deepEqual(second.numbers, await numbersAt(1));
  const spoken = await page.$eval('.live [aria-live]', ({ textContent }) => textContent ?? '');
  assert.ok(spoken.startsWith(second.when), spoken);
  assert.deepEqual(visit.noise, []);
  await visit.end();
});

inBrowser(
  'a frame says which value has no rows in small letters, and keeps its links in one line',
  async () => {
    const visit = await Visit.begin({ width: 640, height: 360 });
    const { page } = visit;
    await visit.open(`/embed${SERIES.replace('2016_film', '2017_film')}`);
    const frame = await page.evaluate(() => {
      const placeOf = (element: Element | null): { left: number; size: string } => ({
        left: element?.getBoundingClientRect().left ?? -1,
        size: element ? getComputedStyle(element).fontSize : '',
      });
      const links = [...document.querySelectorAll('figcaption a')];
      const [first] = links;
      return {
        said: document.querySelector('.none')?.textContent ?? '',
        none: placeOf(document.querySelector('.none')),
        files: placeOf(first ?? null),
        lines: new Set(links.map((link) => link.getBoundingClientRect().top)).size,
        padding: getComputedStyle(document.querySelector('.none') as Element).paddingLeft,
        height: document.querySelector('.picture')?.getBoundingClientRect().height ?? 0,
      };
    });
    assert.match(frame.said, /did you mean Moonlight_\(2016_film\)\?/);
    assert.equal(frame.lines, 1);
    assert.equal(frame.none.size, frame.files.size);
    assert.equal(frame.padding, '8px');
    assert.ok(frame.height > 200, `${frame.height}`);
    await visit.open(`/embed${SERIES.replace(/Gravity.*Moonlight_.2016_film./, 'Moonlight_(2017_film)')}`);
    const margin = await page.$eval('main > p', (text) => getComputedStyle(text).paddingTop);
    assert.equal(margin, '12px');
    await visit.end();
  },
);

inBrowser('charts in the docs answer to the mouse', async () => {
  const visit = await Visit.begin();
  const { page } = visit;
  await visit.open(DOCS);
  await page.$eval('figure.chart', (figure) => figure.scrollIntoView());
  await pointAt(visit, page, 0.2);
  const early = await readingOf(page);
  await pointAt(visit, page, 0.8);
  await page.waitForFunction(
    (when) => document.querySelector('.live-when')?.textContent !== when,
    {},
    early.when,
  );
  assert.deepEqual(visit.noise, []);
  await visit.end();
});

inBrowser(
  'somebody else’s page may frame a chart, which answers to the mouse there, and no other page',
  async () => {
    const server = await otherOrigin(
      `<!doctype html><html lang="en"><title>A wiki</title><link rel="icon" href="data:,"><iframe src="${origin()}/embed${SERIES}" width="720" height="420" title="A chart"></iframe>`,
    );
    const visit = await Visit.begin(DESK);
    await visit.open(server.origin);
    const frame = await (await visit.page.$('iframe'))?.contentFrame();
    assert.ok(frame);
    await pointAt(visit, frame, 0.4);
    await frame.waitForFunction(() => !document.querySelector('.live-when')?.textContent?.includes('2022'));
    const reading = await readingOf(frame);
    assert.deepEqual(reading.numbers, await numbersAt(monthOf(reading)), reading.when);
    assert.deepEqual(visit.noise, []);
    const origins = new Set(visit.asked.map((url) => new URL(url).origin));
    assert.deepEqual([...origins], [server.origin, origin()]);
    await server.close();
    await visit.end();

    const trap = await otherOrigin(
      `<!doctype html><html lang="en"><title>A trap</title><link rel="icon" href="data:,"><iframe src="${origin()}/" title="Kraken"></iframe>`,
    );
    const trapped = await Visit.begin();
    await trapped.open(trap.origin);
    assert.match(trapped.noise.join('\n'), /frame-ancestors/);
    await trapped.end();
    await trap.close();
  },
);
