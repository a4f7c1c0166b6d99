import assert from 'node:assert/strict';
import { after } from 'node:test';
import { endBrowser, inBrowser, origin } from './in-browser.ts';
import { barriers, Visit } from './visit.ts';

/*
 * The consoles: that they work, under the policy of our pages, and shut nobody out.
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

/** What axe finds on a page in light and in dark. */
async function barriersIn(visit: Visit): Promise<string[]> {
  const found: string[] = [];
  for (const scheme of ['light', 'dark'] as const) {
    await visit.colorScheme(scheme);
    found.push(...(await barriers(visit.page)).map((line) => `${scheme}: ${line}`));
  }
  return found;
}

inBrowser('GraphiQL shuts nobody out where a link brings another query than that of before', async () => {
  const visit = await Visit.begin();
  await visit.open('/docs/graphiql');
  await visit.open('/docs/graphiql?query=%7B%20metrics%20%7B%20name%20%7D%20%7D');
  const editor = '.graphiql-query-editor .CodeMirror-code';
  await visit.page.waitForFunction(
    (editor) => document.querySelector(editor)?.textContent?.includes('metrics'),
    {},
    editor,
  );
  assert.deepEqual(await barriersIn(visit), []);
  await visit.end();
});

inBrowser('GraphiQL shuts nobody out, with an answer and its documentation open', async () => {
  const visit = await Visit.begin();
  const { page } = visit;
  await visit.open('/docs/graphiql');
  await page.waitForSelector('.graphiql-execute-button');
  assert.deepEqual(await barriersIn(visit), []);
  await page.click('.graphiql-execute-button');
  await page.waitForFunction(() =>
    document.querySelector<HTMLElement>('.graphiql-response')?.innerText.includes('"pageviewsPerArticle"'),
  );
  await page.click('.graphiql-sidebar button[aria-label^="Show Documentation"]');
  await page.waitForSelector('.graphiql-doc-explorer-content a');
  assert.deepEqual(await barriersIn(visit), []);
  await visit.end();
});

const ARTICLE = '/docs/api/pageviews-per-article';

inBrowser('the REST console leads to each path, and shows what one of them answers', async () => {
  const visit = await Visit.begin();
  const { page } = visit;
  await visit.open('/docs/api');
  await Promise.all([page.waitForNavigation(), page.click(`article a[href="${ARTICLE}"]`)]);
  await page.click('#try .button');
  await page.waitForFunction(() =>
    document.querySelector('[data-answer="body"]')?.textContent?.includes('"items"'),
  );
  const shown = await page.$eval('#answer', (answer) => ({
    status: answer.querySelector('[data-answer="status"]')?.textContent ?? '',
    url: answer.querySelector('[data-answer="url"]')?.textContent ?? '',
    headers: answer.querySelector('[data-answer="headers"]')?.textContent ?? '',
    body: answer.querySelector('[data-answer="body"]')?.textContent ?? '',
  }));
  assert.match(shown.status, /^200 OK, [\d,]+ characters, \d+ ms$/);
  assert.match(shown.headers, /^etag: /m);
  const asked = await fetch(origin() + shown.url);
  assert.deepEqual(JSON.parse(shown.body), await asked.json());
  await page.$$eval('main details', (all) => all.forEach((one) => (one.open = true)));
  assert.deepEqual(await barriersIn(visit), []);
  assert.deepEqual(visit.strangers, []);
  assert.deepEqual(visit.noise, []);
  await visit.end();
});

inBrowser('the REST console sends a body, and shows what is wrong with a request', async () => {
  const visit = await Visit.begin();
  const { page } = visit;
  await visit.open('/docs/api/query');
  await page.click('#try .button');
  await page.waitForFunction(() =>
    document.querySelector('[data-answer="body"]')?.textContent?.includes('"rows"'),
  );
  assert.deepEqual(visit.noise, []);
  await page.$eval(
    '#field-body',
    (field) => ((field as HTMLTextAreaElement).value = '{"metric": "nothing"}'),
  );
  await page.click('#try .button');
  await page.waitForFunction(() =>
    document.querySelector('[data-answer="status"]')?.textContent?.startsWith('400'),
  );
  assert.match(
    await page.$eval('[data-answer="body"]', ({ textContent }) => textContent ?? ''),
    /"parameter"/,
  );
  assert.deepEqual(await barriersIn(visit), []);
  await visit.end();
});

inBrowser('without a script the REST console leads to the answer itself', async () => {
  const visit = await Visit.begin();
  const { page } = visit;
  await page.setJavaScriptEnabled(false);
  await visit.load(ARTICLE);
  const [response] = await Promise.all([page.waitForNavigation(), page.click('#try .button')]);
  assert.equal(response?.status(), 200);
  assert.match(new URL(page.url()).pathname, /^\/metrics\/pageviews\/per-article\//);
  await visit.end();
});
