import assert from 'node:assert/strict';
import type supertest from 'supertest';
import type { Gateway } from '../../support/gateway.ts';

/** An answer of /graphql, as far as tests look into it. */
export interface Reply {
  readonly status: number;
  readonly headers: Readonly<Record<string, string>>;
  readonly data: Readonly<Record<string, never>> | null | undefined;
  readonly errors: readonly GraphqlFault[];
  readonly cost: number | undefined;
}

export interface GraphqlFault {
  readonly message: string;
  readonly path?: readonly (string | number)[];
  readonly extensions: Readonly<Record<string, unknown>>;
}

interface Body {
  data?: Record<string, never> | null;
  errors?: GraphqlFault[];
  extensions?: { cost?: number };
}

export async function post(gateway: Gateway, query: string, rest: object = {}): Promise<Reply> {
  return replyOf(
    await gateway
      .agent()
      .post('/graphql')
      .send({ query, ...rest }),
  );
}

export async function get(gateway: Gateway, query: string, variables?: object): Promise<Reply> {
  const parameters = { query, ...(variables ? { variables: JSON.stringify(variables) } : {}) };
  return replyOf(await gateway.agent().get('/graphql').query(parameters));
}

/**
 * Asks, and expects no errors. It asks twice, in other bytes, so that no kept answer is given: Apollo answers first, and
 * then Kraken's own execution of the document, which is known by then. Nobody can tell them apart.
 */
export async function ask(
  gateway: Gateway,
  query: string,
  variables: object = {},
): Promise<Record<string, never>> {
  const body = JSON.stringify({ query, variables });
  const send = async (text: string): Promise<supertest.Response> =>
    gateway.agent().post('/graphql').set('content-type', 'application/json').send(text);
  const [first, second] = [await send(body), await send(`${body} `)];
  assert.equal(second.text, first.text);
  const { status, data, errors } = replyOf(first);
  assert.deepEqual(errors, []);
  assert.equal(status, 200);
  return data as Record<string, never>;
}

function replyOf(response: supertest.Response): Reply {
  const body = response.body as Body;
  return {
    status: response.status,
    headers: response.headers,
    data: body.data,
    errors: body.errors ?? [],
    cost: body.extensions?.cost,
  };
}

/** A day's row of an article. */
export function articleDay(article: string, day: string, views: number, project = 'en.wikipedia'): object {
  const [access, agent] = ['all-access', 'all-agents'];
  return {
    project,
    article,
    granularity: 'daily',
    timestamp: `${day.replaceAll('-', '')}00`,
    access,
    agent,
    views,
  };
}

/** The day's list of a project. */
export function topDay(project: string, day: string, articles: readonly string[]): object {
  const [year, month, date] = day.split('-');
  const ranked = articles.map((article, i) => ({ article, views: 10_000 - i, rank: i + 1 }));
  return { project, access: 'all-access', year, month, day: date, articles: ranked };
}
