import { type DuckDBConnection, DuckDBInstance } from '@duckdb/node-api';
import { join } from 'node:path';

/** How the numbers of a metric are compared. Columns of expected and exported rows have the same names. */
interface Compared {
  readonly metric: string;
  readonly keys: readonly string[];
  readonly measures: readonly string[];
  /** A SELECT of the exported rows as rows of numbers, from `exported`. */
  readonly select?: string;
  /** A condition of expected rows: those whose period isn't over have no numbers yet. */
  readonly isOver: string;
}

const MONTH_OVER = `granularity <> 'monthly' OR left(timestamp, 6) < $month`;

export const COMPARED: readonly Compared[] = [
  {
    metric: 'pageviews-per-article',
    keys: ['project', 'article', 'access', 'agent', 'granularity', 'timestamp'],
    measures: ['views'],
    isOver: 'true',
  },
  {
    metric: 'pageviews-aggregate',
    keys: ['project', 'access', 'agent', 'granularity', 'timestamp'],
    measures: ['views'],
    isOver: MONTH_OVER,
  },
  {
    metric: 'pageviews-top',
    keys: ['project', 'access', 'year', 'month', 'day', 'article'],
    measures: ['views', 'rank'],
    select: `SELECT project, access, year, month, day, entry.article AS article, entry.views AS views, entry.rank AS rank
      FROM (SELECT *, unnest(articles) AS entry FROM exported)`,
    isOver: `day <> 'all-days' OR year || month < $month`,
  },
  {
    metric: 'unique-devices',
    keys: ['project', 'access-site', 'granularity', 'timestamp'],
    measures: ['devices', 'offset', 'underestimate'],
    isOver: MONTH_OVER,
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
    isOver: 'true',
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
 * @param now in ms since 1970: months that aren't over have no numbers
 */
export async function compareDay(counted: string, exported: string, now: number): Promise<Comparison[]> {
  const instance = await DuckDBInstance.create(':memory:');
  const connection = await instance.connect();
  try {
    const found: Comparison[] = [];
    for (const compared of COMPARED) found.push(await compare(connection, compared, counted, exported, now));
    return found;
  } finally {
    connection.closeSync();
    instance.closeSync();
  }
}

async function compare(
  connection: DuckDBConnection,
  { metric, keys, measures, select = 'SELECT * FROM exported', isOver }: Compared,
  counted: string,
  exported: string,
  now: number,
): Promise<Comparison> {
  const month = new Date(now).toISOString().slice(0, 7).replace('-', '');
  const rows = (folder: string): string => {
    const path = join(folder, `${metric}.ndjson`).replaceAll("'", "''");
    const texts = keys.map((key) => `'${key}': 'VARCHAR'`);
    const list = metric === 'pageviews-top' && folder === exported;
    const columns = list
      ? [
          ...texts.filter((text) => !text.includes('article')),
          `'articles': 'STRUCT(article VARCHAR, views BIGINT, rank BIGINT)[]'`,
        ]
      : [...texts, ...measures.map((measure) => `'${measure}': 'BIGINT'`)];
    return `read_json('${path}', format = 'newline_delimited', columns = {${columns.join(', ')}}, maximum_object_size = 67108864)`;
  };
  const named = [...keys, ...measures].map((name) => `"${name}"`).join(', ');
  await connection.run(`CREATE OR REPLACE TEMP TABLE exported AS FROM ${rows(exported)}`);
  await connection.run(`CREATE OR REPLACE TEMP TABLE actual AS SELECT ${named} FROM (${select})`);
  await connection.run(
    `CREATE OR REPLACE TEMP TABLE expected AS SELECT ${named} FROM ${rows(counted)} WHERE ${isOver.replace('$month', `'${month}'`)}`,
  );
  const using = keys.map((key) => `"${key}"`).join(', ');
  const differs = measures.map((measure) => `e."${measure}" IS DISTINCT FROM a."${measure}"`).join(' OR ');
  const differences = `FROM expected e FULL JOIN actual a USING (${using}) WHERE ${differs}`;
  const beside = measures.map(
    (measure) => `e."${measure}" AS "expected ${measure}", a."${measure}" AS "actual ${measure}"`,
  );
  const number = async (sql: string): Promise<number> =>
    Number((await (await connection.run(sql)).getRows())[0]?.[0]);
  const examples = await (
    await connection.run(
      `SELECT to_json(d) FROM (SELECT ${using}, ${beside.join(', ')} ${differences} ORDER BY ALL LIMIT 10) d`,
    )
  ).getRows();
  return {
    metric,
    expected: await number('SELECT count(*) FROM expected'),
    actual: await number('SELECT count(*) FROM actual'),
    different: await number(`SELECT count(*) ${differences}`),
    examples: examples.map(([example]) => String(example)),
  };
}

/** Says what came of it in lines. */
export function comparedLines(comparisons: readonly Comparison[]): string[] {
  return comparisons.flatMap(({ metric, expected, actual, different, examples }) => [
    `${metric}: ${expected} numbers expected, ${actual} there, ${different} different`,
    ...examples.map((example) => `  ${example}`),
  ]);
}
