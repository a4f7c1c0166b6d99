import assert from 'node:assert/strict';
import { after, before, mock, test } from 'node:test';
import { KnownDocuments } from '../../../src/api/graphql/known-documents.ts';
import { startGateway, type Gateway } from '../../support/gateway.ts';
import { articleDay, topDay } from './ask.ts';

/* A document that was answered is answered again without Apollo, and nobody can tell. */

const answers = mock.method(KnownDocuments.prototype, 'answer');
let gateway: Gateway;
before(async () => {
  // Without kept answers, each request is executed.
  gateway = await startGateway({
    flags: { answerCacheMb: '0' },
    clock: { now: () => Date.UTC(2024, 1, 10) },
  });
  await gateway.load('pageviews-per-article', [
    articleDay('Ada', '2024-01-30', 1),
    articleDay('Ada', '2024-01-31', 3),
    articleDay('Bob', '2024-01-30', 2),
  ]);
  await gateway.load('pageviews-top', [topDay('en.wikipedia', '2024-01-31', ['Bob', 'Ada'])]);
});
after(async () => {
  answers.mock.restore();
  await gateway.close();
});

interface Sent {
  readonly status: number;
  readonly headers: Record<string, unknown>;
  readonly text: string;
}
type Answered = Sent & { readonly isDirect: boolean };

/** Posts an operation. @returns the answer, and whether it was given without Apollo */
const post = (body: object): Promise<Answered> => sent(gateway.agent().post('/graphql').send(body));

/** Asks by a URL. Members of an operation that are no texts are written as JSON. */
function get(operation: object): Promise<Answered> {
  const parameters = Object.entries(operation).map(([name, value]): [string, string] => [
    name,
    typeof value === 'string' ? value : JSON.stringify(value),
  ]);
  return sent(gateway.agent().get(`/graphql?${new URLSearchParams(parameters).toString()}`));
}

async function sent(request: PromiseLike<Sent>): Promise<Answered> {
  answers.mock.resetCalls();
  const { status, headers, text } = await request;
  const given: unknown = await answers.mock.calls.at(-1)?.result;
  return { status, headers: { ...headers, date: undefined }, text, isDirect: given !== undefined };
}

const VIEWS = `query Views($article: String!, $start: String = "2024-01-30") {
  pageviewsPerArticle(project: "en.wikipedia", article: $article, start: $start, end: "2024-01-31") {
    article timestamps(time: ISO) views ...Rows reason hint
  }
}
fragment Rows on PageviewsPerArticle { __typename items { timestamp views } }
query Best { pageviewsTop(project: "en.wikipedia", date: "2024-01-31", first: 1) { entries { article views
  pageviewsPerArticle(agent: ALL_AGENTS, start: "2024-01-30") { views } } } }`;
const VIEWS_OF = (article: string, rest: object = {}): object => ({
  query: VIEWS,
  operationName: 'Views',
  variables: { article, ...rest },
});

test('the bytes, the status and the headers are the same as those of Apollo', async () => {
  for (const body of [
    VIEWS_OF('Ada'),
    VIEWS_OF('Bob'),
    VIEWS_OF('Nobody'),
    VIEWS_OF('Ada', { start: 'latest' }),
    { query: VIEWS, operationName: 'Best' },
    { query: '{ catalogue: metrics { name } __schema { queryType { name } } }' },
  ]) {
    const first = await post({ ...body, extensions: {} });
    const once = await post(body);
    const again = await post(body);
    assert.equal(first.isDirect, false);
    assert.equal(once.status, 200, once.text);
    assert.equal(again.isDirect, true);
    assert.deepEqual({ ...once, isDirect: undefined }, { ...first, isDirect: undefined });
    assert.deepEqual({ ...again, isDirect: undefined }, { ...first, isDirect: undefined });
  }
});

test('a GET is answered as Apollo would, also with how long it may be kept', async () => {
  for (const operation of [VIEWS_OF('Ada'), VIEWS_OF('Ada', { start: 'latest' }), VIEWS_OF('Nobody')]) {
    await post(operation);
    const [byApollo, direct] = [await get({ ...operation, extensions: {} }), await get(operation)];
    assert.deepEqual([byApollo.isDirect, direct.isDirect], [false, true]);
    assert.match(String(direct.headers['cache-control']), /^s-maxage=\d+/);
    assert.deepEqual({ ...direct, isDirect: undefined }, { ...byApollo, isDirect: undefined });
  }
  for (const wrong of [{ variables: 'x' }, { variables: '[1]' }, { variables: '' }])
    assert.equal((await get({ ...VIEWS_OF('Ada'), ...wrong })).isDirect, false);
});

test('new variables of a known document need no Apollo', async () => {
  await post(VIEWS_OF('Ada'));
  const { isDirect, text } = await post(VIEWS_OF('Bob', { start: '2024-01-31' }));
  assert.ok(isDirect);
  assert.match(text, /"article":"Bob"/);
});

test('mistakes are told by Apollo, as they are for unknown documents', async () => {
  await post(VIEWS_OF('Ada'));
  for (const [body, code] of [
    [{ query: VIEWS, operationName: 'Views' }, 'BAD_USER_INPUT'],
    [VIEWS_OF('Ada', { article: 7 }), 'BAD_USER_INPUT'],
    [VIEWS_OF('Ada', { start: 'soon' }), 'INVALID_PARAMETER'],
    [{ query: VIEWS, operationName: 'Other' }, 'OPERATION_RESOLUTION_FAILURE'],
    [{ query: VIEWS, variables: { article: 'Ada' } }, 'OPERATION_RESOLUTION_FAILURE'],
    [{ query: `${VIEWS} {` }, 'GRAPHQL_PARSE_FAILED'],
  ] as const) {
    const { isDirect, text } = await post(body);
    assert.equal(isDirect, false, text);
    assert.match(text, new RegExp(`"code":"${code}"`));
  }
});

test('a document that was refused is not known', async () => {
  const unknown = { query: '{ pageviewsPerArticles { views } }' };
  for (let i = 0; i < 3; i++) assert.equal((await post(unknown)).isDirect, false);
});
