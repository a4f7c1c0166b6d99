import { after, before, describe, it } from 'node:test';
import fc from 'fast-check';
import { METRICS } from '../../../src/metrics/index.ts';
import { Hostile } from './hostile.ts';
import {
  dimension,
  encoded,
  json,
  measure,
  name,
  objectOf,
  often,
  queryOf,
  question,
  text,
} from './inputs.ts';

const RUNS = 150;

describe('No input of a caller is a failure of the server, and none counts as one of an engine', () => {
  let hostile: Hostile;
  before(async () => {
    hostile = await Hostile.start();
  });
  after(() => hostile.gateway.close());

  const refuses = async (method: 'GET' | 'POST', url: string, payload?: string): Promise<void> => {
    await hostile.send(method, url, payload);
  };
  const asksGraphql = async (query: string, variables: unknown): Promise<void> => {
    await hostile.graphql(query, variables);
  };
  const check = (property: fc.IRawProperty<unknown, true>): Promise<void> =>
    fc.assert(property, { numRuns: RUNS });

  it('is none as a question by POST', () =>
    check(fc.asyncProperty(question, (asked) => refuses('POST', '/query', JSON.stringify(asked)))));

  it('is none as any JSON by POST', () =>
    check(
      fc.asyncProperty(
        fc.constantFrom(
          '/query',
          '/graphql',
          '/grafana/query',
          '/grafana/variable',
          '/grafana/metric-payload-options',
          '/grafana/tag-values',
          '/grafana/metrics',
        ),
        json,
        (url, body) => refuses('POST', url, JSON.stringify(body)),
      ),
    ));

  it('is none as a question in a URL', () =>
    check(
      fc.asyncProperty(
        fc.array(
          fc.tuple(
            fc.oneof(
              fc.constantFrom(
                'metric',
                'by',
                'grain',
                'range',
                'measures',
                'order',
                'limit',
                'cursor',
                'total',
                'compare',
                'fill',
                'format',
                'time',
                'names',
                'download',
                'query',
              ),
              dimension.map((one) => `where.${one}`),
              text,
            ),
            fc.oneof(text, name, measure),
          ),
          { maxLength: 6 },
        ),
        name,
        (parameters, metric) =>
          refuses('GET', `/query?${queryOf([['metric', metric], ['range', '2024'], ...parameters])}`),
      ),
    ));

  it('is none as a path of a metric, in any form', () =>
    check(
      fc.asyncProperty(
        fc.constantFrom(...METRICS),
        fc.array(text, { minLength: 8, maxLength: 8 }),
        fc.array(fc.boolean(), { minLength: 8, maxLength: 8 }),
        fc.constantFrom('/metrics', '/api/rest_v1/metrics', '/limn/data/datafiles', '/embed', '/docs/api'),
        fc.constantFrom(
          '',
          '.csv',
          '.json',
          '.svg',
          '.ndjson',
          '?fill=zero',
          '?format=metadata',
          '?sum=project',
          '?shape=wide&format=csv',
          '?format=svg&scale=log&measure=constructor',
          '?format=csv&time=iso&names=true',
        ),
        (metric, texts, wrong, prefix, suffix) => {
          let at = 0;
          const example = metric.examples[0] ?? {};
          const path = metric.path.replace(/\{([^}]+)\}/g, (_, parameter: string) => {
            const i = at++;
            return encoded(wrong[i] ? (texts[i] as string) : (example[parameter] ?? ''));
          });
          return refuses('GET', prefix + path + suffix);
        },
      ),
    ));

  it('is none in the pages and the catalogue', () =>
    check(
      fc.asyncProperty(
        fc.oneof(
          fc.tuple(name, dimension).map(([one, other]) => `/catalogue/${one}/values/${other}`),
          fc.constantFrom('/', '/docs', '/docs/metrics', '/catalogue', '/dashboards', '/docs/graphiql'),
          text.map((one) => `/docs/metrics/${encoded(one)}`),
          text.map((one) => `/docs/api/${encoded(one)}`),
          text.map((one) => `/dashboards/${encoded(one)}`),
          text.map((one) => `/limn/graphs/${encoded(one)}.json`),
          text.map((one) => `/limn/datasources/${encoded(one)}.json`),
          text.map((one) => `/embed/${encoded(one)}`),
        ),
        fc.array(
          fc.tuple(
            fc.oneof(
              dimension,
              fc.constantFrom(
                'metric',
                'measure',
                'view',
                'compare',
                'was',
                'start',
                'end',
                'granularity',
                'year',
                'month',
                'day',
                'prefix',
                'limit',
              ),
            ),
            fc.oneof(text, name),
          ),
          { maxLength: 5 },
        ),
        (path, parameters) => refuses('GET', `${path}?${queryOf(parameters)}`),
      ),
    ));

  it('is none as a panel of Grafana', () =>
    check(
      fc.asyncProperty(
        fc.array(
          fc.record({
            target: often(name),
            refId: often(fc.constant('A')),
            payload: often(
              fc
                .array(
                  fc.tuple(
                    fc.oneof(dimension, fc.constantFrom('granularity', 'measure', 'label')),
                    often(fc.oneof(text, fc.array(text, { maxLength: 3 }))),
                  ),
                  { maxLength: 4 },
                )
                .map(objectOf),
            ),
          }),
          { maxLength: 3 },
        ),
        often(fc.constant({ from: '2015-01-01T00:00:00Z', to: '2024-12-31T00:00:00Z' })),
        often(
          fc.array(fc.record({ key: often(dimension), operator: fc.constant('='), value: often(text) }), {
            maxLength: 2,
          }),
        ),
        (targets, panelRange, filters) =>
          refuses('POST', '/grafana/query', JSON.stringify({ targets, range: panelRange, filters })),
      ),
    ));

  it('is none as an input of GraphQL', () =>
    check(
      fc.asyncProperty(
        fc.record(
          {
            metric: often(name),
            range: often(fc.constantFrom('2024', 'latest', '2015-07..2015-12')),
            where: often(
              fc.array(
                fc.record(
                  {
                    dimension: often(dimension),
                    values: often(fc.array(text, { maxLength: 2 })),
                    prefix: often(text),
                  },
                  { requiredKeys: ['dimension'] },
                ),
                { maxLength: 3 },
              ),
            ),
            by: often(fc.array(dimension, { maxLength: 2 })),
            grain: often(fc.constantFrom('daily', 'monthly')),
            order: often(fc.array(fc.record({ by: often(measure) }), { maxLength: 2 })),
            cursor: often(text),
            limit: often(fc.integer({ min: -1, max: 20_000 })),
          },
          { requiredKeys: ['metric', 'range'] },
        ),
        (input) =>
          asksGraphql('query ($input: QueryInput!) { query(input: $input) { cursor rows { timestamp } } }', {
            input,
          }),
      ),
    ));

  it('is none as arguments of GraphQL', () =>
    check(
      fc.asyncProperty(
        often(text),
        often(text),
        often(text),
        often(fc.array(text, { maxLength: 3 })),
        (project, start, date, many) =>
          asksGraphql(
            `query ($project: String!, $start: String!, $date: String!, $many: [String!]!) {
            project(name: $project) { name uniqueDevices(grain: MONTHLY, start: $start, end: "latest") { timestamps devices hint } }
            articles(project: $project, articles: $many) { article pageviewsPerArticle(grain: DAILY, start: $start, end: $start) { views } }
            pageviewsTop(project: $project, access: ALL_ACCESS, date: $date) { entries { article { article } } }
          }`,
            { project, start, date, many },
          ),
      ),
    ));
});
