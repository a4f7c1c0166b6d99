import { type DuckDBConnection, DuckDBInstance, type DuckDBValue } from '@duckdb/node-api';
import { join } from 'node:path';

/** How the numbers of a metric are compared. Columns of expected and exported rows have the same names. */
interface Compared {
  readonly metric: string;
  readonly keys: readonly string[];
  readonly measures: readonly string[];
  /** The member of an exported object that is a list, and the key of its entries. */
  readonly list?: { readonly name: string; readonly entry: string };
  /** A SELECT of the exported rows as rows of numbers, from `exported`. */
  readonly select?: string;
  /** A condition of the rows that are compared: months up to one. */
  readonly when: string;
}

const OF_MONTHS = `granularity <> 'monthly' OR left(timestamp, 6) <= $month`;

export const COMPARED: readonly Compared[] = [
  {
    metric: 'pageviews-per-article',
    keys: ['project', 'article', 'access', 'agent', 'granularity', 'timestamp'],
    measures: ['views'],
    when: 'true',
  },
  {
    metric: 'pageviews-aggregate',
    keys: ['project', 'access', 'agent', 'granularity', 'timestamp'],
    measures: ['views'],
    when: OF_MONTHS,
  },
  {
    metric: 'pageviews-top',
    keys: ['project', 'access', 'year', 'month', 'day', 'article'],
    measures: ['views', 'rank'],
    list: { name: 'articles', entry: 'article' },
    select: `SELECT project, access, year, month, day, entry.article AS article, entry.views AS views, entry.rank AS rank
      FROM (SELECT *, unnest(articles) AS entry FROM exported)`,
    when: `day <> 'all-days' OR year || month <= $month`,
  },
  {
    metric: 'unique-devices',
    keys: ['project', 'access-site', 'granularity', 'timestamp'],
    measures: ['devices', 'offset', 'underestimate'],
    when: OF_MONTHS,
  },
  {
    metric: 'events',
    keys: ['stream', 'outcome', 'granularity', 'timestamp'],
    measures: ['events'],
    // What can't be read counts when it is collected.
    select: `SELECT stream, outcome, granularity, timestamp, events FROM exported
      WHERE stream = 'webrequest' AND outcome IN ('accepted', 'duplicate') AND events > 0
      UNION ALL SELECT stream, outcome, 'all', '', sum(events) FROM exported
      WHERE stream = 'webrequest' AND outcome = 'rejected' AND granularity = 'daily' GROUP BY ALL`,
    when: 'true',
  },
];

/** What came of comparing a metric. */
export interface Comparison {
  readonly metric: string;
  /** How many rows were expected, and how many there are. */
  readonly expected: number;
  readonly actual: number;
  /** How many rows differ, or are only on one side. */
  readonly different: number;
  /** The first of them, as JSON. */
  readonly examples: readonly string[];
}

/**
 * Compares every exported number with the independent count.
 * @param counted the folder that count.py wrote
 * @param exported the folder with `METRIC.ndjson` as `kraken export` prints it
 * @param lastMonth as in `2026-10`: later months aren't compared, because one that isn't over has no numbers
 */
export function compareDay(counted: string, exported: string, lastMonth: string): Promise<Comparison[]> {
  return eachMetric(async (connection, compared) => {
    const { metric, keys, measures } = compared;
    await connection.run(
      `CREATE OR REPLACE TEMP TABLE actual AS ${exportedRows(compared, exported, lastMonth)}`,
    );
    await connection.run(
      `CREATE OR REPLACE TEMP TABLE expected AS ${countedRows(compared, counted, lastMonth)}`,
    );
    const using = keys.map((key) => `"${key}"`).join(', ');
    const differs = measures.map((name) => `e."${name}" IS DISTINCT FROM a."${name}"`).join(' OR ');
    const differences = `FROM expected e FULL JOIN actual a USING (${using}) WHERE ${differs}`;
    const both = measures.map((name) => `e."${name}" AS "expected ${name}", a."${name}" AS "actual ${name}"`);
    const number = async (sql: string): Promise<number> => Number((await rowsOf(connection, sql))[0]?.[0]);
    const examples = await rowsOf(
      connection,
      `SELECT to_json(d) FROM (SELECT ${using}, ${both.join(', ')} ${differences} ORDER BY ALL LIMIT 10) d`,
    );
    return {
      metric,
      expected: await number('SELECT count(*) FROM expected'),
      actual: await number('SELECT count(*) FROM actual'),
      different: await number(`SELECT count(*) ${differences}`),
      examples: examples.map(([example]) => String(example)),
    };
  });
}

