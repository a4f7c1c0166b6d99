import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { startGateway, type Gateway } from '../../support/gateway.ts';

/* What a question in the one language is told that has no rows. All numbers are made up for the tests. */

let gateway: Gateway;
before(async () => {
  gateway = await startGateway();
  await gateway.load(
    'edits-aggregate',
    ['en.wikipedia', 'de.wikipedia'].map((project) => ({
      project,
      'editor-type': 'all-editor-types',
      'page-type': 'all-page-types',
      granularity: 'monthly',
      results: ['2021-01', '2021-02'].map((month) => ({ timestamp: `${month}-01T00:00:00.000Z`, edits: 1 })),
    })),
  );
});
after(() => gateway.close());

async function hint(query: string): Promise<string> {
  const response = await gateway.get(`/query?metric=edits-aggregate&${query}`);
  assert.equal(response.status, 200, response.text);
  return (response.body as { hint?: string }).hint ?? '';
}

const TOTAL =
  /^The question names no project, so it asks for all-projects, for which nothing is loaded\. Name one of (en|de)\.wikipedia, (en|de)\.wikipedia, or put project into by\. Loaded for edits-aggregate: monthly numbers from 2021-01 to 2021-02\./;

void test('a total that nobody asked for is told as such, with the years that there are', async () => {
  assert.match(await hint('range=2021'), TOTAL);
  const late = await hint('range=2031');
  assert.match(late, TOTAL);
  assert.match(late, /The range asked for, 2031-01 to 2031-12, is after that\.$/);
});

void test('a project that was named is told as before', async () => {
  assert.match(
    await hint('range=2021&where.project=en.wikipdia'),
    /project en\.wikipdia: did you mean en\.wikipedia/,
  );
});
