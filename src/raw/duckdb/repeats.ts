import type { DuckDBConnection } from '@duckdb/node-api';
import { queryAll } from '../../warehouses/lake/engine.ts';
import { Bindings, literal, rowsOfFiles } from '../../warehouses/lake/sql.ts';
import { RECEIVED } from './sql.ts';

/**
 * Which of some rows have the id of an earlier row of the staged file, or of a row of the table, that
 * was received within the window. Ids are compared whole.
 */
export async function repeatsAmong(
  connection: DuckDBConnection,
  work: {
    readonly staged: string;
    readonly suspects: readonly number[];
    readonly files: readonly string[];
    readonly repeatsMs: number;
  },
): Promise<Set<number>> {
  const { staged, suspects, files, repeatsMs } = work;
  const bindings = new Bindings();
  const rows = bindings.texts(suspects.map(String));
  const table =
    files.length === 0
      ? ''
      : `UNION ALL SELECT -1 AS row, meta.id AS id, ${RECEIVED} AS received
         FROM ${rowsOfFiles(files, bindings)} WHERE meta.id IN (SELECT id FROM suspects)`;
  const found = await queryAll(
    connection,
    `WITH staged AS (
       SELECT file_row_number AS row, meta.id AS id, ${RECEIVED} AS received
       FROM read_parquet(${literal(staged)}, hive_partitioning = false, file_row_number = true)
     ), suspects AS (
       SELECT * FROM staged WHERE row IN (SELECT CAST(unnest(${rows}) AS BIGINT))
     ), known AS (
       SELECT row, id, received FROM staged WHERE id IN (SELECT id FROM suspects) ${table}
     )
     SELECT DISTINCT CAST(s.row AS INTEGER) FROM suspects s JOIN known k
       ON s.id = k.id AND k.row < s.row AND abs(s.received - k.received) <= ${repeatsMs}`,
    bindings,
  );
  return new Set(found.map(([row]) => row as number));
}
