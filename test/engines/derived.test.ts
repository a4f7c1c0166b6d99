import assert from 'node:assert/strict';
import { after, before, describe, test } from 'node:test';
import fc from 'fast-check';
import type { Metric } from '../../src/core/metric/metric.ts';
import { METRICS } from '../../src/metrics/index.ts';
import { anyDerivedQuestion, closeItemsOf } from '../support/derived-questions.ts';
import { type Gateway, startGateway } from '../support/gateway.ts';
import { Places } from './places.ts';

/*
 * Derived measures on a laptop (LMDB, DuckDB) and on a cluster (HBase, Hive): every answer is the same, byte for byte. On the
 * laptop, `test/api/query/derived.test.ts` compares them with what DuckDB's own SQL says of the exported rows.
 */

const places = new Places();
let laptop: Gateway;
let cluster: Gateway;

/** How often each metric is asked. */
const RUNS = 15;
/** One that is read by key if its values are listed, one that can't be added up, and one that the warehouse has alone. */
const NAMES = ['pageviews-aggregate', 'unique-devices', 'edits-aggregate'];
const TESTED = METRICS.filter(({ name }) => NAMES.includes(name));

before(async () => {
  laptop = await startGateway();
  cluster = await startGateway({ flags: await places.flags() });
  for (const gateway of [laptop, cluster])
    for (const metric of TESTED) await gateway.load(metric.name, closeItemsOf(metric), { complete: true });
});
after(async () => {
  await laptop.close();
  await cluster.close();
  await places.remove();
});

/** Asks both, and returns how many rows they answer. */
async function assertSame(question: object): Promise<number> {
  const ask = (gateway: Gateway) => gateway.agent().post('/query').send(question);
  const [expected, found] = await Promise.all([ask(laptop), ask(cluster)]);
  assert.equal(found.text, expected.text, JSON.stringify(question));
  assert.equal(found.status, 200, found.text);
  return (found.body as { rows: unknown[] }).rows.length;
}

/** Questions that the warehouse answers: not every value is listed. */
const unlisted = (metric: Metric): fc.Arbitrary<object> =>
  anyDerivedQuestion(metric).map(({ where, ...question }) => ({
    ...question,
    by: [...new Set(['project', ...question.by])],
    where: Object.fromEntries(Object.entries(where).filter(([name]) => name !== 'project')),
  }));

void describe('laptop and cluster agree', () => {
  for (const metric of TESTED) {
    void test(`on ${RUNS} questions with derived measures to ${metric.name}`, async () => {
      let rows = 0;
      await fc.assert(
        fc.asyncProperty(fc.oneof(anyDerivedQuestion(metric), unlisted(metric)), async (question) => {
          rows += await assertSame(question);
        }),
        { numRuns: RUNS },
      );
      assert.ok(rows > 20, `only ${rows} rows`);
    });
  }

  void test('on the ratio of two metrics', async () => {
    const question = {
      metric: 'pageviews-aggregate',
      grain: 'monthly',
      by: ['project'],
      range: '2023-12..2024-06',
    };
    for (const other of ['edits-aggregate', 'unique-devices']) {
      const measures = ['views', `views_per_${other}`];
      assert.ok((await assertSame({ ...question, measures, order: `-views_per_${other}` })) > 0);
    }
  });
});
