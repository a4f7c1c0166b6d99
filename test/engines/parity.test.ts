import assert from 'node:assert/strict';
import { after, before, describe, test } from 'node:test';
import { setTimeout as sleep } from 'node:timers/promises';
import { isDeepStrictEqual } from 'node:util';
import fc from 'fast-check';
import { exampleUrl } from '../../src/api/catalogue/catalogue.ts';
import { METRICS } from '../../src/metrics/index.ts';
import { type Gateway, startGateway } from '../support/gateway.ts';
import { answeredQuestion, anyQuestion, itemsOf, pathOf } from '../support/questions.ts';
import { Places } from './places.ts';

/*
 * The same data on a laptop (LMDB, DuckDB) and on a cluster (HBase, Hive): every answer is the same,
 * byte for byte.
 */

const places = new Places();
let laptop: Gateway;
let cluster: Gateway;

/** How often each metric is asked. */
const RUNS = 40;
const OPTIONS = ['', '?format=csv', '?format=ndjson', '?shape=columns', '?fill=zero', '?fill=null'];
/** What an answer is, besides its body. */
const HEADERS = ['content-type', 'cache-control', 'etag', 'vary', 'retry-after'];

before(async () => {
  laptop = await startGateway();
  cluster = await startGateway({ flags: await places.flags() });
  for (const gateway of [laptop, cluster]) {
    await gateway.loadSample();
    for (const metric of METRICS) await gateway.load(metric.name, itemsOf(metric));
  }
});
after(async () => {
  await laptop.close();
  await cluster.close();
  await places.remove();
});

async function answered(
  { app }: Gateway,
  url: string,
): Promise<{ status: number; text: string; headers: unknown[] }> {
  const { statusCode, headers, body } = await app.api.inject(url);
  return { status: statusCode, text: body, headers: HEADERS.map((name) => headers[name]) };
}

/** How often an answer without rows is asked for again. Its hint is left out where an engine is too busy for it. */
const TRIES = 10;

async function assertSame(url: string): Promise<number> {
  const both = () => Promise.all([laptop, cluster].map((gateway) => answered(gateway, url)));
  let [expected, found] = await both();
  for (
    let tries = 0;
    found?.status === 404 && !isDeepStrictEqual(found, expected) && tries < TRIES;
    tries++
  ) {
    await sleep(500);
    [expected, found] = await both();
  }
  assert.deepEqual(found, expected, url);
  assert.ok(found && found.status < 500, `${url}: ${found?.text}`);
  return found.status;
}

describe('laptop and cluster agree', () => {
  test('on every documented example', async () => {
    let rows = 0;
    for (const metric of METRICS) {
      for (const example of metric.examples) {
        if ((await assertSame(exampleUrl(metric, example))) === 200) rows++;
      }
    }
    assert.ok(rows > 8, `${rows} examples had rows`);
  });

  test('on the catalogue, with all that is loaded', async () => {
    assert.equal(await assertSame('/catalogue'), 200);
  });

  for (const metric of METRICS) {
    test(`on ${RUNS} questions to ${metric.name}`, async () => {
      let answers = 0;
      const question = fc.tuple(anyQuestion(metric), fc.constantFrom(...OPTIONS));
      await fc.assert(
        fc.asyncProperty(question, async ([asked, option]) => {
          if ((await assertSame(pathOf(asked) + option)) === 200) answers++;
        }),
        { numRuns: RUNS, examples: [[[answeredQuestion(metric), '']]] },
      );
      assert.ok(answers > 0, 'no question had rows');
    });
  }
});