/** All numbers of a metric as one short text. */
export interface Digest {
  readonly metric: string;
  readonly numbers: number;
  readonly digest: string;
}

/** Digests of exported numbers. @param lastMonth as for `compareDay` */
export function digestsOfExport(exported: string, lastMonth: string): Promise<Digest[]> {
  return eachMetric((connection, compared) =>
    digestOf(connection, compared, exportedRows(compared, exported, lastMonth)),
  );
}

/** Digests of counted numbers, which are the same if the numbers are. @param lastMonth as for `compareDay` */
export function digestsOfCount(counted: string, lastMonth: string): Promise<Digest[]> {
  return eachMetric((connection, compared) =>
    digestOf(connection, compared, countedRows(compared, counted, lastMonth)),
  );
}

async function digestOf(connection: DuckDBConnection, { metric }: Compared, select: string): Promise<Digest> {
  const [[numbers, digest] = []] = await rowsOf(
    connection,
    `SELECT count(*), md5(string_agg(line, chr(10) ORDER BY line)) FROM (SELECT to_json(r)::VARCHAR AS line FROM (${select}) r)`,
  );
  return { metric, numbers: Number(numbers), digest: String(digest) };
}

async function eachMetric<Result>(
  work: (connection: DuckDBConnection, compared: Compared) => Promise<Result>,
): Promise<Result[]> {
  const instance = await DuckDBInstance.create(':memory:');
  const connection = await instance.connect();
  try {
    const results: Result[] = [];
    for (const compared of COMPARED) results.push(await work(connection, compared));
    return results;
  } finally {
    connection.closeSync();
    instance.closeSync();
  }
}

async function rowsOf(connection: DuckDBConnection, sql: string): Promise<DuckDBValue[][]> {
  return (await connection.run(sql)).getRows();
}

/** A SELECT of the rows of numbers that `kraken export` printed. */
function exportedRows(compared: Compared, folder: string, lastMonth: string): string {
  const { metric, keys, measures, list, select = 'SELECT * FROM exported' } = compared;
  const own = keys.filter((key) => key !== list?.entry).map((key) => `'${key}': 'VARCHAR'`);
  const numbers = measures.map((name) => `${name} BIGINT`).join(', ');
  const columns = list
    ? [...own, `'${list.name}': 'STRUCT(${list.entry} VARCHAR, ${numbers})[]'`]
    : [...own, ...measures.map((name) => `'${name}': 'BIGINT'`)];
  const rows = `WITH exported AS (FROM ${jsonFile(join(folder, `${metric}.ndjson`), columns)}) ${select}`;
  return `SELECT ${named(compared)} FROM (${rows}) WHERE ${whenOf(compared, lastMonth)}`;
}

/** A SELECT of the rows of numbers that count.py wrote. */
function countedRows(compared: Compared, folder: string, lastMonth: string): string {
  const { metric, keys, measures } = compared;
  const columns = [
    ...keys.map((key) => `'${key}': 'VARCHAR'`),
    ...measures.map((name) => `'${name}': 'BIGINT'`),
  ];
  const file = jsonFile(join(folder, `${metric}.ndjson`), columns);
  return `SELECT ${named(compared)} FROM ${file} WHERE ${whenOf(compared, lastMonth)}`;
}

function whenOf({ when }: Compared, lastMonth: string): string {
  return when.replace('$month', `'${lastMonth.replace('-', '')}'`);
}

function named({ keys, measures }: Compared): string {
  return [...keys, ...measures].map((name) => `"${name}"`).join(', ');
}

function jsonFile(path: string, columns: readonly string[]): string {
  // A list is one line, of a thousand articles.
  return `read_json('${path.replaceAll("'", "''")}', format = 'newline_delimited', columns = {${columns.join(', ')}}, maximum_object_size = 67108864)`;
}

/** Says what came of it in lines. */
export function comparedLines(comparisons: readonly Comparison[]): string[] {
  return comparisons.flatMap(({ metric, expected, actual, different, examples }) => [
    `${metric}: ${expected} numbers expected, ${actual} there, ${different} different`,
    ...examples.map((example) => `  ${example}`),
  ]);
}
