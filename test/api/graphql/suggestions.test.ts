import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { startGateway, type Gateway } from '../../support/gateway.ts';
import { post } from './ask.ts';

let gateway: Gateway;
before(async () => {
  gateway = await startGateway();
});
after(() => gateway.close());

async function messages(query: string, variables?: object): Promise<string> {
  const { errors } = await post(gateway, query, variables ? { variables } : {});
  return errors.map(({ message }) => message).join('\n');
}

const ARTICLE = 'project: "en.wikipedia", article: "A", start: "2024-01-01"';

void test('an argument that REST or an entity calls otherwise is told its name here', async () => {
  assert.equal(
    await messages(`{ pageviewsPerArticle(${ARTICLE}, granularity: DAILY) { views } }`),
    'Unknown argument "granularity" on field "Query.pageviewsPerArticle". Did you mean "grain"?',
  );
  assert.match(
    await messages(`{ project(name: "en.wikipedia") { uniqueDevices(granularity: DAILY) { devices } } }`),
    /"Project\.uniqueDevices"\. Did you mean "grain"\?/,
  );
  assert.match(
    await messages('{ pageviewsTop(project: "en.wikipedia", start: "2024-01-01") { date } }'),
    /Unknown argument "start".* Did you mean "date"\?/,
  );
  assert.match(await messages('{ project(project: "en.wikipedia") { name } }'), /Did you mean "name"\?/);
  assert.match(await messages('{ projects(project: ["a"]) { name } }'), /Did you mean "names"\?/);
  assert.match(
    await messages(`{ pageviewsPerArticle(${ARTICLE}) { granularity } }`),
    /Cannot query field "granularity".* Did you mean "grain"\?/,
  );
});

void test('a question’s member likewise, and a dimension is told where it belongs', async () => {
  const input = { metric: 'edits-aggregate', range: '2024' };
  const byVariable = (more: object): Promise<string> =>
    messages('query ($input: QueryInput!) { query(input: $input) { query } }', {
      input: { ...input, ...more },
    });
  const literally = (more: string): Promise<string> =>
    messages(`{ query(input: {metric: "edits-aggregate", range: "2024", ${more}}) { query } }`);
  for (const text of [await byVariable({ granularity: 'daily' }), await literally('granularity: "daily"')])
    assert.match(text, /Field "granularity" is not defined by type "QueryInput"\. Did you mean "grain"\?$/);
  for (const text of [await byVariable({ project: 'a' }), await literally('project: "a"')])
    assert.match(text, /"QueryInput"\. Write where: \[\{dimension: "project", values: …\}\]\.$/);
  assert.match(await literally('editorType: "user"'), /dimension: "editor-type"/);
  assert.match(
    await messages('{ query(input: {metric: "editsAggregate", range: "2024"}) { query } }'),
    /did you mean edits-aggregate\?$/,
  );
});

void test('a name as REST spells it is told how GraphQL does', async () => {
  assert.match(
    await messages(`{ pageviews-per-article(${ARTICLE}) { views } }`),
    /^Syntax Error: .* GraphQL writes pageviews-per-article as pageviewsPerArticle\.$/,
  );
  assert.match(
    await messages('{ uniqueDevices(access-site: DESKTOP_SITE) { devices } }'),
    /GraphQL writes access-site as accessSite\.$/,
  );
  assert.match(
    await messages(`{ pageviews_per_article(${ARTICLE}) { views } }`),
    /Did you mean "pageviewsPerArticle"/,
  );
  assert.match(
    await messages(`{ pageviewsPerArticle(${ARTICLE}, access: "all-access") { views } }`),
    /Did you mean the enum value "ALL_ACCESS"\?/,
  );
});

void test('a grain in the spelling of enums is told that a question takes a text', async () => {
  const asked = (grain: string): string =>
    `{ query(input: {metric: "edits-aggregate", range: "2024", grain: ${grain}}) { query } }`;
  assert.match(await messages(asked('DAILY')), /: DAILY Here it is a text: "daily"\.$/);
  assert.equal(await messages(asked('"DAILY"')), '');
});

void test('what is near to nothing is said once, and nothing is added to it', async () => {
  assert.equal(
    await messages('{ metrics { nothingLikeIt } }'),
    'Cannot query field "nothingLikeIt" on type "Metric".',
  );
  assert.match(await messages('{ - }'), /^Syntax Error: [^.]*\.?$/);
});
