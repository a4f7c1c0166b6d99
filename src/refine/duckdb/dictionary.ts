import {
  type DuckDBConnection,
  DuckDBDataChunk,
  type DuckDBType,
  type DuckDBValue,
  INTEGER,
} from "@duckdb/node-api";
import { execute, fetchChunk, fromDuckdb, query } from '../../warehouses/lake/engine.ts';

export interface DictionaryParts {
  /** The names of the two temporary tables that are made: `NAME` with the decisions, `NAME_values`. */
  readonly name: string;
  /** A SELECT of distinct values. */
  readonly values: string;
  /** The columns of a decision. */
  readonly columns: readonly { readonly name: string; readonly sql: string; readonly type: DuckDBType }[];
  /** Decides about one value; called in the order of `id`. @returns a member for each column */
  readonly decide: (value: readonly DuckDBValue[], id: number) => readonly DuckDBValue[];
}

/**
 * Runs a function of JavaScript once per distinct value. Afterwards the temporary table `NAME_values` has the
 * values with a column `id`, and the table `NAME` has the decisions with the same `id`, counted from 0.
 */
export async function decideOnce(
  connection: DuckDBConnection,
  { name, values, columns, decide }: DictionaryParts,
): Promise<void> {
  await execute(
    connection,
    `CREATE OR REPLACE TEMP TABLE ${name}_values AS
     SELECT CAST(row_number() OVER () - 1 AS INTEGER) AS id, * FROM (${values})`,
  );
  const types = columns.map(({ name: column, sql }) => `${column} ${sql}`);
  await execute(connection, `CREATE OR REPLACE TEMP TABLE ${name} (id INTEGER, ${types.join(', ')})`);
  await fromDuckdb(async () => {
    const appender = await connection.createAppender(name);
    const chunkTypes = [INTEGER, ...columns.map(({ type }) => type)];
    const result = await query(connection, `SELECT * FROM ${name}_values`);
    for (let chunk = await fetchChunk(result); chunk; chunk = await fetchChunk(result)) {
      const [ids, ...read] = chunk.getColumns() as [number[], ...DuckDBValue[][]];
      const decided: DuckDBValue[][] = columns.map(() => []);
      for (const [row, id] of ids.entries()) {
        const decision = decide(read.map((column) => column[row] as DuckDBValue), id);
        for (const [index, value] of decision.entries()) decided[index]?.push(value);
      }
      const made = DuckDBDataChunk.create(chunkTypes, ids.length);
      made.setColumns([ids, ...decided]);
      appender.appendDataChunk(made);
    }
    appender.closeSync();
  });
}
