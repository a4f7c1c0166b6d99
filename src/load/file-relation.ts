import { open } from 'node:fs/promises';
import type { DuckDBConnection } from '@duckdb/node-api';
import type { FileRows } from '../warehouses/file-rows.ts';
import { columnTypes } from '../warehouses/lake/foreign-parquet.ts';
import { Bindings, literal, rowsOfFiles } from '../warehouses/lake/sql.ts';
import { CsvRecords, separatorOf } from './csv-records.ts';
import type { ItemReader } from './item-reader.ts';
import { columnOf, isParquet } from './parquet-rows.ts';
import { isPlainCsv, type LineEnd } from './plain-csv.ts';
import { fileLabel, packingOf } from './source.ts';

/** Enough bytes for a header. */
const HEAD_BYTES = 65_536;
/** Counts of so many digits are exact. */
const MAX_DIGITS = 15;

/** How many times as large as a Parquet file its rows are in CSV, at least. */
const PACKED = 16;

/** A file as a relation of DuckDB's. */
export interface FileRelation {
  /** The file's fields, in its order. */
  readonly fields: readonly string[];
  /** The SQL of each field: a text, or a whole number. */
  readonly values: readonly string[];
  /** The condition that a field, which is a count, is a whole number and needs no other look. */
  readonly isGood: (field: number) => string;
  readonly from: FileRows['from'];
}

/** What makes a relation of a file, once DuckDB is open. */
export type Opens = (connection: DuckDBConnection) => Promise<FileRelation>;

/**
 * Recognises a Parquet file; or a CSV or TSV file that isn't packed and that any reader of CSV reads alike.
 * @param leastBytes the size of CSV that is worth it
 * @returns undefined for other files
 * @throws FieldError, UnreadableFileError, or an error of the file system
 */
export async function relationOf(
  path: string,
  items: ItemReader,
  leastBytes: number,
  signal: AbortSignal,
): Promise<Opens | undefined> {
  const { head, bytes } = await headOf(path);
  if (isParquet(head.toString('latin1')))
    return bytes < leastBytes / PACKED ? undefined : (connection) => parquetRelation(path, items, connection);
  const [line = ''] = head
    .toString()
    .replace(/^\ufeff/, '')
    .split('\n', 1);
  if (bytes < leastBytes || packingOf(head) || /^\s*[[{<]/.test(line)) return undefined;
  const lineEnd = line.endsWith('\r') ? '\r\n' : '\n';
  const separator = separatorOf(line);
  const fields = new CsvRecords(separator).push(line)?.map((name) => name.trim());
  if (!fields || !items.alike?.(fields) || !(await isPlainCsv(path, separator, lineEnd, signal)))
    return undefined;
  const relation = csvRelation(path, fields, separator, lineEnd);
  return () => Promise.resolve(relation);
}

function csvRelation(
  path: string,
  fields: readonly string[],
  separator: string,
  lineEnd: LineEnd,
): FileRelation {
  const newLine = lineEnd === '\n' ? '\\n' : '\\r\\n';
  const values = fields.map((_, index) => `_f${index}`);
  const columns = values.map((name) => `${name}: 'VARCHAR'`).join(', ');
  return {
    fields,
    values,
    isGood: (field) => `regexp_full_match(${values[field]}, '[0-9]{1,${MAX_DIGITS}}')`,
    from: (bindings) =>
      `read_csv(${bindings.text(path)}, auto_detect = false, header = true, strict_mode = true, compression = 'none',
         delim = ${literal(separator)}, quote = '"', escape = '"', new_line = '${newLine}', columns = {${columns}})`,
  };
}

async function parquetRelation(
  path: string,
  { columns }: ItemReader,
  connection: DuckDBConnection,
): Promise<FileRelation> {
  const from: FileRows['from'] = (bindings) => rowsOfFiles([path], bindings);
  const bindings = new Bindings();
  const types = await columnTypes(connection, from(bindings), bindings);
  const read = [...types].map(([name, type]) => columnOf(fileLabel(path), name, type, columns.numbers ?? []));
  return {
    fields: [...types.keys()],
    values: read.map(({ value }) => value),
    isGood: (field) =>
      read[field]?.isWhole ? `${read[field].value} BETWEEN 0 AND ${10 ** MAX_DIGITS - 1}` : 'false',
    from,
  };
}

async function headOf(path: string): Promise<{ head: Buffer; bytes: number }> {
  const handle = await open(path);
  try {
    const { buffer, bytesRead } = await handle.read(Buffer.alloc(HEAD_BYTES), 0, HEAD_BYTES, 0);
    return { head: buffer.subarray(0, bytesRead), bytes: (await handle.stat()).size };
  } finally {
    await handle.close();
  }
}
