import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { Faults } from '../../support/faults.ts';
import { startGateway, type Gateway } from '../../support/gateway.ts';
import { articleDay, get, post, type Reply } from './ask.ts';

const NOW = Date.UTC(2024, 1, 10);
const faults = new Faults();
let gateway: Gateway;
before(async () => {
  gateway = await startGateway({
    // Without cached cells, each execution reads.
    flags: { cellCacheMb: '0' },
    wrapStore: (store) => faults.store(store),
    clock: { now: () => NOW },
  });
  await gateway.load('pageviews-per-article', [
    articleDay('Ada', '2024-01-30', 1),
    articleDay('Bob', '2024-01-30', 2),
  ]);
});
after(() => gateway.close());

const QUERY = (start = '"2024-01-30"'): string =>
  `query ($article: String!) {
    pageviewsPerArticle(project: "en.wikipedia", article: $article, start: ${start}, end: "2024-01-31") { timestamps views }
  }`;

/** Counts how often something reads. */
async function readsOf(work: () => Promise<unknown>): Promise<number> {
  const before = faults.reads.length;
  await work();
  return faults.reads.length - before;
}

/** Executes something twice. @returns its first answer */
async function twice(execute: () => Promise<Reply>): Promise<Reply> {
  const dateless = ({ headers, ...reply }: Reply): object => ({
    ...reply,
    headers: { ...headers, date: undefined },
  });
  const first = await execute();
  assert.deepEqual(first.errors, []);
  let second = first;
  const reads = await readsOf(async () => (second = await execute()));
  assert.equal(reads, 0);
  assert.deepEqual(dateless(second), dateless(first));
  return first;
}

void test('an operation with the same variables is executed once, by POST and by GET, until its data change', async () => {
  const variables = { article: 'Ada' };
  const posted = await twice(() => post(gateway, QUERY(), { variables }));
  const got = await twice(() => get(gateway, QUERY(), variables));
  assert.deepEqual([got.data, got.cost], [posted.data, posted.cost]);
  const other = await post(gateway, QUERY(), { variables: { article: 'Bob' } });
  assert.notDeepEqual(other.data, posted.data);
  await gateway.load('pageviews-per-article', [articleDay('Ada', '2024-01-31', 3)]);
  const now = await post(gateway, QUERY(), { variables });
  assert.deepEqual(now.data, {
    pageviewsPerArticle: { timestamps: ['2024013000', '2024013100'], views: [1, 3] },
  });
});

void test('an answer to GET has an entity tag, and who has it already gets a 304', async () => {
  const url = `/graphql?query=${encodeURIComponent(QUERY())}&variables=${encodeURIComponent('{"article":"Bob"}')}`;
  const [first, second] = [await gateway.get(url), await gateway.get(url)];
  const { etag } = first.headers as { etag: string };
  assert.match(etag, /^"[0-9a-f]+"$/);
  const { date: _, ...headers } = first.headers as Record<string, string>;
  const { date: _again, ...same } = second.headers as Record<string, string>;
  assert.deepEqual([same, second.text], [headers, first.text]);
  const known = await gateway.get(url).set('if-none-match', etag);
  assert.deepEqual([known.status, known.text], [304, '']);
  const { headers: ofPost } = await post(gateway, QUERY(), { variables: { article: 'Bob' } });
  assert.equal(ofPost['etag'], undefined);
});

void test('what the time alone can change, and what failed, is executed again', async () => {
  const variables = { article: 'Ada' };
  const moving = (): Promise<unknown> => post(gateway, QUERY('"-30d"'), { variables });
  await moving();
  assert.equal(await readsOf(moving), 1);
  const failing = { query: QUERY('"2024-01-29"'), rest: { variables } };
  faults.mode = 'failing';
  const { errors } = await post(gateway, failing.query, failing.rest);
  assert.equal(errors[0]?.extensions['code'], 'UNAVAILABLE');
  faults.mode = 'fine';
  const { errors: none, data } = await post(gateway, failing.query, failing.rest);
  assert.deepEqual([none.length, data?.['pageviewsPerArticle'] === null], [0, false]);
});
