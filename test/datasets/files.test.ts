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

void test('each row of a CSV file is a row, and a missing one makes none', async () => {
  await withGateway(CAKES, async (gateway) => {
    assert.deepEqual(await rowsOf(gateway, ALL), CAKE_ROWS);
  });
});

void test('a missing number is unknown, unless the data set is complete', async () => {
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

void test('a file with only dates and numbers is one series, and its path has no dimension', async () => {
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

const TWO = {
  'cake.yaml': CAKES['cake.yaml'].replace('  cakes:', '  cakes:\n  pies: { kind: decimal }'),
  'cake.csv':
    'month,kitchen,cakes,pies\n2024-01,North,,\n2024-02,North,1,\n2024-03,North,,2.5\n2024-02,South,,7\n2024-03,South,3,1\n',
};

void test('an empty cell of one of two measures is a gap in every form of an answer: never zero, nor filled with zero', async () => {
  await withGateway(TWO, async (gateway) => {
    const path = 'cake/North%7CSouth/monthly/20240101/20240301';
    assert.deepEqual(await rowsOf(gateway, path), [
      'North,monthly,2024-02-01,1,',
      'North,monthly,2024-03-01,,2.5',
      'South,monthly,2024-02-01,,7',
      'South,monthly,2024-03-01,3,1',
    ]);
    const items = async (query: string): Promise<unknown> =>
      ((await gateway.get(`/metrics/datasets/${query}`)).body as { items: unknown }).items;
    assert.deepEqual(await items('cake/North/monthly/20240201/20240301?fill=zero'), [
      { kitchen: 'North', granularity: 'monthly', timestamp: '20240201', cakes: 1, pies: null },
      { kitchen: 'North', granularity: 'monthly', timestamp: '20240301', cakes: null, pies: 2.5 },
    ]);
    assert.deepEqual(await items('cake/North/monthly/20240201/20240301?shape=columns'), [
      {
        kitchen: 'North',
        granularity: 'monthly',
        timestamps: ['20240201', '20240301'],
        cakes: [1, null],
        pies: [null, 2.5],
      },
    ]);
    // A sum with a gap in it isn't known.
    assert.deepEqual(await items(`${path}?sum=kitchen`), [
      { kitchen: 'North|South', granularity: 'monthly', timestamp: '20240201', cakes: null, pies: null },
      { kitchen: 'North|South', granularity: 'monthly', timestamp: '20240301', cakes: null, pies: 3.5 },
    ]);
    const query = '{ cake(kitchen: "North", start: "2024-02-01") { cakes pies } }';
    const { body } = (await gateway.agent().post('/graphql').send({ query })) as { body: { data: unknown } };
    assert.deepEqual(body.data, { cake: { cakes: [1, null], pies: [null, 2.5] } });
    const asked = async (more: string): Promise<unknown> =>
      ((await gateway.get(`/query?metric=cake&range=2024&${more}`)).body as { rows: unknown }).rows;
    // The sum of the rest would pass for that of all, also where it is compared.
    assert.deepEqual(await asked('by=kitchen'), [
      { kitchen: 'North', cakes: null, pies: null },
      { kitchen: 'South', cakes: null, pies: 8 },
    ]);
    assert.deepEqual(await asked('by=kitchen&grain=monthly&order=cakes'), [
      { timestamp: '2024-02-01', kitchen: 'South', cakes: null, pies: 7 },
      { timestamp: '2024-03-01', kitchen: 'North', cakes: null, pies: 2.5 },
      { timestamp: '2024-02-01', kitchen: 'North', cakes: 1, pies: null },
      { timestamp: '2024-03-01', kitchen: 'South', cakes: 3, pies: 1 },
    ]);
    for (const suffix of ['.svg', '.svg?measure=pies', '.csv?shape=wide', '.ndjson', '.metadata.json']) {
      const drawn = await gateway.app.api.inject(`/metrics/datasets/${path}${suffix}`);
      assert.equal(drawn.statusCode, 200, suffix);
      assert.doesNotMatch(drawn.body, /NaN/, suffix);
    }
    assert.doesNotMatch((await gateway.get(`/?path=/datasets/${path}`)).text, /NaN/);
  });
});

void test('a year with a gap is not summed; another measure of it is', async () => {
  const months = Array.from({ length: 12 }, (_, i) => `2023-${i + 1},North,1,${i === 4 ? '' : 2}`);
  const files = { ...TWO, 'cake.csv': `month,kitchen,cakes,pies\n${months.join('\n')}\n` };
  files['cake.yaml'] += 'complete: true\n';
  await withGateway(files, async (gateway) => {
    const { body } = (await gateway.get('/query?metric=cake&range=2023&grain=yearly')) as {
      body: { rows: unknown };
    };
    assert.deepEqual(body.rows, [{ timestamp: '2023-01-01', cakes: 12, pies: null }]);
  });
});

void test('in a complete data set, a gap is not one of the zeros', async () => {
  const csv = TWO['cake.csv'].replace('2024-02,South,,7', '2024-01,South,,7');
  const files = { 'cake.csv': csv, 'cake.yaml': `${TWO['cake.yaml']}complete: true\n` };
  await withGateway(files, async (gateway) => {
    const { body } = (await gateway.get(
      '/metrics/datasets/cake/North%7CSouth/monthly/20240101/20240301?fill=zero',
    )) as { body: { items: { cakes: unknown; pies: unknown }[] } };
    assert.deepEqual(
      body.items.map(({ cakes, pies }) => [cakes, pies]),
      [
        [null, null],
        [1, null],
        [null, 2.5],
        [null, 7],
        [0, 0],
        [3, 1],
      ],
    );
  });
});

void test('columns without a name, or with the same name, matter only where they are read', async () => {
  const rows = CAKES['cake.csv'].trim().split('\n');
  const [header = '', ...lines] = rows;
  const csv = [`,${header},note,note,`, ...lines.map((line, i) => `${i},${line},a,b,`)].join('\n');
  await withGateway({ ...CAKES, 'cake.csv': csv }, async (gateway) => {
    assert.deepEqual(await rowsOf(gateway, ALL), CAKE_ROWS);
  });
  assert.deepEqual(await mistakesOf({ ...CAKES, 'cake.csv': csv.replace('note,note', 'note,cakes') }), [
    'cake.yaml:1:1: the file has two columns cakes: rename one of them.',
  ]);
});

void test('a column that is called like a number keeps its name', async () => {
  const yaml =
    'dataset: w\ntitle: W\nlicence: CC0-1.0\nfile: w.csv\ngrain: monthly\ndate: month\nwide: { dimension: d, columns: { 1.50: low, 12345678901234567890: high } }\nmeasures: { m: }\n';
  const csv = 'month,1.50,12345678901234567890\n2024-01,1,2e3\n';
  await withGateway({ 'w.csv': csv, 'w.yaml': yaml }, async (gateway) => {
    assert.deepEqual(await rowsOf(gateway, 'w/low%7Chigh/monthly/20240101/latest'), [
      'low,monthly,2024-01-01,1',
      'high,monthly,2024-01-01,2000',
    ]);
  });
});

void test('a decimal comes back as it was written or is refused, from CSV and from decimals of Parquet', async () => {
  const yaml = CAKES['cake.yaml'].replace('  cakes:', '  cakes: { kind: decimal }');
  const folder = await folderWith({});
  const connection = await (await DuckDBInstance.create(':memory:')).connect();
  const parquet = async (value: string): Promise<Buffer> => {
    const path = join(folder, 'cake.parquet');
    await connection.run(
      `COPY (SELECT '2024-01' AS month, 'North' AS kitchen, CAST('${value}' AS DECIMAL(38, 19)) AS cakes) TO '${path}' (FORMAT parquet)`,
    );
    return readFile(path);
  };
  const path = 'cake/North/monthly/20240101/latest';
  for (const value of ['0.1', '0.1234567890123456', '9007199254740991.5']) {
    const number = String(Number(value));
    const csv = { 'cake.yaml': yaml, 'cake.csv': `month,kitchen,cakes\n2024-01,North,${value}\n` };
    const file = {
      'cake.yaml': yaml.replace('cake.csv', 'cake.parquet'),
      'cake.parquet': await parquet(value),
    };
    for (const files of [csv, file])
      if (number === value)
        await withGateway(files, async (gateway) =>
          assert.deepEqual(await rowsOf(gateway, path), [`North,monthly,2024-01-01,${number}`]),
        );
      else
        assert.match(
          (await mistakesOf(files))[0] ?? '',
          /cannot be stored exactly; no kind stores all of its digits: the nearest number that can be stored is 900719925474099[12]/,
        );
  }
  const lost = {
    'cake.yaml': yaml.replace('cake.csv', 'cake.parquet'),
    'cake.parquet': await parquet('0.1234567890123456789'),
  };
  assert.deepEqual(await mistakesOf(lost), [
    'cake.parquet: row 1: the column cakes "0.1234567890123456789" cannot be stored exactly; no kind stores all of its digits: the nearest number that can be stored is 0.12345678901234568.',
  ]);
  connection.closeSync();
  await remove(folder);
});

void test('blanks around a value make no other series', async () => {
  const files = { ...TWO, 'cake.csv': 'month,kitchen,cakes,pies\n2024-01, North ,1,2\n2024-02,North,3,4\n' };
  await withGateway(files, async (gateway) => {
    assert.deepEqual(await rowsOf(gateway, 'cake/North/monthly/20240101/20240201'), [
      'North,monthly,2024-01-01,1,2',
      'North,monthly,2024-02-01,3,4',
    ]);
  });
});
