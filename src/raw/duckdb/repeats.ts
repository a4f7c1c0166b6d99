import type { DuckDBConnection } from '@duckdb/node-api';
import { queryAll } from '../../warehouses/lake/engine.ts';
import { Bindings, literal } from '../../warehouses/lake/sql.ts';
import type { Stream } from '../../streams/stream.ts';
import { columnNamesOf, rowsOfEventFiles } from '../../warehouses/lake/event-files.ts';
import { RECEIVED, timeOf } from './sql.ts';

/**
 * Finds the rows that have the id of an earlier row of the staged file, or of a row of the table, that
 * was received within the window or happened at the same time: a line of a log that is collected a
 * second time, weeks later, is the same event. Ids are compared whole.
 */
export async function repeatsAmong(
  connection: DuckDBConnection,
  work: {
    readonly staged: string;
    readonly suspects: readonly number[];
    readonly files: readonly string[];
    readonly stream: Stream;
  },
): Promise<Set<number>> {
  const { staged, suspects, files, stream } = work;
  const columnsWith = (happened: string): string =>
    `meta.id AS id, ${RECEIVED} AS received, ${happened} AS happened`;
  // Rows from before the stream named a field for its time came into their hour by when they were received.
  const names = stream.time && files.length > 0 ? await columnNamesOf(connection, files) : [];
  const isTimed = stream.time !== undefined && names.includes(stream.time.field);
  const bindings = new Bindings();
  const rows = bindings.texts(suspects.map(String));
  const table =
    files.length === 0
      ? ''
      : `UNION ALL SELECT -1 AS row, ${columnsWith(isTimed ? timeOf(stream) : RECEIVED)}
         FROM ${rowsOfEventFiles(files, bindings)} WHERE meta.id IN (SELECT id FROM suspects)`;
  const found = await queryAll(
    connection,
    `WITH staged AS (
       SELECT file_row_number AS row, ${columnsWith(timeOf(stream))}
       FROM read_parquet(${literal(staged)}, hive_partitioning = false, file_row_number = true)
     ), suspects AS (
       SELECT * FROM staged WHERE row IN (SELECT CAST(unnest(${rows}) AS BIGINT))
     ), known AS (
       SELECT row, id, received, happened FROM staged WHERE id IN (SELECT id FROM suspects) ${table}
     )
     SELECT DISTINCT CAST(s.row AS INTEGER) FROM suspects s JOIN known k
       ON s.id = k.id AND k.row < s.row
       AND (s.happened = k.happened OR abs(s.received - k.received) <= ${stream.repeatsMs})`,
    bindings,
  );
  return new Set(found.map(([row]) => row as number));
}
