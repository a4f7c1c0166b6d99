import assert from 'node:assert/strict';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { test } from 'node:test';
import { gzipSync } from 'node:zlib';
import { DuckDBInstance } from '@duckdb/node-api';
import { startGateway, type Gateway } from '../support/gateway.ts';
import { CAKES, folderWith, mistakesOf, remove } from './folder.ts';

/** A gateway over a folder with these files, for as long as the work takes. */
async function withGateway(
  files: Readonly<Record<string, string | Buffer>>,
  work: (gateway: Gateway) => Promise<void>,
): Promise<void> {
  const folder = await folderWith(files);
  const gateway = await startGateway({ datasets: [folder] });
  try {
    await work(gateway);
  } finally {
    await gateway.close();
    await remove(folder);
  }
}

/** The rows of a path, as CSV without its header. */
async function rowsOf(gateway: Gateway, path: string): Promise<string[]> {
  const { text, status } = await gateway.get(`/metrics/datasets/${path}.csv`);
  assert.equal(status, 200, text);
  return text.trim().split('\r\n').slice(1);
}

const ALL = 'cake/North%7CSouth/monthly/20240101/latest';
const CAKE_ROWS = [
  'North,monthly,2024-01-01,12',
  'North,monthly,2024-02-01,15',
  'South,monthly,2024-01-01,7',
  'South,monthly,2024-03-01,9',
];

void test('a row of a CSV file is a row, and one that is not there is none', async () => {
  await withGateway(CAKES, async (gateway) => {
    assert.deepEqual(await rowsOf(gateway, ALL), CAKE_ROWS);
  });
});

void test('what is missing is unknown, unless the data holds all there is', async () => {
  const filled = 'cake/North%7CSouth/monthly/20240101/20240301?fill=zero';
  const numbers = async (gateway: Gateway): Promise<unknown[]> => {
    const { body } = (await gateway.get(`/metrics/datasets/${filled}`)) as {
      body: { items: { cakes: number }[] };
    };
    return body.items.map(({ cakes }) => cakes);
  };
  await withGateway(CAKES, async (gateway) => assert.deepEqual(await numbers(gateway), [12, 15, 7, null, 9]));
  const complete = { ...CAKES, 'cake.yaml': `${CAKES['cake.yaml']}complete: true\n` };
  await withGateway(complete, async (gateway) => assert.deepEqual(await numbers(gateway), [12, 15, 7, 0, 9]));
  // An empty cell says that the number isn't known, also where all the others are there.
  const csv = `${CAKES['cake.csv'].trimEnd()}\n2024-02,South,\n`;
  await withGateway({ ...complete, 'cake.csv': csv }, async (gateway) =>
    assert.deepEqual(await numbers(gateway), [12, 15, 7, null, 9]),
  );
});

void test('TSV, packed files, quotes and a byte order mark are read', async () => {
  const tsv = CAKES['cake.csv'].replaceAll(',', '\t');
  const yaml = (file: string): string => CAKES['cake.yaml'].replace('cake.csv', file);
  for (const [file, content] of [
    ['cake.tsv', tsv],
    ['cake.tsv.gz', gzipSync(tsv)],
    ['cake.csv', `\ufeff${CAKES['cake.csv'].replaceAll('North', '"North"')}`],
  ] as const) {
    await withGateway({ [file]: content, 'cake.yaml': yaml(file) }, async (gateway) => {
      assert.deepEqual(await rowsOf(gateway, ALL), CAKE_ROWS, file);
    });
  }
});

