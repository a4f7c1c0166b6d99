import assert from 'node:assert/strict';
import { mkdtemp, readdir, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { after } from 'node:test';
import type { KeyInput, Page } from 'puppeteer-core';
import { browser, endBrowser, inBrowser, origin } from './in-browser.ts';
import { Visit } from './visit.ts';

/*
 * The explorer, from end to end, as somebody uses it who came for two articles.
 */

after(endBrowser);

const GRAVITY = 'Gravity_(2013_film)';
const MOONLIGHT = 'Moonlight_(2016_film)';

/** From `/` to a chart of two articles, its CSV and its permalink. */
const MOST_STEPS = 8;

/** Somebody's hands. A step is a click, or keys that are pressed without a break for one purpose. */
class Hands {
  steps = 0;
  readonly page: Page;

  constructor(page: Page) {
    this.page = page;
  }

  async click(selector: string): Promise<void> {
    this.steps++;
    await this.page.click(selector);
  }

  /** Types into whatever has the focus. */
  async type(text: string, ...keys: KeyInput[]): Promise<void> {
    this.steps++;
    await this.page.keyboard.type(text);
    for (const key of keys) await this.page.keyboard.press(key);
  }

  /** Presses Tab until an element has the focus, and then another key. @throws Error where Tab never comes there */
  async tabTo(selector: string, key?: KeyInput): Promise<void> {
    this.steps++;
    for (let i = 0; i < 150; i++) {
      await this.page.keyboard.press('Tab');
      if (await this.page.evaluate((selector) => document.activeElement?.matches(selector), selector)) {
        if (key) await this.page.keyboard.press(key);
        return;
      }
    }
    throw new Error(`Tab never comes to ${selector}`);
  }
}

/** Begins at `/`, where what is copied can be read and what is downloaded lies in a folder. */
async function begin(): Promise<{ visit: Visit; hands: Hands; downloads: string; end: () => Promise<void> }> {
  const visit = await Visit.begin();
  const downloads = await mkdtemp(join(tmpdir(), 'kraken-downloads-'));
  const context = visit.page.browserContext();
  const devtools = await (await browser()).target().createCDPSession();
  const browserContextId = context.id;
  const here = browserContextId === undefined ? {} : { browserContextId };
  await devtools.send('Browser.grantPermissions', {
    ...here,
    origin: origin(),
    permissions: ['clipboardReadWrite', 'clipboardSanitizedWrite'],
  });
  await devtools.send('Browser.setDownloadBehavior', {
    ...here,
    behavior: 'allow',
    downloadPath: downloads,
  });
  await visit.open('/');
  const end = async (): Promise<void> => {
    await visit.end();
    await rm(downloads, { recursive: true, force: true });
  };
  return { visit, hands: new Hands(visit.page), downloads, end };
}

/** Waits until the chart has just these lines' names beside or below it. */
async function charted(page: Page, names: readonly string[]): Promise<void> {
  await page.waitForFunction(
    (names) => {
      const result = document.querySelector('#result');
      const isBusy = document.querySelector('.explorer')?.hasAttribute('aria-busy');
      const title = result?.querySelector('h1')?.textContent ?? '';
      const picture = result?.querySelector('figure.chart svg, figure.chart canvas');
      return !isBusy && picture && names.every((name) => title.includes(name));
    },
    {},
    names.map((name) => name.replaceAll('_', ' ')),
  );
}

async function clipboard(page: Page): Promise<string> {
  return page.evaluate(() => navigator.clipboard.readText());
}

/** The text of the one file in a folder, as soon as it is whole. */
async function downloaded(folder: string): Promise<string> {
  for (let i = 0; i < 100; i++) {
    const [name] = await readdir(folder);
    if (name && !name.endsWith('.crdownload')) return readFile(join(folder, name), 'utf8');
    await pause(50);
  }
  throw new Error('nothing was downloaded');
}

/** The articles in a CSV of items. */
function articlesIn(csv: string): string[] {
  const [head = '', ...rows] = csv.trim().split(/\r?\n/);
  const column = head.split(',').indexOf('article');
  return [...new Set(rows.map((row) => row.split(',')[column] as string))];
}

async function assertTaken(page: Page, csv: string, permalink: string): Promise<void> {
  assert.deepEqual(articlesIn(csv), [GRAVITY, MOONLIGHT]);
  const rest = await page.$eval('#rest', (link) => link.textContent?.trim() ?? '');
  assert.equal(csv, await (await fetch(`${rest}.csv`)).text());
  assert.equal(permalink, page.url());
  const afresh = await Visit.begin();
  await afresh.open(permalink);
  await charted(afresh.page, [GRAVITY, MOONLIGHT]);
  const result = async (one: Page): Promise<string> =>
    one.$eval('#result', (element) => (element as HTMLElement).innerText);
  assert.equal(await result(afresh.page), await result(page));
  await afresh.end();
}

inBrowser('from / to two articles, their CSV and the permalink by mouse and keyboard', async (t) => {
  const { visit, hands, downloads, end } = await begin();
  const { page } = visit;
  await hands.click('#article');
  await hands.type(GRAVITY, 'Enter');
  await charted(page, [GRAVITY]);
  await hands.click('#article-2');
  await hands.type(MOONLIGHT, 'Enter');
  await charted(page, [GRAVITY, MOONLIGHT]);
  await hands.click('#csv');
  const csv = await downloaded(downloads);
  await hands.click('#copy-permalink');
  await page.waitForFunction(() => document.querySelector('#status')?.textContent === 'Copied');
  t.diagnostic(`${hands.steps} clicks or groups of keys`);
  assert.ok(hands.steps <= MOST_STEPS);
  await assertTaken(page, csv, await clipboard(page));
  assert.deepEqual(visit.noise, []);
  await end();
});

inBrowser('the same by the keyboard alone', async (t) => {
  const { visit, hands, downloads, end } = await begin();
  const { page } = visit;
  await hands.tabTo('#article');
  await hands.type(GRAVITY, 'Enter');
  await charted(page, [GRAVITY]);
  assert.equal(await page.evaluate(() => document.activeElement?.id), 'article', 'the focus stays');
  await hands.tabTo('#article-2');
  await hands.type(MOONLIGHT, 'Enter');
  await charted(page, [GRAVITY, MOONLIGHT]);
  await hands.tabTo('#csv', 'Enter');
  const csv = await downloaded(downloads);
  await hands.tabTo('#copy-permalink', 'Enter');
  await page.waitForFunction(() => document.querySelector('#status')?.textContent === 'Copied');
  t.diagnostic(`${hands.steps} groups of keys`);
  assert.ok(hands.steps <= MOST_STEPS);
  await assertTaken(page, csv, await clipboard(page));
  assert.deepEqual(visit.noise, []);
  await end();
});

inBrowser('a value is added beside the others, and taken away again', async () => {
  const { visit, hands, end } = await begin();
  const { page } = visit;
  const shown = async (): Promise<string[]> =>
    page.$$eval('[data-dimension="article"] .slot:not(.extra) input', (fields) =>
      fields.map(({ value }) => value),
    );
  const before = await shown();
  await hands.click('#add-article');
  await hands.type(MOONLIGHT, 'Enter');
  await charted(page, [MOONLIGHT]);
  assert.deepEqual(await shown(), [...before, MOONLIGHT]);
  await hands.click(`[data-remove][aria-label$="${MOONLIGHT}"]`);
  await page.waitForFunction(
    (title) => !document.querySelector('#result h1')?.textContent?.includes(title),
    {},
    'Moonlight',
  );
  assert.deepEqual(await shown(), before);
  assert.deepEqual(visit.noise, []);
  await end();
});

inBrowser('back and forward show what was shown before', async () => {
  const { visit, hands, end } = await begin();
  const { page } = visit;
  const title = async (): Promise<string> => page.$eval('#result h1', (h1) => h1.textContent?.trim() ?? '');
  const first = await title();
  await hands.click('#article');
  await hands.type(MOONLIGHT, 'Enter');
  await charted(page, [MOONLIGHT]);
  const second = await title();
  await hands.click('label[for="view-table"]');
  await page.waitForSelector('#result figure.chart', { hidden: true });
  await page.goBack();
  await page.waitForSelector('#result figure.chart');
  assert.equal(await title(), second);
  await page.goBack();
  await page.waitForFunction(
    (first) => document.querySelector('#result h1')?.textContent?.trim() === first,
    {},
    first,
  );
  assert.ok(
    first.includes(
      await page.$eval('#article', (field) => (field as HTMLInputElement).value.replaceAll('_', ' ')),
    ),
  );
  await page.goForward();
  await charted(page, [MOONLIGHT]);
  assert.equal(await page.$eval('#article', (field) => (field as HTMLInputElement).value), MOONLIGHT);
  assert.deepEqual(visit.noise, []);
  await end();
});

inBrowser('who types is suggested real values', async () => {
  const { visit, hands, end } = await begin();
  const { page } = visit;
  await hands.click('#article');
  await hands.type('Grav');
  await page.waitForFunction(
    (title) => {
      const { list } = document.querySelector<HTMLInputElement>('#article') as HTMLInputElement;
      return [...(list?.options ?? [])].some(({ value }) => value === title);
    },
    {},
    GRAVITY,
  );
  const values = await page.$eval('#article', (field) =>
    [...((field as HTMLInputElement).list?.options ?? [])].map(({ value }) => value),
  );
  assert.deepEqual(
    values.filter((value) => !value.startsWith('Grav')),
    [],
  );
  assert.deepEqual(visit.noise, []);
  await end();
});

inBrowser('every text to be copied is what the button beside it copies', async () => {
  const { visit, hands, end } = await begin();
  const { page } = visit;
  const ids = await page.$$eval('[data-copy]', (buttons) =>
    buttons.map((button) => (button as HTMLElement).dataset['copy'] ?? ''),
  );
  for (const wanted of ['permalink', 'rest', 'curl', 'python', 'graphql'])
    assert.ok(ids.includes(wanted), wanted);
  for (const id of ids) {
    await hands.click(`[data-copy="${id}"]`);
    const text = await page.$eval(`#${id}`, (element) => element.textContent?.trim() ?? '');
    await page.waitForFunction(async (text) => (await navigator.clipboard.readText()) === text, {}, text);
  }
  assert.deepEqual(visit.noise, []);
  await end();
});

inBrowser('a mistake is told at the control that it was made in, and in words', async () => {
  const { visit, hands, end } = await begin();
  const { page } = visit;
  await hands.click('#start');
  await hands.type('yesteryear', 'Enter');
  await page.waitForSelector('#start[aria-invalid="true"]');
  const described = await page.$eval('#start', (field) =>
    (field.getAttribute('aria-describedby') ?? '')
      .split(' ')
      .map((id) => document.getElementById(id)?.textContent ?? '')
      .join(' '),
  );
  assert.match(described, /yesteryear is not a date. Write one such as 2024-03-01/);
  // The browser says in its console that a page was answered with 400: that is all.
  assert.deepEqual(
    visit.noise.filter((line) => !line.includes('status of 400')),
    [],
  );
  await end();
});
