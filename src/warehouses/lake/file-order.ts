import { EngineError } from '../../core/engine-error.ts';
import type { Table } from '../../core/metric/table.ts';
import type { Select } from '../warehouse.ts';
import type { RowsToRead } from './as-of.ts';
import { chunksOf } from './chunks.ts';
import { type Lake, pathsIn } from './lake.ts';
import { Bindings, identifier, rowsOfFiles } from './sql.ts';

/*
 * A file's rows are sorted, so the rows of a series or of a list lie together. Who needs no more than that reads the
 * file as it is, without a sort. Of lists, the ranked texts are fetched joined, a page of rows at a time: each text that
 * is fetched for itself is a call of DuckDB, which took more time than everything else that publishing lists does.
 */

/** How many rows are read together: about a row group of the file. */
const PAGE_ROWS = 61_440;
/** Separates joined texts. No text of a lake contains it. */
const SEPARATOR = '\0';

/** Rows of a file that follow each other. */
interface Page extends Pick<RowsToRead, 'relation'> {
  /** For each ranked column, the texts of the rows. */
  readonly entry: string[][];
}

/** Whether the rows of a query can be read in the order of the file that has them. */
export function isInFileOrder({ anyOrder, sumTo, asOf, where }: Select, read: RowsToRead): boolean {
  const isWhole = where.length === 0 && !read.isClipped && asOf === undefined;
  return anyOrder === true && sumTo === undefined && isWhole && read.files.length === 1;
}

/** Yields a file's rows in pages. @param files the file, relative to the table's folder */
export async function* pagesOf(
  lake: Lake,
  table: Table,
  files: readonly string[],
  signal: AbortSignal,
): AsyncGenerator<Page> {
  const paths = pathsIn(lake, table.name, files);
  if (table.entry.length === 0) {
    yield { relation: (bindings) => rowsOfFiles(paths, bindings), entry: [] };
    return;
  }
  const joined = table.entry.map(
    ({ name }) => `string_agg(${identifier(name)}, chr(0) ORDER BY file_row_number)`,
  );
  for (let from = 0; ; from += PAGE_ROWS) {
    const relation = (bindings: Bindings): string =>
      `(SELECT * FROM read_parquet(${bindings.texts(paths)}, file_row_number = true, hive_partitioning = false)
        WHERE file_row_number BETWEEN ${from} AND ${from + PAGE_ROWS - 1}) AS page`;
    const bindings = new Bindings();
    const sql = `SELECT CAST(count(*) AS DOUBLE), ${joined.join(', ')} FROM ${relation(bindings)}`;
    for await (const chunk of chunksOf(
      lake,
      { reads: [{ table: table.name, files }], sql, bindings },
      signal,
    )) {
      const [rows, ...texts] = chunk.getRowValues(0);
      if (rows === 0) return;
      const entry = texts.map((text) => String(text).split(SEPARATOR));
      if (entry.some(({ length }) => length !== rows))
        throw new EngineError('duckdb', `a value of ${table.name} contains a NUL character`);
      yield { relation, entry };
      if (rows !== PAGE_ROWS) return;
    }
  }
}