void test('a Parquet file has the rows of the CSV file that it was made of', async () => {
  const folder = await folderWith(CAKES);
  const connection = await (await DuckDBInstance.create(':memory:')).connect();
  const csv = join(folder, 'cake.csv');
  await connection.run(
    `COPY (SELECT CAST(month || '-01' AS DATE) AS month, kitchen, CAST(cakes AS DOUBLE) AS cakes FROM read_csv('${csv}', all_varchar = true)) TO '${csv}.parquet' (FORMAT parquet)`,
  );
  connection.closeSync();
  const parquet = await readFile(`${csv}.parquet`);
  await remove(folder);
  const yaml = CAKES['cake.yaml'].replace('cake.csv', 'cake.parquet');
  await withGateway({ 'cake.parquet': parquet, 'cake.yaml': yaml }, async (gateway) => {
    assert.deepEqual(await rowsOf(gateway, ALL), CAKE_ROWS);
  });
  assert.deepEqual(
    await mistakesOf({ 'cake.parquet': parquet, 'cake.yaml': yaml.replace('[kitchen]', '[kitchens]') }),
    ['cake.yaml:7:14: there is no column kitchens: did you mean kitchen?'],
  );
  const [broken] = await mistakesOf({ 'cake.parquet': 'PAR1', 'cake.yaml': yaml });
  assert.match(broken ?? '', /^cake\.yaml:4:7: cake\.parquet can't be read as Parquet: /);
});

void test('a wide file becomes one series a column, under the names given to them', async () => {
  const yaml = `dataset: cake
title: Cakes
licence: CC0-1.0
file: wide.csv
grain: daily
date: day
wide:
  dimension: kitchen
  total: all
  columns: { Total: all, N: North }
measures: { cakes: { kind: decimal } }
missing: [n/a]
`;
  const csv = 'day,Total,N,notes\n2024/1/1,3.50,1,\n20240102,n/a,,x\n2024-01-03,1e3,-2,\n';
  await withGateway({ 'wide.csv': csv, 'wide.yaml': yaml }, async (gateway) => {
    assert.deepEqual(await rowsOf(gateway, 'cake/all%7CNorth/daily/20240101/latest'), [
      'all,daily,2024-01-01,3.5',
      'all,daily,2024-01-03,1000',
      'North,daily,2024-01-01,1',
      'North,daily,2024-01-03,-2',
    ]);
  });
});

void test('a file of dates and numbers alone is one series, and its path has no dimension', async () => {
  const yaml = `dataset: visitors
title: Visitors
licence: CC-BY-4.0
file: visitors.csv
grain: hourly
date: time
measures: { visitors: , returning: { column: "came back", additive: false } }
`;
  const csv = 'time,visitors,came back\n2024-01-01 00:00:00,5.0,1\n2024-01-01T01:00Z,6,2\n';
  await withGateway({ 'v.yaml': yaml, 'visitors.csv': csv }, async (gateway) => {
    assert.deepEqual(await rowsOf(gateway, 'visitors/hourly/2024010100/2024010101'), [
      'hourly,2024-01-01T00Z,5,1',
      'hourly,2024-01-01T01Z,6,2',
    ]);
    const asked = { query: '{ visitors(grain: HOURLY, start: "2024-01-01T00") { visitors returning } }' };
    const { body } = (await gateway.agent().post('/graphql').send(asked)) as { body: { data: unknown } };
    assert.deepEqual(body.data, { visitors: { visitors: [5, 6], returning: [1, 2] } });
    const query = await gateway.get('/query?metric=visitors&range=2024-01-01&measures=visitors');
    assert.deepEqual((query.body as { rows: unknown }).rows, [{ visitors: 11 }]);
  });
});

void test('a data set is in the catalogue, OpenAPI and GraphQL like any metric, with an example that has an answer', async () => {
  await withGateway(CAKES, async (gateway) => {
    const { body: entry } = (await gateway.get('/catalogue/cake')) as {
      body: { examples: string[]; licence: string; coverage: unknown };
    };
    assert.equal(entry.licence, 'CC0-1.0');
    assert.deepEqual(entry.coverage, { monthly: { from: '2024-01-01', to: '2024-03-01', scopes: 2 } });
    const [example = ''] = entry.examples;
    assert.equal((await gateway.get(new URL(example).pathname)).status, 200);
    const { body: openapi } = (await gateway.get('/openapi.json')) as { body: { paths: object } };
    assert.ok('/metrics/datasets/cake/{kitchen}/{granularity}/{start}/{end}' in openapi.paths);
    const query = '{ cake(kitchen: "North", start: "2024-01-01") { kitchen timestamps cakes } }';
    const { body } = (await gateway.agent().post('/graphql').send({ query })) as { body: { data: unknown } };
    assert.deepEqual(body.data, {
      cake: { kitchen: 'North', timestamps: ['20240101', '20240201'], cakes: [12, 15] },
    });
    assert.equal((await gateway.get('/metrics/datasets/cake/West/monthly/20240101/latest')).status, 404);
  });
});

void test('a number that is missing beside others of its row is told, not made up', async () => {
  const yaml = CAKES['cake.yaml'].replace('  cakes:', '  cakes:\n  pies:');
  assert.deepEqual(
    await mistakesOf({
      'cake.yaml': yaml,
      'cake.csv': 'month,kitchen,cakes,pies\n2024-01,North,,\n2024-02,North,1,\n',
    }),
    [
      'cake.csv:3: the column pies is missing where other numbers of the row are there: make it a data set of its own, or a wide one.',
    ],
  );
});
