import type { DuckDBValue } from '@duckdb/node-api';
import { chunksOf } from './chunks.ts';
import { queryAll } from './engine.ts';
import { columnTypes } from './foreign-parquet.ts';
import { type Lake, pathsIn } from './lake.ts';
import type { PartitionFiles } from './manifest.ts';
import { Bindings, identifier, rowsOfFiles } from './sql.ts';
import { totalsOf } from './totals.ts';

/** What the end of a Parquet file says about it. */
export interface FileHead {
  readonly rows: number;
  /** The program that wrote it, with its version. */
  readonly writtenBy: string;
}

/** Reads the end of a Parquet file. @throws EngineError if it is no whole Parquet file */
export async function fileHead(lake: Lake, path: string, signal: AbortSignal): Promise<FileHead> {
  const bindings = new Bindings();
  const sql = `SELECT CAST(num_rows AS DOUBLE), created_by FROM parquet_file_metadata(${bindings.texts([path])})`;
  const [row] = await lake.engine.use(signal, (connection) => queryAll(connection, sql, bindings));
  return { rows: row?.[0] as number, writtenBy: String(row?.[1]) };
}

/** Returns DuckDB's version as files that it writes name it: `v1.5.5`. */
export async function duckdbVersion(lake: Lake, signal: AbortSignal): Promise<string> {
  const [row] = await lake.engine.use(signal, (connection) => queryAll(connection, 'SELECT version()'));
  return String(row?.[0]);
}

/** Returns the digest of files' rows, as `merge` makes it. @throws EngineError if they can't be read */
export async function rowDigest(
  lake: Lake,
  table: string,
  files: readonly string[],
  signal: AbortSignal,
): Promise<string> {
  const names = await columnsOf(lake, table, files, signal);
  const [count, sum] = await oneRow(
    lake,
    table,
    files,
    `CAST(count(*) AS DOUBLE), CAST(sum(hash(${names.map(identifier).join(', ')})) AS VARCHAR)`,
    signal,
  );
  return `${String(count)}:${String(sum)}`;
}

/** Whether the totals of a partition are those of its rows. @throws EngineError if either can't be read */
export async function totalsAgree(
  lake: Lake,
  table: string,
  { partition, files, totals = '' }: PartitionFiles & { readonly partition: string },
  signal: AbortSignal,
): Promise<boolean> {
  const names = await columnsOf(lake, table, files, signal);
  const stamp = names.indexOf('timestamp');
  const [dimensions, measures] = [names.slice(0, stamp), names.slice(stamp + 1)];
  const columns = [
    ...names.slice(0, stamp + 1).map(identifier),
    ...measures.map((name) => `CAST(${identifier(name)} AS BIGINT)`),
  ];
  const digest = `CAST(count(*) AS VARCHAR) || ':' || CAST(sum(hash(${columns.join(', ')})) AS VARCHAR)`;
  const made = (from: string): string => `(${totalsOf({ dimensions, measures }, partition, from)}) AS made`;
  const [[expected], [stored]] = [
    await oneRow(lake, table, files, digest, signal, made),
    await oneRow(lake, table, [totals], digest, signal),
  ];
  return expected === stored;
}

/** Returns the names of the columns of files, in order. */
async function columnsOf(
  lake: Lake,
  table: string,
  files: readonly string[],
  signal: AbortSignal,
): Promise<string[]> {
  const bindings = new Bindings();
  const relation = rowsOfFiles(pathsIn(lake, table, files), bindings);
  const types = await lake.engine.use(signal, (connection) => columnTypes(connection, relation, bindings));
  return [...types.keys()];
}

async function oneRow(
  lake: Lake,
  table: string,
  files: readonly string[],
  columns: string,
  signal: AbortSignal,
  made = (from: string): string => from,
): Promise<DuckDBValue[]> {
  const bindings = new Bindings();
  const sql = `SELECT ${columns} FROM ${made(rowsOfFiles(pathsIn(lake, table, files), bindings))}`;
  for await (const chunk of chunksOf(lake, { reads: [{ table, files }], sql, bindings }, signal))
    return chunk.getRowValues(0);
  return [];
}
