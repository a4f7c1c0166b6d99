import assert from 'node:assert/strict';
import { setTimeout as sleep } from 'node:timers/promises';
import { describe, test } from 'node:test';
import fc from 'fast-check';
import { retract } from '../../../src/load/retract.ts';
import { METRICS } from '../../../src/metrics/index.ts';
import { startGateway, type Gateway } from '../../support/gateway.ts';

/* `asOf=TIME` answers what the same request answered then. All numbers are made up for the tests. */

const day = (i: number): string => `202401${String(i + 1).padStart(2, '0')}`;
const NAMES = ['Cat', 'Dog', 'Eel'] as const;
const PROJECTS = ['en.wikipedia', 'de.wikipedia'] as const;

type Step =
  | {
      readonly kind: 'days';
      readonly project: string;
      readonly complete: boolean;
      readonly rows: readonly (readonly [article: string, day: number, views: number])[];
    }
  | { readonly kind: 'month'; readonly project: string; readonly views: number }
  | { readonly kind: 'top'; readonly project: string; readonly views: readonly number[] }
  | { readonly kind: 'retract'; readonly where: Readonly<Record<string, readonly string[]>> };

const project = fc.constantFrom(...PROJECTS);
const step: fc.Arbitrary<Step> = fc.oneof(
  fc.record({
    kind: fc.constant('days' as const),
    project,
    complete: fc.boolean(),
    rows: fc
      .array(fc.tuple(fc.constantFrom(...NAMES), fc.nat(3), fc.nat(5)), { minLength: 1, maxLength: 6 })
      .map((rows) => [...new Map(rows.map((row) => [`${row[0]} ${row[1]}`, row])).values()]),
  }),
  fc.record({ kind: fc.constant('month' as const), project, views: fc.nat(99) }),
  fc.record({
    kind: fc.constant('top' as const),
    project,
    views: fc.array(fc.integer({ min: 1, max: 5 }), { minLength: 1, maxLength: 3 }),
  }),
  fc.record({
    kind: fc.constant('retract' as const),
    where: fc.constantFrom<Readonly<Record<string, readonly string[]>>[]>(
      {},
      { project: ['en.wikipedia'] },
      { article: ['Cat'] },
      { project: ['de.wikipedia'], article: ['Dog'] },
    ),
  }),
);

const views = { access: 'all-access', agent: 'user' };

async function change(gateway: Gateway, one: Step): Promise<void> {
  if (one.kind === 'days') {
    const items = one.rows.map(([article, on, count]) => ({
      project: one.project,
      article,
      granularity: 'daily',
      timestamp: `${day(on)}00`,
      ...views,
      views: count,
    }));
    return gateway.load('pageviews-per-article', items, { complete: one.complete });
  }
  if (one.kind === 'month') {
    const item = {
      project: one.project,
      article: 'Cat',
      granularity: 'monthly',
      timestamp: '2024010100',
      ...views,
      views: one.views,
    };
    return gateway.load('pageviews-per-article', [item]);
  }
  if (one.kind === 'top') {
    const articles = one.views.map((count, i) => ({ article: NAMES[i], views: count, rank: i + 1 }));
    return gateway.load('pageviews-top', [
      { project: one.project, access: 'all-access', year: '2024', month: '01', day: '01', articles },
    ]);
  }
  const metric = METRICS.find(({ name }) => name === 'pageviews-per-article') as (typeof METRICS)[number];
  const { store, warehouse } = gateway;
  await retract({
    metric,
    selection: { where: one.where },
    store,
    warehouse,
    holder: 'a test',
    waitMs: 30_000,
    signal: new AbortController().signal,
  });
  await gateway.app.road.watch.refresh();
}

const perArticle = (of: string, article: string, grain: string): string =>
  `/metrics/pageviews/per-article/${of}/all-access/user/${article}/${grain}/20240101/20240131`;
