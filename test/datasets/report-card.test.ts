import assert from 'node:assert/strict';
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { after, before, test } from 'node:test';
import { parse } from 'yaml';
import { SAMPLE_DATASETS } from '../../src/setup/dataset-folders.ts';
import { startGateway, type Gateway } from '../support/gateway.ts';

/*
 * The owners' files are read here by a plain parser of its own, cell by cell. They have no quotes; one
 * has carriage returns in the middle of its lines.
 */

interface Declared {
  dataset: string;
  file: string;
  date: string;
  wide: { columns?: Record<string, string> };
  measures: Record<string, unknown>;
}

/** Every data set of the sample, as it is written. */
const DECLARED = readdirSync(SAMPLE_DATASETS)
  .filter((name) => name.endsWith('.yaml'))
  .map((name) => readFileSync(join(SAMPLE_DATASETS, name), 'utf8'))
  .filter((text) => /^dataset:/m.test(text))
  .map((text) => parse(text) as Declared);

interface Item {
  readonly timestamp: string;
  readonly [field: string]: unknown;
}

let gateway: Gateway;
before(async () => {
  gateway = await startGateway({ datasets: [SAMPLE_DATASETS] });
});
after(() => gateway.close());

/** The cells of a file: value → date (YYYYMMDD) → text. */
function cellsOf({ file, date, wide }: Declared): Map<string, Map<string, string>> {
  const separator = file.endsWith('.tsv') ? '\t' : ',';
  const text = readFileSync(join(SAMPLE_DATASETS, file), 'utf8');
  assert.ok(!text.includes('"'));
  const [header = [], ...rows] = text
    .trimEnd()
    .split('\n')
    .map((line) => line.split(separator).map((cell) => cell.trim()));
  const dates = header.indexOf(date);
  const cells = new Map<string, Map<string, string>>();
  header.forEach((column, i) => {
    const value = wide.columns ? wide.columns[column] : column;
    if (i === dates || value === undefined) return;
    cells.set(value, new Map(rows.map((row) => [(row[dates] ?? '').replace(/[/-]/g, ''), row[i] ?? ''])));
  });
  return cells;
}

void test('the sample has the data sets of the Report Card and of the movement metrics', () => {
  assert.ok(DECLARED.length >= 19);
});

for (const declared of DECLARED) {
  const { dataset } = declared;
  void test(`every number of ${dataset} is that of its file, and every empty cell a gap`, async () => {
    const [measure = ''] = Object.keys(declared.measures);
    let compared = 0;
    let gaps = 0;
    for (const [value, cells] of cellsOf(declared)) {
      const path = `/metrics/datasets/${dataset}/${encodeURIComponent(value)}/monthly/20000101/20301231`;
      const { status, body } = (await gateway.get(path)) as { status: number; body: { items?: Item[] } };
      const served = new Map(body.items?.map((item) => [item.timestamp, item[measure]]));
      const expected = new Map([...cells].filter(([, text]) => text !== ''));
      assert.equal(status, expected.size > 0 ? 200 : 404, path);
      assert.equal(served.size, expected.size, path);
      for (const [date, text] of expected) assert.equal(served.get(date), Number(text), `${path} ${date}`);
      compared += expected.size;
      gaps += cells.size - expected.size;
    }
    const all = [...cellsOf(declared).values()].reduce((sum, cells) => sum + cells.size, 0);
    assert.equal(compared + gaps, all);
    assert.ok(compared > 0);
  });
}

void test('an empty cell stays unknown where gaps are filled: it is null, never zero', async () => {
  const path = '/metrics/datasets/wmf-edits/anonymous/monthly/20000101/20301231?fill=zero';
  const { body } = (await gateway.get(path)) as { body: { items: Item[] } };
  assert.ok(body.items.length > 0);
  const { body: plain } = (await gateway.get(path.replace('?fill=zero', ''))) as { body: { items: Item[] } };
  const there = new Set(plain.items.map(({ timestamp }) => timestamp));
  for (const { timestamp, edits } of body.items)
    if (!there.has(timestamp)) assert.equal(edits, null, timestamp);
});

void test('the Report Card has the tabs and headline of the real one, and its graphs have answers', async () => {
  const { dashboards, graphs } = gateway.app.road.catalogue;
  const card = dashboards.get('reportcard');
  assert.equal(card?.headline, 'Wikimedia Report Card');
  assert.deepEqual(
    card?.tabs.map(({ name }) => name),
    ['Core', 'Secondary'],
  );
  assert.deepEqual(card?.tabs[0]?.graphs, ['pageviews', 'pageviews_mobile', 'new_editors', 'active_editors']);
  const shown = [...dashboards.values()].flatMap(({ tabs }) => tabs.flatMap((tab) => tab.graphs));
  assert.ok(shown.length >= 18);
  for (const id of shown) {
    for (const { path } of graphs.get(id)?.data ?? assert.fail(id)) {
      const { status, body } = (await gateway.get(`/metrics${path}`)) as {
        status: number;
        body: { items: Item[] };
      };
      assert.equal(status, 200, path);
      assert.ok(body.items.length > 10, path);
    }
  }
});
