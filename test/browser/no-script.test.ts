import assert from 'node:assert/strict';
import { after } from 'node:test';
import { endBrowser, inBrowser } from './in-browser.ts';
import { site } from './site.ts';
import { DESK, PHONE, Visit } from './visit.ts';

/*
 * With JavaScript off: everything is there but what needs it by nature.
 */

after(endBrowser);

/** Two films of the sample, as a permalink has them. */
const TWO_FILMS =
  '/?metric=pageviews-per-article&project=en.wikipedia&access=all-access&agent=user&article=Gravity_(2013_film)%7CMoonlight_(2016_film)&granularity=monthly&start=2016-01-01&end=2022-12-31&view=';

async function withoutScript(viewport = DESK): Promise<Visit> {
  const visit = await Visit.begin(viewport);
  await visit.page.setJavaScriptEnabled(false);
  return visit;
}

/** What a page shows: its text, and the sizes of the pictures in its figures. */
async function shown({ page }: Visit): Promise<{ h1: string; text: string; figures: Drawn[] }> {
  return page.evaluate(() => ({
    h1: document.querySelector('h1')?.innerText ?? '',
    text: document.querySelector('main')?.innerText ?? '',
    figures: [...document.querySelectorAll('figure.chart')].map((figure) => {
      const { width = 0, height = 0 } = figure.querySelector('svg')?.getBoundingClientRect() ?? {};
      return { width, height, says: figure.querySelector('p')?.innerText ?? '' };
    }),
  }));
}

interface Drawn {
  readonly width: number;
  readonly height: number;
  /** The sentence that stands where there is nothing to be drawn. */
  readonly says: string;
}

const isDrawn = ({ width, height }: Drawn): boolean => width > 250 && height > 100;

inBrowser('every page has its text and its pictures without a script', async () => {
  const visit = await withoutScript();
  const missing: string[] = [];
  let drawn = 0;
  for (const path of (await site()).pages) {
    await visit.load(path);
    const { h1, text, figures } = await shown(visit);
    if (!path.startsWith('/embed/') && (h1 === '' || text.length < 50)) missing.push(`${path}: ${text}`);
    figures.forEach((figure, i) => {
      if (isDrawn(figure)) drawn++;
      else if (figure.says === '') missing.push(`${path}: figure ${i} ${JSON.stringify(figure)}`);
    });
  }
  await visit.end();
  assert.deepEqual(missing, []);
  assert.ok(drawn > 10, `${drawn} pictures`);
});

inBrowser('dashboards draw every graph of theirs without a script', async () => {
  const dashboards = (await site()).pages.filter((path) => path.startsWith('/dashboards/'));
  assert.ok(dashboards.length > 0);
  const visit = await withoutScript();
  for (const path of dashboards) {
    await visit.load(path);
    const { figures } = await shown(visit);
    assert.ok(figures.length > 0, path);
    assert.deepEqual(
      figures.filter((figure) => !isDrawn(figure)),
      [],
      path,
    );
  }
  await visit.end();
});

inBrowser('the explorer shows what its URL says without a script, and its form changes it', async () => {
  const visit = await withoutScript();
  await visit.load(`${TWO_FILMS}lines`);
  const lines = await shown(visit);
  assert.match(lines.text, /Gravity/);
  assert.match(lines.text, /Moonlight/);
  assert.deepEqual(lines.figures.map(isDrawn), [true]);
  await visit.load(`${TWO_FILMS}table`);
  const rows = await visit.page.$$eval('#result table tbody tr', (rows) => rows.map((row) => row.innerText));
  assert.ok(rows.length >= 84, `${rows.length} rows`);
  await visit.page.select('#granularity', 'yearly');
  await Promise.all([visit.page.waitForNavigation(), visit.page.click('#apply')]);
  const years = await visit.page.$eval('#result table tbody', (body) =>
    [...body.rows].map((row) => row.cells[0]?.innerText.slice(0, 4)),
  );
  assert.deepEqual(years, ['2022', '2021', '2020', '2019', '2018', '2017', '2016']);
  assert.deepEqual(visit.noise, []);
  await visit.end();
});

inBrowser(
  'on a phone the chart is the first that is seen, with a script and without, and Tab goes from above to below',
  async () => {
    for (const hasScript of [true, false]) {
      const visit = hasScript ? await Visit.begin(PHONE) : await withoutScript(PHONE);
      const { page } = visit;
      await (hasScript ? visit.open('/') : visit.load('/'));
      const { chart, form, takeaway } = await page.evaluate(() => {
        const box = (selector: string): { top: number; bottom: number } => {
          const { top, bottom } = document.querySelector(selector)?.getBoundingClientRect() ?? {};
          return { top: top ?? 0, bottom: bottom ?? 0 };
        };
        return { chart: box('#result .picture'), form: box('#explorer'), takeaway: box('#takeaway-part') };
      });
      assert.ok(chart.top > 0 && chart.bottom < PHONE.height, JSON.stringify(chart));
      assert.ok(form.top >= chart.bottom && takeaway.top >= form.bottom);

      const stops: { top: number; what: string }[] = [];
      for (let isIn = false; ;) {
        await page.keyboard.press('Tab');
        const stop = await page.evaluate(() => {
          const focused = document.activeElement;
          if (!focused?.closest('main')) return undefined;
          return {
            top: focused.getBoundingClientRect().top + scrollY,
            what: focused.id || focused.outerHTML.slice(0, 80),
          };
        });
        if (stop) stops.push(stop);
        else if (isIn) break;
        isIn ||= stop !== undefined;
      }
      assert.ok(stops.length > 15);
      // Two columns of fields stand side by side.
      const back = stops.filter(({ top }, i) => top < (stops[i - 1]?.top ?? 0) - 60);
      assert.deepEqual(back, []);

      await page.click('.change');
      await page.waitForFunction(() => location.hash === '#explorer');
      const top = await page.$eval('#explorer', (element) => element.getBoundingClientRect().top);
      assert.ok(Math.abs(top) < PHONE.height / 2, `${top}`);
      await visit.end();
    }
  },
);

inBrowser('on a phone who presses Show is brought to the answer', async () => {
  const visit = await Visit.begin(PHONE);
  const { page } = visit;
  await visit.open('/');
  await page.$eval('#apply', (button) => button.scrollIntoView());
  assert.ok((await page.$eval('#views', (element) => element.getBoundingClientRect().top)) < 0);
  await page.click('#apply');
  await page.waitForFunction(
    () => (document.querySelector('#views')?.getBoundingClientRect().top ?? -1) >= 0,
  );
  await visit.end();
});
