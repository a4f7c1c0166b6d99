import assert from 'node:assert/strict';
import { join } from 'node:path';
import { test, type TestContext } from 'node:test';
import { readFileSync } from 'node:fs';
import { gzipSync } from 'node:zlib';
import { DuckDBInstance } from '@duckdb/node-api';
import { editorsByCountry } from '../../src/metrics/editors-by-country.ts';
import { pageviewsPerArticle } from '../../src/metrics/pageviews-per-article.ts';
import { pageviewsTop } from '../../src/metrics/pageviews-top.ts';
import { uniqueDevices } from '../../src/metrics/unique-devices.ts';
import { fileWith, readAll, temporaryFolder } from './files.ts';

/** Writes the rows of a SELECT as Parquet. */
async function parquet(t: TestContext, select: string, name = 'rows.parquet'): Promise<string> {
  const path = join(temporaryFolder(t), name);
  const connection = await (await DuckDBInstance.create(':memory:')).connect();
  await connection.run(`COPY (${select}) TO '${path}' (FORMAT parquet)`);
  connection.closeSync();
  return path;
}

/** A SELECT of rows of pageviews-per-article; the other columns are the same in each. */
const articles = (...rows: readonly string[]): string =>
  `SELECT 'en.wikipedia' AS project, 'daily' AS granularity, 'desktop' AS access, 'user' AS agent, *
   FROM (VALUES ${rows.join(', ')}) AS v(article, timestamp, views)`;

void test('a Parquet file has the rows of the CSV file with the same columns, whatever their types and order', async (t) => {
  const csv = fileWith(
    t,
    'rows.csv',
    'project,granularity,access,agent,article,timestamp,views\n' +
      'en.wikipedia,daily,desktop,user,Cat,2024-02-29,5\nen.wikipedia,daily,desktop,user,"Ä, 👩‍🚀",2024-03-01,6\n',
  );
  const { rows: expected } = await readAll(pageviewsPerArticle, [csv]);
  assert.equal(expected.length, 2);
  const stamps = {
    text: ["'20240229'", "'2024030100'"],
    'number, as AQS writes it': ['2024022900', '2024030100'],
    DATE: ["DATE '2024-02-29'", "DATE '2024-03-01'"],
    TIMESTAMP: ["TIMESTAMP '2024-02-29 00:00:00'", "TIMESTAMP '2024-03-01 00:00:00'"],
    'TIMESTAMP WITH TIME ZONE': [
      "TIMESTAMPTZ '2024-02-29 00:00:00+00'",
      "TIMESTAMPTZ '2024-03-01 00:00:00+00'",
    ],
  };
  for (const [what, [first, second]] of Object.entries(stamps)) {
    const file = await parquet(t, articles(`('Cat', ${first}, 5)`, `('Ä, 👩‍🚀', ${second}, 6)`));
    assert.deepEqual((await readAll(pageviewsPerArticle, [file])).rows, expected, what);
  }
  for (const type of ['UTINYINT', 'BIGINT', 'DOUBLE', 'DECIMAL(20, 0)', 'HUGEINT', 'VARCHAR']) {
    const file = await parquet(
      t,
      `SELECT CAST(views AS ${type}) AS views, * EXCLUDE (views, article), encode(article) AS article
       FROM (${articles(`('Cat', '20240229', 5)`, `('Ä, 👩‍🚀', '20240301', 6)`)})`,
    );
    assert.deepEqual((await readAll(pageviewsPerArticle, [file])).rows, expected, type);
  }
});

void test('rows that are alike and others come in the order of the file, as from CSV', async (t) => {
  const select = `SELECT CASE WHEN i % 7 = 0 THEN 'de.wikipedia' ELSE 'en.wikipedia' END AS project,
      'Article ' || (i // 5) AS article, CASE WHEN i % 11 = 0 THEN 'monthly' ELSE 'daily' END AS granularity,
      CASE WHEN i % 11 = 0 THEN '2024030100' ELSE strftime(DATE '2024-01-01' + CAST(i % 60 AS INTEGER), '%Y%m%d00') END AS timestamp,
      'all-access' AS access, CASE WHEN i % 3 = 0 THEN 'user' ELSE 'all-agents' END AS agent,
      CASE WHEN i % 13 = 0 THEN NULL WHEN i % 17 = 0 THEN 9007199254740991 ELSE i END AS views FROM range(5000) AS r(i)`;
  // The views stand first: a row without views is given up before its texts are looked at.
  const path = await parquet(t, `SELECT views, * EXCLUDE (views) FROM (${select})`);
  const connection = await (await DuckDBInstance.create(':memory:')).connect();
  await connection.run(`COPY (SELECT * FROM '${path}') TO '${path}.csv' (FORMAT csv, HEADER)`);
  connection.closeSync();
  const [parquetRows, csvRows] = [
    await readAll(pageviewsPerArticle, [path]),
    await readAll(pageviewsPerArticle, [`${path}.csv`]),
  ];
  assert.equal(parquetRows.rows.length, 5000 - Math.ceil(5000 / 13));
  assert.deepEqual(parquetRows.rows, csvRows.rows);
});

