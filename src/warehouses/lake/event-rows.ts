import type { DuckDBConnection } from '@duckdb/node-api';
import type { EventField } from '../../core/metric/stream-events.ts';
import { formatTimestamp, type Ordinal } from '../../core/time/time.ts';
import { fieldColumn } from '../derivation.ts';
import { columnNamesOf } from './event-files.ts';
import { type Bindings, identifier } from './sql.ts';

/** A Parquet file with events of one hour. */
export interface DatedFile {
  /** An absolute path. */
  readonly path: string;
  readonly hour: Ordinal;
}

const TYPES: Readonly<Record<EventField['type'], string>> = {
  text: 'VARCHAR',
  integer: 'BIGINT',
  number: 'DOUBLE',
};

/**
 * Returns the events in some files of a raw table as a relation: the fields as f1, f2, …, and `timestamp`, the start
 * of the hour. A field is NULL in files from before the stream had it.
 * @param files at least one
 */
export async function rowsOfEvents(
  connection: DuckDBConnection,
  fields: readonly EventField[],
  files: readonly DatedFile[],
  bindings: Bindings,
): Promise<string> {
  const paths = files.map(({ path }) => path);
  // SQL doesn't tell them apart by case.
  const names = new Set((await columnNamesOf(connection, paths)).map((name) => name.toLowerCase()));
  const columns = fields.map(({ name, type }, index) => {
    const value = names.has(name.toLowerCase()) ? `events.${identifier(name)}` : 'NULL';
    return `TRY_CAST(${value} AS ${TYPES[type]}) AS ${fieldColumn(index)}`;
  });
  // A field of the stream may have this name as well.
  let file = '_file';
  while (names.has(file)) file += '_';
  const stamps = files.map(({ hour }) => formatTimestamp('YYYYMMDDHH', 'hourly', hour));
  const bound = bindings.texts(paths);
  return `(SELECT ${[...columns, 'hours.stamp AS "timestamp"'].join(', ')}
    FROM read_parquet(${bound}, hive_partitioning = false, union_by_name = true, filename = '${file}') AS events
    JOIN (SELECT unnest(${bound}) AS path, unnest(${bindings.texts(stamps)}) AS stamp) AS hours ON hours.path = events.${file})`;
}
