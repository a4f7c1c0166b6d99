import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { after, before, describe, test } from 'node:test';
import { setTimeout as sleep } from 'node:timers/promises';
import { ApolloClient, ApolloLink, gql, HttpLink, InMemoryCache, Observable } from '@apollo/client/core';
import { buildSchema, OperationTypeNode, parse, print, validate } from 'graphql';
import { createClient, type Client, type ExecutionResult } from 'graphql-sse';
import { listen } from '../api/listen/events.ts';
import { day, METRIC } from '../api/listen/rows.ts';
import { startGateway, type Gateway } from '../support/gateway.ts';

/* Real clients of GraphQL's subscriptions. */

const VIEWS = `subscription Views($article: String!) {
  pageviewsPerArticle(
    project: "en.wikipedia", article: $article, access: ALL_ACCESS, agent: USER
    start: "2024-01-01", end: "2024-01-31"
  ) { timestamps views reason }
}`;

let gateway: Gateway;
let base: string;
before(async () => {
  gateway = await startGateway();
  base = await listen(gateway);
  await gateway.load(METRIC, [day('Cat', 1, 5), day('Cat', 2, 6)]);
});
after(() => gateway.close());

describe('the client graphql-sse', () => {
  let client: Client;
  before(() => (client = createClient({ url: `${base}/graphql`, retryAttempts: 0 })));
  after(() => client.dispose());

  test('gets the answer at once, and again when it has changed', async () => {
    const results = client.iterate({ query: VIEWS, variables: { article: 'Cat' } });
    const first = await results.next();
    assert.deepEqual(viewsOf(first.value), [5, 6]);
    await gateway.load(METRIC, [day('Cat', 3, 7)]);
    assert.deepEqual(viewsOf((await results.next()).value), [5, 6, 7]);
    await gateway.load(METRIC, [day('Cat', 1, 4)]);
    assert.deepEqual(viewsOf((await results.next()).value), [4, 6, 7]);
    await results.return?.();
  });

  test('gets a mistake as a result, and the end', async () => {
    for (const query of ['subscription { nothing }', 'subscription {', VIEWS, 'mutation { x }']) {
      const results: ExecutionResult[] = [];
      for await (const result of client.iterate({ query })) results.push(result as ExecutionResult);
      assert.equal(results.length, 1, query);
      assert.ok((results[0]?.errors?.length ?? 0) > 0, query);
    }
  });

  test('gets the answer to a query once, and the end', async () => {
    const results: unknown[] = [];
    const query = VIEWS.replace('subscription', 'query');
    for await (const result of client.iterate({ query, variables: { article: 'Cat' } }))
      results.push(viewsOf(result));
    assert.deepEqual(results, [[4, 6, 7]]);
  });
});

describe('graphql-sse comes back by itself, and gets the newest answer', () => {
  const patient = (url: string, onConnect: () => void): Client =>
    createClient({
      url,
      retryAttempts: 100,
      retry: () => sleep(50),
      on: { connecting: onConnect },
    });

  test('when connections end because of their age', async () => {
    const short = await startGateway({ flags: { listenerLifetimeS: '1' } });
    await short.load(METRIC, [day('Cat', 1, 5)]);
    let connections = 0;
    const client = patient(`${await listen(short)}/graphql`, () => connections++);
    const results = client.iterate({ query: VIEWS, variables: { article: 'Cat' } });
    for (let i = 0; i < 3; i++) assert.deepEqual(viewsOf((await results.next()).value), [5]);
    assert.ok(connections >= 3);
    client.dispose();
    await short.close();
  });

  test('when its server is replaced', async () => {
    const first = await startGateway();
    await first.load(METRIC, [day('Cat', 1, 5)]);
    const url = await listen(first);
    const client = patient(`${url}/graphql`, () => undefined);
    const results = client.iterate({ query: VIEWS, variables: { article: 'Cat' } });
    assert.deepEqual(viewsOf((await results.next()).value), [5]);
    first.app.drain();
    await first.close();
    const second = await startGateway();
    await second.load(METRIC, [day('Cat', 1, 6)]);
    await second.app.api.listen({ host: '127.0.0.1', port: Number(new URL(url).port) });
    assert.deepEqual(viewsOf((await results.next()).value), [6]);
    client.dispose();
    await second.close();
  });
});

describe('the client of Apollo with a link to graphql-sse', () => {
  test('gets the answer at once, and again when it has changed', async () => {
    const sse = createClient({ url: `${base}/graphql`, retryAttempts: 0 });
    const subscriptions = new ApolloLink(
      ({ query, operationName, variables }) =>
        new Observable<ApolloLink.Result>((sink) =>
          sse.subscribe(
            { query: print(query), operationName, variables },
            {
              next: (result) => sink.next(result as ApolloLink.Result),
              error: (error) => sink.error(error),
              complete: () => sink.complete(),
            },
          ),
        ),
    );
    const link = ApolloLink.split(
      ({ operationType }) => operationType === OperationTypeNode.SUBSCRIPTION,
      subscriptions,
      new HttpLink({ uri: `${base}/graphql` }),
    );
    const client = new ApolloClient({ link, cache: new InMemoryCache() });
    const got: unknown[] = [];
    let wake = (): void => undefined;
    const subscription = client
      .subscribe({ query: gql(VIEWS), variables: { article: 'Dog' } })
      .subscribe((result) => {
        got.push(viewsOf(result));
        wake();
      });
    const until = async (count: number): Promise<unknown[]> => {
      while (got.length < count) await new Promise<void>((resolve) => (wake = resolve));
      return got;
    };
    assert.deepEqual(await until(1), [[]]);
    await gateway.load(METRIC, [day('Dog', 1, 1)]);
    assert.deepEqual(await until(2), [[], [1]]);
    subscription.unsubscribe();
    const query = gql(VIEWS.replace('subscription', 'query'));
    const { data } = await client.query({ query, variables: { article: 'Dog' } });
    assert.deepEqual(viewsOf({ data }), [1]);
    client.stop();
    sse.dispose();
  });
});

test('the operations of the guide are valid', () => {
  const schema = buildSchema(readFileSync('schema/api.graphql', 'utf8'));
  const guide = readFileSync('docs/subscriptions.md', 'utf8');
  const operations = [
    ...guide.matchAll(/```graphql\n([\s\S]+?)```/g),
    ...guide.matchAll(/[`"] ?(subscription \{ .+ \})["`]/g),
  ].map(([, text = '']) => text.replaceAll('\\"', '"'));
  assert.equal(operations.length, 3);
  for (const text of operations) assert.deepEqual(validate(schema, parse(text)), [], text);
});

function viewsOf(result: unknown): unknown {
  const { data, errors } = result as ExecutionResult<{ pageviewsPerArticle: { views: number[] } }>;
  assert.deepEqual(errors, undefined);
  return data?.pageviewsPerArticle.views;
}
