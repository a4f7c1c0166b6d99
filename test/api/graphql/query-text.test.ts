import assert from 'node:assert/strict';
import { test } from 'node:test';
import { parse, validate } from 'graphql';
import { queryTextOf } from '../../../src/formats/graphql-query.ts';
import { schemaFor } from '../../../src/api/graphql/schema.ts';
import { exampleUrl } from '../../../src/api/catalogue/catalogue.ts';
import { pathsOf, questionOf } from '../../../src/core/question/metric-paths.ts';
import { makeCatalogue } from '../../../src/core/metric/catalogue.ts';
import { METRICS } from '../../../src/metrics/index.ts';

const catalogue = makeCatalogue(METRICS);
const schema = schemaFor(catalogue);

/** The text of the question that a path under /metrics asks. */
function textOf(path: string, fill?: string): string {
  const target = pathsOf(catalogue).find(path);
  if (target?.kind !== 'metric') throw new Error(path);
  return queryTextOf(target.metric, questionOf(target, fill === undefined ? {} : { fill }));
}

void test('every metric’s examples are queries that the schema takes', () => {
  for (const metric of METRICS) {
    for (const example of metric.examples) {
      const text = textOf(exampleUrl(metric, example).slice('/metrics'.length));
      assert.deepEqual(validate(schema, parse(text)), [], `${metric.name}: ${text}`);
    }
  }
});

void test('several values are a field each, and what GraphQL can’t spell bare is quoted', () => {
  const text = textOf(
    '/pageviews/per-article/en.wikipedia/desktop%7Cmobile-web/user/A%22B%5C%7CC/daily/-30d/latest',
    'zero',
  );
  const document = parse(text);
  assert.deepEqual(validate(schema, document), []);
  assert.equal(text.match(/pageviewsPerArticle\(/g)?.length, 4);
  assert.match(text, /access: DESKTOP/);
  assert.match(text, /article: "A\\"B\\\\"/);
  assert.match(text, /fill: ZERO/);
});
