import assert from 'node:assert/strict';
import { after, before, describe, test } from 'node:test';
import { METRICS } from '../../src/metrics/index.ts';
import { startGateway, type Gateway } from '../support/gateway.ts';
import { answeredQuestion, itemsOf, pathOf } from '../support/questions.ts';

/*
 * Every metric has a picture, a frame and a description of its columns. Rows and questions are made
 * from the catalogue alone, so that a new metric is tested by being there.
 */

let gateway: Gateway;
before(async () => {
  gateway = await startGateway();
  for (const metric of METRICS) await gateway.load(metric.name, itemsOf(metric));
});
after(() => gateway.close());

interface Metadata {
  readonly path: string;
  readonly rows: number;
  readonly columns: readonly { readonly name: string; readonly doc: string }[];
  readonly coverage: readonly { readonly intervals: readonly object[] }[];
}

for (const metric of METRICS) {
  describe(metric.name, () => {
    const path = pathOf(answeredQuestion(metric));

    test('has a picture that says something of it', async () => {
      const response = await gateway.get(`${path}.svg`);
      assert.equal(response.status, 200, path);
      const picture = String(response.body);
      assert.match(picture, /<title>[^<]{10,}<\/title><desc>[^<]{20,}<\/desc>/);
      assert.doesNotMatch(picture, /NaN|undefined|null/);
    });

    test('has its columns described, as its table has them, and an address that asks the same', async () => {
      const response = await gateway.get(`${path}.metadata.json`);
      assert.equal(response.status, 200, path);
      const { columns, rows, coverage, path: asked } = response.body as Metadata;
      const table = await gateway.get(`${path}.csv`);
      const [header, ...lines] = table.text.trimEnd().split('\r\n');
      assert.equal(columns.map(({ name }) => name).join(','), header);
      assert.equal(rows, lines.length);
      assert.ok(coverage.every(({ intervals }) => intervals.length > 0));
      assert.equal((await gateway.get(`${asked}.csv`)).text, table.text, asked);
    });

    test('has a frame, whose script finds the numbers of each line', async () => {
      const { status, text } = await gateway.get(path.replace('/metrics', '/embed'));
      assert.equal(status, 200, path);
      const attribute = (name: string): string =>
        (new RegExp(` data-${name}="([^"]*)"`).exec(text)?.[1] ?? '').replaceAll('&quot;', '"');
      if (metric.shape.kind === 'top') return;
      const answer = await gateway.get(`${attribute('src')}?shape=columns`);
      const { items } = answer.body as { items: Record<string, unknown[]>[] };
      // A single period is a picture only.
      if (items.every(({ timestamps }) => timestamps?.length === 1)) {
        assert.equal(attribute('lines'), '');
        return;
      }
      const lines = JSON.parse(attribute('lines')) as { item: number; measure: string }[];
      assert.equal(lines.length, items.length);
      for (const { item, measure } of lines)
        assert.equal(items[item]?.[measure]?.length, items[item]?.['timestamps']?.length);
    });
  });
}
