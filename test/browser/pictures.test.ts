import assert from 'node:assert/strict';
import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { after } from 'node:test';
import { endBrowser, inBrowser, screenshotFolder } from './in-browser.ts';
import { coloursOf } from './pixels.ts';
import { site } from './site.ts';
import { DESK, PHONE, Visit, type ColorScheme } from './visit.ts';

/*
 * Pictures of the main pages, for people to look at.
 */

after(endBrowser);

const FILM =
  '/?metric=pageviews-per-article&project=en.wikipedia&access=all-access&agent=user&article=Gravity_(2013_film)%7CMoonlight_(2016_film)&granularity=monthly&start=2016-01-01&end=2022-12-31';

/** Besides the first dashboard and the first embedded chart. */
const PAGES: Readonly<Record<string, string>> = {
  explorer: '/',
  'explorer-two': FILM,
  'explorer-table': `${FILM}&view=table`,
  'explorer-compare': `${FILM}&compare=previous`,
  'explorer-top': '/?metric=pageviews-top&project=en.wikipedia&access=all-access&year=2024&month=12&day=15',
  'explorer-mistake': '/?metric=pageviews-per-article&project=en.wikipedia&article=No_such_article_at_all',
  docs: '/docs',
  metric: '/docs/pageviews-per-article',
  clients: '/docs/clients',
  catalogue: '/catalogue',
  console: '/docs/api',
  'console-form': '/docs/api/pageviews-per-article',
  graphiql: '/docs/graphiql',
  dashboards: '/dashboards',
};

const LOOKS: readonly [name: string, viewport: typeof DESK, scheme: ColorScheme][] = [
  ['light', DESK, 'light'],
  ['dark', DESK, 'dark'],
  ['phone', PHONE, 'light'],
];

inBrowser('the main pages have their pictures taken: light, dark, and as a phone shows them', async () => {
  const { pages } = await site();
  const dashboard = pages.find((path) => path.startsWith('/dashboards/'));
  const embed = pages.find((path) => path.startsWith('/embed/'));
  const all = { ...PAGES, ...(dashboard && { dashboard }), ...(embed && { embed }) };
  const visit = await Visit.begin();
  const canvas = await Visit.begin();
  for (const [name, path] of Object.entries(all)) {
    for (const [look, viewport, scheme] of LOOKS) {
      await visit.page.setViewport(viewport);
      await visit.colorScheme(scheme);
      await visit.open(path);
      const png = await visit.page.screenshot({ encoding: 'base64', fullPage: true });
      await writeFile(join(screenshotFolder(), `${name}-${look}.png`), png, 'base64');
      assert.ok((await coloursOf(canvas.page, png)) > 10, `${path} is blank`);
    }
  }
  await visit.end();
  await canvas.end();
});
