import { DuckDBInstance, type DuckDBConnection } from '@duckdb/node-api';
import { ordinalAt } from '../../../src/core/time/time.ts';
import type { DerivedQuestion } from '../../support/derived-questions.ts';
import type { Row } from './support.ts';

/*
 * What DuckDB's own SQL says of exported rows. The statements are written as an analyst would write them, by subqueries and
 * joins, and share nothing with those of Kraken.
 */

export interface Reference {
  /** The rows as cells: dimensions, timestamp, measures. */
  readonly rows: readonly (readonly unknown[])[];
  /** The rows of all others, by the columns of `within`: their first measure and its share of everything. */
  readonly others: readonly (readonly unknown[])[];
}

/** Opens a DuckDB with nothing in it. */
export async function openReference(): Promise<DuckDBConnection> {
  return (await DuckDBInstance.create(':memory:', { threads: '1' })).connect();
}

/**
 * Computes the answer to a question.
 * @param exported the rows of the same question without derived measures, having and top
 */
export async function referenceAnswer(
  connection: DuckDBConnection,
  question: DerivedQuestion,
  exported: readonly Row[],
  days: number,
): Promise<Reference> {
  await fill(connection, question, exported);
  const { by, grain, measures, order, having, top } = question;
  const [measure = ''] = measures;
  const columns = by.map((_, i) => `d${i}`);
  const named = (name: string): string =>
    name === 'timestamp' ? 'ts' : by.includes(name) ? (columns[by.indexOf(name)] as string) : quoted(name);
  const cells = [
    ...new Set([...measures, ...(having ?? []).map((text) => text.split(/[<>=!]/)[0] as string)]),
  ];
  const within = (question.within ?? []).map(named);
  const sorting = order.flatMap(({ by: name, direction }) =>
    question.within?.includes(name)
      ? []
      : [`${named(name)} ${direction === 'desc' ? 'DESC NULLS LAST' : 'ASC NULLS FIRST'}`],
  );
  const rest = [...(grain ? ['ts'] : []), ...columns];
  const steps = `WITH cells AS (SELECT n.*, ${cells.map((name) => `${sqlOf(name.slice(measure.length), { by, columns, days, grain })} AS ${quoted(name)}`).join(', ')} FROM exported AS n),
    kept AS (SELECT * FROM cells WHERE ${['true', ...(having ?? []).map((text) => text.replace(/^([^<>=!]+)/, '"$1"'))].join(' AND ')}),
    placed AS (SELECT *, row_number() OVER (PARTITION BY ${[...within, '1'].join(', ')} ORDER BY ${[...sorting, ...rest, '1'].join(', ')}) AS place FROM kept)`;
  const shown = [...columns, ...(grain ? ["strftime(ts, '%Y-%m-%d')"] : []), ...measures.map(quoted)];
  const orderBy = [...within, ...sorting, ...rest].join(', ');
  const rows = await all(
    connection,
    `${steps} SELECT ${shown.join(', ')} FROM placed WHERE place <= ${top ?? 1e9} ${orderBy ? `ORDER BY ${orderBy}` : ''}`,
  );
  const groups = within.map((name) => (name === 'ts' ? "strftime(ts, '%Y-%m-%d')" : name));
  const others = await all(
    connection,
    `${steps} SELECT ${[...groups, 'CASE WHEN count(m) = count(*) THEN sum(m) END'].join(', ')}
     FROM placed WHERE place > ${top ?? 1e9} GROUP BY ALL HAVING count(*) > 0 ORDER BY ALL`,
  );
  return { rows, others };
}

const quoted = (name: string): string => `"${name}"`;

interface Columns {
  readonly by: readonly string[];
  readonly columns: readonly string[];
  readonly days: number;
  readonly grain: DerivedQuestion['grain'];
}

/** The SQL of a derived measure of a row `n`. @param end the end of its name, such as `_growth` */
function sqlOf(end: string, { by, columns, days, grain }: Columns): string {
  const alike = (names: readonly string[]): string =>
    ['true', ...names.map((name) => (name === 'timestamp' ? 'ts' : (columns[by.indexOf(name)] as string)))]
      .map((column) => (column === 'true' ? column : `x.${column} = n.${column}`))
      .join(' AND ');
  const [, kind = '', argument = ''] =
    /^_(difference|growth|share|rank|cumulative|per_day|moving_average)(?:_within)?_?(.*)$/.exec(end) ?? [];
  const names = argument === '' ? [] : argument.split('_and_');
  switch (kind) {
    case '':
      return 'n.m';
    case 'difference':
      return 'n.m - n.b';
    case 'growth':
      return 'CASE WHEN n.b <> 0 THEN (n.m - n.b) / n.b END';
    case 'share':
      return `(SELECT CASE WHEN count(*) = count(x.m) AND sum(x.m) <> 0 THEN n.m / sum(x.m) END FROM exported AS x WHERE ${alike(names)})`;
    case 'rank':
      return `CASE WHEN n.m IS NOT NULL THEN 1 + (SELECT count(*) FROM exported AS x WHERE x.m > n.m AND ${alike(names)}) END`;
    case 'cumulative':
      return `(SELECT CASE WHEN count(*) = count(x.m) THEN sum(x.m) END FROM exported AS x WHERE ${alike(by)} AND x.t <= n.t)`;
    case 'moving_average':
      return `(SELECT CASE WHEN count(x.m) = ${argument} THEN sum(x.m) / ${argument} END FROM exported AS x WHERE ${alike(by)} AND x.t > n.t - ${argument} AND x.t <= n.t)`;
    default: {
      const lengths = { hourly: 'HOUR', daily: 'DAY', weekly: 'WEEK', monthly: 'MONTH', yearly: 'YEAR' };
      return grain ? `n.m / date_diff('day', n.ts, n.ts + INTERVAL 1 ${lengths[grain]})` : `n.m / ${days}`;
    }
  }
}

async function fill(
  connection: DuckDBConnection,
  { by, grain, measures }: DerivedQuestion,
  exported: readonly Row[],
): Promise<void> {
  const [measure = ''] = measures;
  const columns = by.map((_, i) => `d${i} VARCHAR, `).join('');
  await connection.run(
    `CREATE OR REPLACE TABLE exported (${columns}ts TIMESTAMP, t BIGINT, m DOUBLE, b DOUBLE)`,
  );
  const text = (value: string | number | null | undefined): string =>
    value === null || value === undefined ? 'NULL' : `'${String(value).replaceAll("'", "''")}'`;
  const rows = exported.map((row) => {
    const { timestamp } = row;
    const t = grain ? ordinalAt(grain, Date.parse(String(timestamp))) : null;
    const numbers = [row[measure], row[`${measure}_compared`]].map((number) => number ?? 'NULL');
    return `(${[...by.map((name) => text(row[name])), text(timestamp), t ?? 'NULL', ...numbers].join(', ')})`;
  });
  if (rows.length > 0) await connection.run(`INSERT INTO exported VALUES ${rows.join(', ')}`);
}

async function all(connection: DuckDBConnection, sql: string): Promise<unknown[][]> {
  const rows = await (await connection.runAndReadAll(sql)).getRows();
  return rows.map((row) => row.map((cell) => (typeof cell === 'bigint' ? Number(cell) : cell)));
}
