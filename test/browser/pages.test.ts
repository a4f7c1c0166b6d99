import assert from 'node:assert/strict';
import { after } from 'node:test';
import { METRICS } from '../../src/metrics/index.ts';
import { endBrowser, inBrowser } from './in-browser.ts';
import { site } from './site.ts';
import { barriers, DESK, PHONE, tooWide, Visit } from './visit.ts';

after(endBrowser);

inBrowser('every page, reached by links, holds what pages promise', async (t) => {
  for (const path of (await site()).pages) {
    await t.test(`${path} is silent, asks nobody else, fits a phone and shuts nobody out`, async () => {
      const visit = await Visit.begin(DESK);
      try {
        const response = await visit.open(path);
        assert.equal(response.status(), 200);
        await visit.colorScheme('light');
        const light = await barriers(visit.page);
        await visit.colorScheme('dark');
        const dark = await barriers(visit.page, ['color-contrast']);
        await visit.page.setViewport(PHONE);
        const found = {
          light,
          dark,
          wide: await tooWide(visit.page),
          noise: visit.noise,
          strangers: visit.strangers,
        };
        assert.deepEqual(found, { light: [], dark: [], wide: [], noise: [], strangers: [] });
      } finally {
        await visit.end();
      }
    });
  }
});

inBrowser('the pages that links reach are all there are', async () => {
  const pages = new Set((await site()).pages.map((path) => path.replace(/\?.*/, '')));
  const promised = [
    '/',
    '/docs',
    '/docs/api',
    '/docs/graphiql',
    '/dashboards',
    ...METRICS.map(({ name }) => `/docs/${name}`),
  ];
  assert.deepEqual(
    promised.filter((path) => !pages.has(path)),
    [],
  );
});

inBrowser('no link of a page leads nowhere', async () => {
  assert.deepEqual((await site()).dead, []);
});