const PATHS = PROJECTS.flatMap((of) => [
  ...NAMES.map((name) => perArticle(of, name, 'daily')),
  `${perArticle(of, 'Cat', 'monthly')}?fill=null`,
  `${perArticle(of, 'Cat%7CDog', 'daily')}?fill=zero&sum=article`,
  `/metrics/pageviews/top/${of}/all-access/2024/01/01`,
]);

/** Questions of /query: of series that are read by key, and of those that only SQL can find. */
const QUERIES = [
  'where.article=Cat|Dog|Eel&by=article&grain=daily&range=2024-01-01..2024-01-05&fill=zero',
  'where.article=Cat&grain=monthly&range=2024-01&compare=previous',
  'where.article^=C&by=project&grain=daily&range=2024-01',
  'by=article&range=2024-01-01..2024-01-03&total=true',
].map(
  (rest) =>
    `/query?metric=pageviews-per-article&where.project=en.wikipedia&where.access=all-access&where.agent=user&${rest}`,
);

const graphql = (asOf: string): string => `{
  pageviewsPerArticle(project: "en.wikipedia", access: ALL_ACCESS, agent: USER, article: "Cat", grain: DAILY, start: "2024-01-01", end: "2024-01-31"${asOf}) { reason timestamps views }
  pageviewsTop(project: "en.wikipedia", access: ALL_ACCESS, date: "2024-01-01"${asOf}) { reason entries { article views rank } }
  query(input: { metric: "pageviews-per-article", by: ["article"], range: "2024-01", grain: "daily", where: [{ dimension: "project", values: ["en.wikipedia"] }, { dimension: "access", values: ["all-access"] }, { dimension: "agent", values: ["user"] }]${asOf} }) { coverage { start end complete } rows { timestamp dimensions { value } measures { value } } }
}`;

/** What is answered, without the problems' words, which may name what is loaded by now. */
async function served(gateway: Gateway, asOf?: number): Promise<unknown[]> {
  const time = asOf === undefined ? undefined : new Date(asOf).toISOString();
  const at = (path: string): string =>
    time === undefined ? path : `${path}${path.includes('?') ? '&' : '?'}asOf=${time}`;
  const byPath = PATHS.map(async (path) => {
    const response = await gateway.get(at(path));
    return response.status === 200 ? (response.body as object) : { status: response.status };
  });
  const byQuery = QUERIES.map(async (path) => {
    const response = await gateway.get(at(path));
    assert.equal(response.status, 200, response.text);
    const { rows, total, coverage, reason } = response.body as Record<string, unknown>;
    return { rows, total, coverage, reason };
  });
  const query = graphql(time === undefined ? '' : `, asOf: ${JSON.stringify(time)}`);
  const byGraphql = gateway.agent().post('/graphql').send({ query });
  const { data, errors } = (await byGraphql).body as { data: object; errors?: object };
  assert.equal(errors, undefined, JSON.stringify(errors));
  return [...(await Promise.all(byPath)), ...(await Promise.all(byQuery)), data];
}

void describe('asOf', () => {
  void test(
    'answers, for each moment, what was served at that moment, whatever changed since',
    { timeout: 600_000 },
    async () =>
      fc.assert(
        fc.asyncProperty(fc.array(step, { minLength: 2, maxLength: 6 }), async (steps) => {
          const gateway = await startGateway();
          try {
            // From here on, each table has a history.
            await change(gateway, {
              kind: 'days',
              project: 'fr.wikipedia',
              complete: false,
              rows: [['Cat', 0, 1]],
            });
            await change(gateway, { kind: 'top', project: 'fr.wikipedia', views: [1] });
            const moments: { readonly at: number; readonly was: readonly unknown[] }[] = [];
            for (const one of steps) {
              await change(gateway, one);
              await sleep(3);
              moments.push({ at: Date.now(), was: await served(gateway) });
              await sleep(3);
            }
            for (const { at, was } of moments) assert.deepEqual(await served(gateway, at), was);
          } finally {
            await gateway.close();
          }
        }),
        { numRuns: 15 },
      ),
  );
});
