import assert from 'node:assert/strict';
import { after } from 'node:test';
import type { Page } from 'puppeteer-core';
import { endBrowser, inBrowser } from './in-browser.ts';
import { barriers, DESK, OF_COLOURS, PHONE, tooWide, Visit } from './visit.ts';

/* The explorer's analysis, as somebody uses it who asks which articles grew most. */

after(endBrowser);

const ARTICLES =
  '/?metric=pageviews-per-article&view=analysis&project=en.wikipedia&access=all-access&agent=user&article=&granularity=monthly&start=2022-10-01&end=2023-09-30&by=article&measures=views&top=5';

/** The head of the table of rows. */
async function columns(page: Page): Promise<string[]> {
  return page.$$eval('#result thead th', (cells) => cells.map((cell) => cell.textContent?.trim() ?? ''));
}

/** Waits until the page shows a column. */
async function shows(page: Page, column: string): Promise<void> {
  await page.waitForFunction(
    (wanted) =>
      [...document.querySelectorAll('#result thead th')].some((th) => th.textContent?.trim() === wanted),
    { timeout: 30_000 },
    column,
  );
}

inBrowser('a number is added by a box, by mouse and by keyboard, without a reload', async () => {
  const visit = await Visit.begin();
  const { page } = visit;
  await page.setViewport(DESK);
  await visit.open(ARTICLES);
  assert.deepEqual(await columns(page), ['Article', 'Views']);
  await page.evaluate(() => ((globalThis as { stays?: true }).stays = true));
  await page.click('input[value="views_growth"]');
  await shows(page, 'Views growth');
  // The box still has the focus; the next one is a Tab away.
  assert.equal(
    await page.evaluate(() => (document.activeElement as HTMLInputElement | null)?.value),
    'views_growth',
  );
  await page.keyboard.press('Tab');
  await page.keyboard.press('Space');
  await shows(page, 'Views share');
  assert.match(page.url(), /measures=views%7Cviews_growth%7Cviews_share/);
  assert.equal(await page.evaluate(() => (globalThis as { stays?: true }).stays), true);
  // The last number can be taken away again, and so can the last thing that tells rows apart.
  await page.click('input[name="by"][value="article"]');
  await page.waitForFunction(() => document.querySelectorAll('#result thead th').length === 5);
  assert.doesNotMatch(page.url(), /by=article/);
  assert.deepEqual(visit.noise, []);
});

inBrowser('it shuts nobody out, and fits a phone, with a mistake, too', async () => {
  const visit = await Visit.begin();
  for (const url of [
    `${ARTICLES}&measures=views|views_share&others=true`.replace('&measures=views&', '&'),
    '/?metric=edits-aggregate&view=analysis&by=timestamp&measures=edits|edits_moving_average_3',
    `${ARTICLES}&having=views`,
  ]) {
    visit.forget();
    await visit.page.setViewport(DESK);
    await visit.colorScheme('light');
    await visit.open(url);
    assert.deepEqual(await barriers(visit.page), [], url);
    await visit.colorScheme('dark');
    assert.deepEqual(await barriers(visit.page, OF_COLOURS), [], url);
    await visit.page.setViewport(PHONE);
    assert.deepEqual(await tooWide(visit.page), [], url);
  }
});
