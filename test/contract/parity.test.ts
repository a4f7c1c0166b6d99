import assert from 'node:assert/strict';
import { after, before, describe, test } from 'node:test';
import fc from 'fast-check';
import { enumName, fieldName } from '../../src/core/metric/graphql-names.ts';
import { timestampName } from '../../src/core/metric/item-fields.ts';
import { unaskedDimensions } from '../../src/core/metric/path-parameters.ts';
import { METRICS } from '../../src/metrics/index.ts';
import { startGateway, type Gateway } from '../support/gateway.ts';
import {
  answeredQuestion,
  anyQuestion,
  type Asked,
  itemsOf,
  pathOf,
  withHour,
} from '../support/questions.ts';

/*
 * REST and GraphQL give the same rows for the same question, for every metric. Rows and questions
 * are made from the catalogue alone, so that a new metric is tested by being there.
 */

let gateway: Gateway;
before(async () => {
  gateway = await startGateway({ flags: { points: '1000000' } });
  for (const metric of METRICS) await gateway.load(metric.name, itemsOf(metric));
});
after(() => gateway.close());

type Outcome = { rows: unknown[] } | { problem: string | undefined; parameter: string | undefined };

async function byRest(asked: Asked): Promise<Outcome> {
  const { metric } = asked;
  const path = pathOf(asked);
  const response = await gateway.get(path);
  if (response.status === 404) return { rows: [] };
  if (response.status !== 200) {
    const { code, parameter } = response.body as { code: string; parameter?: string };
    return {
      problem: code,
      parameter: parameter === 'granularity' ? 'grain' : parameter && fieldName(parameter),
    };
  }
  const { items } = response.body as { items: Record<string, unknown>[] };
  if (metric.shape.kind === 'top') {
    const { nest, list, flat } = metric.shape;
    if (flat) return { rows: items.map(cellsOf) };
    const item = items[0] as Record<string, Record<string, unknown>[]>;
    const ranked = nest ? item[nest]?.[0]?.[list] : item[list];
    return { rows: (ranked as object[]).map(cellsOf) };
  }
  const all = metric.shape.nest ? (items[0]?.[metric.shape.nest] as Record<string, unknown>[]) : items;
  const unasked = unaskedDimensions(metric);
  const rows = all.filter((row) => unasked.every(({ name }) => row[name] === asked.where[name]));
  return {
    rows: rows.map((row) =>
      [timestampName(metric), ...Object.keys(metric.measures)].map((field) => row[field]),
    ),
  };
}

async function byGraphql({ metric, where, grain, start, end }: Asked): Promise<Outcome> {
  const name = fieldName(metric.name);
  const args = metric.dimensions.map((dimension) => {
    const value = where[dimension.name] as string;
    return `${fieldName(dimension.name)}: ${dimension.values ? enumName(value) : JSON.stringify(value)}`;
  });
  if (metric.shape.kind === 'top') {
    const date = grain === 'monthly' ? start.slice(0, 7) : start;
    const fields = metric.shape.fields.map(fieldName);
    const found = await graphql(
      `{ found: ${name}(${args.join(', ')}, date: "${date}") { entries { ${fields.join(' ')} } } }`,
    );
    if ('problem' in found) return found;
    return { rows: (found.value as { entries: object[] }).entries.map((entry) => cellsOf(entry)) };
  }
  const measures = Object.keys(metric.measures).map(fieldName);
  const range = `grain: ${enumName(grain)}, start: "${withHour(grain, metric, start)}", end: "${withHour(grain, metric, end)}"`;
  const found = await graphql(
    `{ found: ${name}(${args.join(', ')}, ${range}) { items { timestamp ${measures.join(' ')} } timestamps ${measures.join(' ')} } }`,
  );
  if ('problem' in found) return found;
  const series = found.value as { items: object[]; timestamps: string[] } & Record<string, unknown[]>;
  const rows = series.items.map((item) => cellsOf(item));
  const columns = series.timestamps.map((timestamp, i) => [
    timestamp,
    ...measures.map((measure) => series[measure]?.[i]),
  ]);
  assert.deepEqual(columns, rows, 'columns and items differ');
  return { rows };
}

/** The values of an object, in the order of its fields. */
function cellsOf(row: object): unknown[] {
  return Object.values(row) as unknown[];
}

async function graphql(
  query: string,
): Promise<{ value: unknown } | { problem: string | undefined; parameter: string | undefined }> {
  const response = await gateway.agent().post('/graphql').send({ query });
  const { data, errors } = response.body as {
    data?: { found: unknown };
    errors?: [{ message: string; extensions: { code: string; problem?: string; parameter?: string } }];
  };
  if (errors) {
    const { code, problem, parameter } = errors[0].extensions;
    // A value that isn't in a list is refused by GraphQL itself, as its enum hasn't it.
    if (code === 'GRAPHQL_VALIDATION_FAILED') return { problem: 'invalid-parameter', parameter: undefined };
    return { problem: problem ?? code, parameter };
  }
  return { value: data?.found };
}

describe('REST and GraphQL agree', () => {
  for (const metric of METRICS) {
    test(`on ${metric.name}`, async () => {
      let answered = 0;
      await fc.assert(
        fc.asyncProperty(anyQuestion(metric), async (asked) => {
          const [rest, graph] = await Promise.all([byRest(asked), byGraphql(asked)]);
          if ('problem' in rest && 'problem' in graph) {
            assert.equal(graph.problem, rest.problem);
            if (graph.parameter !== undefined && metric.shape.kind === 'series')
              assert.equal(graph.parameter, rest.parameter);
          } else {
            assert.deepEqual(graph, rest);
            if ('rows' in rest && rest.rows.length > 0) answered++;
          }
        }),
        {
          numRuns: 60,
          examples: [[answeredQuestion(metric)]],
        },
      );
      assert.ok(answered > 0, 'no question had rows');
    });
  }
});
