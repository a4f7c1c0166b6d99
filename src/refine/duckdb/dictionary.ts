import {
  type DuckDBConnection,
  DuckDBDataChunk,
  type DuckDBType,
  type DuckDBValue,
  INTEGER,
} from '@duckdb/node-api';
import { execute, fetchChunk, fromDuckdb } from '../../warehouses/lake/engine.ts';
import { Bindings } from '../../warehouses/lake/sql.ts';

export interface DictionaryParts {
  readonly name: string;
  /** A SELECT of distinct values. */
  readonly values: string;
  readonly bindings?: Bindings;
  /** The columns of a decision. */
  readonly columns: readonly DecisionColumn[];
  /** Decides about one value. It is called in the order of `id`. @returns a member for each column */
  readonly decide: (value: readonly DuckDBValue[]) => readonly DuckDBValue[];
}

export interface DecisionColumn {
  readonly name: string;
  readonly type: DuckDBType;
}

/**
 * Runs a function of JavaScript once per distinct value. Afterwards there are two temporary tables: `NAME_values`
 * has the values, `NAME` the decisions, and both have the column `id`.
 */
export async function decideOnce(
  connection: DuckDBConnection,
  { name, values, bindings = new Bindings(), columns, decide }: DictionaryParts,
): Promise<void> {
  await execute(
    connection,
    `CREATE OR REPLACE TEMP TABLE ${name}_values AS
     SELECT CAST(row_number() OVER () - 1 AS INTEGER) AS id, * FROM (${values})`,
    bindings,
  );
  const types = columns.map(({ name: column, type }) => `${column} ${type.toString()}`);
  await execute(connection, `CREATE OR REPLACE TEMP TABLE ${name} (id INTEGER, ${types.join(', ')})`);
  await fromDuckdb(async () => {
    const appender = await connection.createAppender(name);
    const made = [INTEGER, ...columns.map(({ type }) => type)];
    // Not streamed: a connection has one running result, and the appender needs it.
    const result = await connection.run(`SELECT * FROM ${name}_values`);
    for (let chunk = await fetchChunk(result); chunk; chunk = await fetchChunk(result)) {
      const [ids, ...read] = chunk.getColumns() as [number[], ...DuckDBValue[][]];
      const decided: DuckDBValue[][] = columns.map(() => []);
      for (const row of ids.keys()) {
        const decision = decide(read.map((column) => column[row] as DuckDBValue));
        for (const [index, value] of decision.entries()) decided[index]?.push(value);
      }
      const rows = DuckDBDataChunk.create(made, ids.length);
      rows.setColumns([ids, ...decided]);
      appender.appendDataChunk(rows);
    }
    appender.closeSync();
  });
}
