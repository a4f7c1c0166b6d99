import assert from 'node:assert/strict';
import { after } from 'node:test';
import { METRICS } from '../../src/metrics/index.ts';
import { endBrowser, inBrowser } from './in-browser.ts';
import { site } from './site.ts';
import { barriers, DESK, OF_COLOURS, PHONE, tooWide, Visit } from './visit.ts';

after(endBrowser);

inBrowser(
  'every page, reached by links, holds what pages promise',
  async (t) => {
    const { pages } = await site();
    await Promise.all(
      pages.map(async (path) =>
        t.test(`${path} is silent, asks nobody else, fits a phone and shuts nobody out`, async () => {
          assert.deepEqual(await broken(path), {});
        }),
      ),
    );
  },
  { concurrency: 2 },
);

/** Visits that are over, for others to begin with. */
const free: Visit[] = [];

/** Which of its promises a page breaks, and how. */
async function broken(path: string): Promise<Record<string, unknown>> {
  const visit = free.pop() ?? (await Visit.begin());
  visit.forget();
  try {
    await visit.page.setViewport(DESK);
    await visit.colorScheme('light');
    const status = (await visit.open(path)).status();
    const light = await barriers(visit.page);
    await visit.colorScheme('dark');
    const dark = await barriers(visit.page, OF_COLOURS);
    await visit.page.setViewport(PHONE);
    const wide = await tooWide(visit.page);
    const found = { light, dark, wide, noise: [...visit.noise], strangers: visit.strangers };
    return {
      ...(status !== 200 && { status }),
      ...Object.fromEntries(Object.entries(found).filter(([, mistakes]) => mistakes.length > 0)),
    };
  } finally {
    free.push(visit);
  }
}

inBrowser('the pages that links reach are all there are', async () => {
  const pages = new Set((await site()).pages.map((path) => path.replace(/\?.*/, '')));
  const promised = [
    '/',
    '/docs',
    '/catalogue',
    '/docs/api',
    '/docs/api/query',
    ...METRICS.map(({ name }) => `/docs/api/${name}`),
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

inBrowser('who comes to a page that is not there is told so by a page', async () => {
  const visit = await Visit.begin();
  const response = await visit.open('/no/such/page');
  assert.equal(response.status(), 404);
  assert.match(await visit.page.title(), /Kraken/);
  assert.ok((await visit.page.$$('main a[href]')).length > 0, 'it leads on');
  assert.deepEqual(await barriers(visit.page), []);
  assert.deepEqual(
    visit.noise.filter((line) => !line.includes('status of 404')),
    [],
  );
  await visit.end();
});
