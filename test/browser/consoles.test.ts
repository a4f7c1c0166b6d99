import assert from 'node:assert/strict';
import { after } from 'node:test';
import { endBrowser, inBrowser } from './in-browser.ts';
import { Visit } from './visit.ts';

/*
 * The consoles, which others made: that they work here, under the policy of our pages.
 */

after(endBrowser);

inBrowser('GraphiQL knows the schema and shows what a query answers', async () => {
  const visit = await Visit.begin();
  const { page } = visit;
  await visit.open('/docs/graphiql');
  await page.waitForSelector('.graphiql-execute-button');
  await page.click('.graphiql-execute-button');
  await page.waitForFunction(() =>
    document.querySelector<HTMLElement>('.graphiql-response')?.innerText.includes('"pageviewsPerArticle"'),
  );
  await page.click('.graphiql-sidebar button[aria-label^="Show Documentation"]');
  await page.waitForSelector('.graphiql-doc-explorer-content a');
  assert.deepEqual(visit.noise, []);
  assert.deepEqual(visit.strangers, []);
  await visit.end();
});

inBrowser('the OpenAPI console lists the paths and asks one of them', async () => {
  const visit = await Visit.begin();
  const { page } = visit;
  await visit.open('/docs/api');
  const path = '.opblock-summary-path[data-path^="/metrics/unique-devices"]';
  await page.waitForSelector(path);
  await page.$eval(path, (element) => element.closest('button')?.click());
  await page.waitForSelector('.execute');
  await page.$eval('.execute', (button) => (button as HTMLElement).click());
  await page.waitForSelector('.live-responses-table tbody td.response-col_status');
  const status = await page.$eval('.live-responses-table tbody td.response-col_status', (cell) =>
    cell.textContent?.trim(),
  );
  assert.match(status ?? '', /^200/);
  assert.deepEqual(visit.strangers, []);
  assert.deepEqual(visit.noise, []);
  await visit.end();
});
