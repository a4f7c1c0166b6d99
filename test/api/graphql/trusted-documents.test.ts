import assert from 'node:assert/strict';
import { hash } from 'node:crypto';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, test } from 'node:test';
import { DocumentError, readTrustedDocuments } from '../../../src/api/graphql/trusted-documents.ts';
import { startGateway, type Gateway } from '../../support/gateway.ts';
import { articleDay, ask, post } from './ask.ts';

/* An operator keeps documents in a folder. Clients name them. */

const VIEWS = `query Views($article: String!) {
  pageviewsPerArticle(project: "en.wikipedia", article: $article, start: "2024-01-30", end: "2024-01-31") { views }
}
`;
const folder = mkdtempSync(join(tmpdir(), 'kraken-documents-'));
const ANSWER = { pageviewsPerArticle: { views: [1] } };
let open: Gateway;
let strict: Gateway;

before(async () => {
  writeFileSync(join(folder, 'views.graphql'), VIEWS);
  writeFileSync(join(folder, 'names.graphql'), '{ metrics { name } }');
  writeFileSync(join(folder, 'README.md'), 'About these documents.');
  const flags = { graphqlDocuments: folder };
  open = await startGateway({ flags });
  strict = await startGateway({ flags: { ...flags, graphqlDocumentsOnly: 'true' } });
  for (const gateway of [open, strict])
    await gateway.load('pageviews-per-article', [articleDay('Ada', '2024-01-30', 1)]);
});
after(async () => {
  await Promise.all([open.close(), strict.close()]);
  rmSync(folder, { recursive: true });
});

interface Named {
  readonly status: number;
  readonly body: {
    readonly data?: unknown;
    readonly detail?: string;
    readonly parameter?: string;
    readonly allowed?: readonly string[];
  };
}

const named = async (gateway: Gateway, documentId: unknown): Promise<Named> =>
  gateway
    .agent()
    .post('/graphql')
    .send({ documentId, variables: { article: 'Ada' } });

void test('a document is named by its file, or by the digest of its text, by POST and by GET', async () => {
  const digest = `sha256:${hash('sha256', VIEWS, 'hex')}`;
  for (const gateway of [open, strict]) {
    for (const id of ['views', digest, 'views']) {
      const { status, body } = await named(gateway, id);
      assert.deepEqual([status, body.data], [200, ANSWER]);
      const variables = encodeURIComponent('{"article":"Ada"}');
      const got = await gateway.get(`/graphql?documentId=${encodeURIComponent(id)}&variables=${variables}`);
      assert.deepEqual((got.body as { data: unknown }).data, ANSWER);
      assert.match(String(got.headers['etag']), /^"/);
    }
  }
});

void test('a subscription names one, too', async () => {
  const { text } = await strict
    .agent()
    .post('/graphql')
    .set('accept', 'text/event-stream')
    .send({ documentId: 'views', variables: { article: 'Ada' } });
  assert.match(text, /"views":\[1\]/);
});

void test('several operations of one request can each name one', async () => {
  const { text } = await strict
    .agent()
    .post('/graphql')
    .send([{ documentId: 'names' }, { documentId: 'views', variables: { article: 'Ada' } }]);
  assert.deepEqual((JSON.parse(text) as { data: unknown }[])[1]?.data, ANSWER);
});

void test('a wrong name is told, with the one that is meant', async () => {
  for (const [id, detail] of [
    ['view', /view is no document of this server: did you mean views\?/],
    [7, /This is no document/],
    ['sha256:00', /is no document/],
  ] as const) {
    const { status, body } = await named(open, id);
    assert.equal(status, 400);
    assert.match(body.detail ?? '', detail);
    assert.equal(body.parameter, 'documentId');
    assert.deepEqual(body.allowed, ['names', 'views']);
  }
});

void test('other documents are answered, unless the operator answers none but those kept', async () => {
  assert.ok(await ask(open, '{ metrics { name } }'));
  // The text of one that is kept is as good as its name.
  assert.ok(await ask(strict, '{ metrics { name } }'));
  for (const query of ['{ metrics { title } }', '{ __schema { queryType { name } } }']) {
    const { status, data } = await post(strict, query);
    assert.deepEqual([status, data], [400, undefined]);
  }
  assert.equal((await strict.get('/graphql?query=%7Bmetrics%7Btitle%7D%7D')).status, 400);
});

void test('a file that can’t be parsed is told at the start, with the place', async () => {
  const broken = mkdtempSync(join(tmpdir(), 'kraken-documents-'));
  try {
    await assert.rejects(readTrustedDocuments(broken, false), DocumentError);
    writeFileSync(join(broken, 'half.graphql'), 'query {\n  metrics {');
    await assert.rejects(
      readTrustedDocuments(broken, false),
      /half\.graphql, line 2, column \d+: Syntax Error/,
    );
    await assert.rejects(
      readTrustedDocuments(join(broken, 'missing'), false),
      /missing of GraphQL documents can't be read/,
    );
  } finally {
    rmSync(broken, { recursive: true });
  }
});
