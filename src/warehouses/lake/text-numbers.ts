import type { DuckDBConnection } from '@duckdb/node-api';
import { execute } from './engine.ts';

/**
 * Makes a type of texts that DuckDB holds as numbers: their places in the order of all of them. Grouping, sorting,
 * comparing and writing give the same results in a part of the time, and a Parquet file has them as texts.
 * @param type its name, with its schema unless it is temporary
 * @param texts SELECTs of a column each, whose values are the texts; NULL isn't one of them
 */
export async function makeTextType(
  connection: DuckDBConnection,
  type: string,
  texts: readonly string[],
  isTemporary = false,
): Promise<void> {
  // There must be a value, even if there is no text.
  const all = [...texts, `SELECT ''`].join(' UNION ALL ');
  const values = `SELECT DISTINCT value FROM (${all}) AS texts(value) WHERE value IS NOT NULL ORDER BY value`;
  await execute(
    connection,
    `CREATE OR REPLACE ${isTemporary ? 'TEMP ' : ''}TYPE ${type} AS ENUM (${values})`,
  );
}

/** Makes texts of a temporary table numbers. @param columns lists of columns: those of one list get one type */
export async function numberTexts(
  connection: DuckDBConnection,
  table: string,
  columns: readonly (readonly string[])[],
): Promise<void> {
  const casts: string[] = [];
  for (const names of columns) {
    const type = `${table}_${names.join('_')}`;
    await makeTextType(
      connection,
      type,
      names.map((name) => `SELECT ${name} FROM ${table}`),
      true,
    );
    casts.push(...names.map((name) => `CAST(${name} AS ${type}) AS ${name}`));
  }
  await execute(
    connection,
    `CREATE OR REPLACE TEMP TABLE ${table} AS SELECT * REPLACE (${casts.join(', ')}) FROM ${table}`,
  );
}
