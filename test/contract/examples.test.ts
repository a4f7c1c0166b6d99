import assert from 'node:assert/strict';
import { readdirSync } from 'node:fs';
import { after, before, describe, test } from 'node:test';
import { exampleUrl } from '../../src/api/catalogue/catalogue.ts';
import { rowFields } from '../../src/core/metric/item-fields.ts';
import { METRICS } from '../../src/metrics/index.ts';
import { SAMPLE_FOLDER } from '../../src/setup/dataset-folders.ts';
import { startGateway, type Gateway } from '../support/gateway.ts';

const files = readdirSync(SAMPLE_FOLDER);

let gateway: Gateway;
before(async () => {
  gateway = await startGateway();
  await gateway.loadSample();
});
after(() => gateway.close());

async function textOf(path: string, type: string): Promise<string> {
  const { statusCode, headers, body } = await gateway.app.api.inject(path);
  assert.equal(statusCode, 200, path);
  assert.equal(headers['content-type'], `${type}; charset=utf-8`, path);
  return body;
}

type Item = Readonly<Record<string, unknown>>;

function itemsOf(json: string): Item[] {
  return (JSON.parse(json) as { items: Item[] }).items;
}

/** How many rows an answer's items have: nested ones count. */
function rowsIn(items: readonly Item[]): number {
  return items.reduce((sum, item) => {
    const list = Object.values(item).find(Array.isArray);
    return sum + (list ? list.length : 1);
  }, 0);
}

for (const metric of METRICS) {
  describe(`the examples of ${metric.name}`, () => {
    for (const example of metric.examples) {
      const path = exampleUrl(metric, example);

      if (!files.some((file) => file.startsWith(`${metric.name}.`))) {
        test(`${path} says that nothing is loaded`, async () => {
          const response = await gateway.get(path);
          assert.equal(response.status, 404);
          assert.equal((response.body as { reason: string }).reason, 'not-loaded');
        });
        continue;
      }

      test(`${path} has rows, under both prefixes and in every form`, async () => {
        const json = await textOf(path, 'application/json');
        assert.equal(await textOf(`/api/rest_v1${path}`, 'application/json'), json);
        const items = itemsOf(json);
        const rows = rowsIn(items);
        assert.ok(rows > 0);

        const ndjson = await textOf(`${path}?format=ndjson`, 'application/x-ndjson');
        const lines = ndjson.trimEnd().split('\n');
        assert.deepEqual(
          lines.map((line) => JSON.parse(line) as unknown),
          items,
        );

        const csv = await textOf(`${path}?format=csv`, 'text/csv');
        const records = csv.split('\r\n');
        assert.equal(records[0], rowFields(metric).join(','));
        assert.equal(records.length, 1 + rows + 1, 'a header, the rows, the end of the last');
        const tsv = await textOf(`${path}?format=tsv`, 'text/tab-separated-values');
        assert.equal(tsv.split('\n')[0], rowFields(metric).join('\t'));
        assert.equal(tsv.split('\n').length, records.length);

        const [series = {}] = itemsOf(await textOf(`${path}?shape=columns`, 'application/json'));
        for (const column of Object.values(series).filter(Array.isArray)) assert.equal(column.length, rows);
      });
    }
  });
}