void test('lists and measures with thresholds are read, and what may not be published is left out', async (t) => {
  const top = await parquet(
    t,
    `SELECT 'en.wikipedia' AS project, 'all-access' AS access, '2024' AS year, '03' AS month, '01' AS day, * FROM (VALUES ('Cat', 9, 1), ('Dog', 8, 2)) AS v(article, views, rank)`,
  );
  assert.equal((await readAll(pageviewsTop, [top])).rows.length, 2);
  const countries = (format: string) =>
    `SELECT 'en.wikipedia' AS project, '5..99-edits' AS "activity-level", '2024' AS year, '03' AS month, * FROM (VALUES ('FR', 12), ('CN', 50), ('DE', 0)) AS v(country, "editors-ceil") ${format}`;
  const { rows } = await readAll(editorsByCountry, [await parquet(t, countries(''))]);
  assert.deepEqual(
    rows.map((row) => / (FR|CN|DE) /.exec(row)?.[1]),
    ['FR'],
  );
});

void test('a bad row is told with file, row and reason, as in other formats; up to a number of them are skipped', async (t) => {
  const good = `('Cat', '20240229', 5)`;
  const refusals: Record<string, RegExp> = {
    "('Cat', '20240230', 5)": /rows\.parquet row 3: field "timestamp": "20240230"/,
    "('Cat', '20240228', -1)":
      /rows\.parquet row 3: field "views": -1 is not a whole number from 0 to 2\^53-1/,
    "('Cat', '20240228', 9007199254740993)": /rows\.parquet row 3: field "views": .* is not a whole number/,
    "(NULL, '20240228', 1)": /rows\.parquet row 3: field "article": null is not a text/,
    "('', '20240228', 1)": /rows\.parquet row 3: field "article"/,
  };
  for (const [bad, message] of Object.entries(refusals)) {
    const file = await parquet(t, articles(good, `('Dog', '20240229', 5)`, bad, `('Cow', '20240229', 7)`));
    await assert.rejects(readAll(pageviewsPerArticle, [file]), { name: 'BadRowError', message }, bad);
    const { rows } = await readAll(pageviewsPerArticle, [file], { skipBad: 1 });
    assert.deepEqual(
      rows.map((row) => row.split(' ').at(-2)),
      ['Cat', 'Dog', 'Cow'],
    );
  }
  const file = await parquet(t, articles(good).replace("'desktop'", "'phone'"));
  await assert.rejects(readAll(pageviewsPerArticle, [file]), /rows\.parquet row 1: field "access": "phone"/);
  const timed = await parquet(t, articles(`('Cat', TIMESTAMP '2024-02-29 00:00:00.5', 5)`));
  await assert.rejects(readAll(pageviewsPerArticle, [timed]), /rows\.parquet row 1: field "timestamp"/);
});

void test('a file whose columns do not fit, or that DuckDB cannot read, is refused as a whole', async (t) => {
  const row = articles(`('Cat', '20240229', 5)`);
  const refusals: readonly (readonly [select: string, message: RegExp])[] = [
    [`SELECT * EXCLUDE (agent) FROM (${row})`, /rows\.parquet: column "agent" is missing/],
    [
      `SELECT *, 1 AS view FROM (${row})`,
      /column "view" is not a column of pageviews-per-article.*did you mean views/,
    ],
    [`SELECT * REPLACE ([article] AS article) FROM (${row})`, /column "article" has the type VARCHAR\[\]/],
  ];
  for (const [select, message] of refusals) {
    const refused = { name: 'UnreadableFileError', message };
    await assert.rejects(readAll(pageviewsPerArticle, [await parquet(t, select)]), refused);
  }
  const whole = await parquet(t, row);
  const refuse = async (file: string, message: RegExp): Promise<void> => {
    await assert.rejects(readAll(pageviewsPerArticle, [file]), { name: 'UnreadableFileError', message });
  };
  await refuse(fileWith(t, 'rows.parquet.gz', gzipSync(readFileSync(whole))), /is not packed/);
  await refuse(fileWith(t, 'cut.parquet', readFileSync(whole).subarray(0, -9)), /can't be read as Parquet/);
  await refuse(await parquet(t, row, 'rows[1].parquet'), /rename it/);
  await assert.rejects(readAll(uniqueDevices, [whole]), /column "access" is not a column of unique-devices/);
});
