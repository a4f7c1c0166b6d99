import { type DuckDBConnection, DuckDBDataChunk, type DuckDBType, type DuckDBValue } from '@duckdb/node-api';
import { execute, fromDuckdb, queryAll } from '../../warehouses/lake/engine.ts';
import { Bindings } from '../../warehouses/lake/sql.ts';

/** How many values are read at a time, and how many rows a chunk of DuckDB may have. */
const BATCH = 16_384;
const CHUNK = 2_048;
/** No text has it but by chance. */
const SEPARATOR = '\x1e';

export interface DictionaryParts<Value extends readonly string[]> {
  /** The table that gets the decisions. Its first column `key` is of the type BIGINT UNSIGNED. */
  readonly into: string;
  readonly columns: readonly DuckDBType[];
  /** A SELECT of the key and of the values that are decided about. None of them is NULL. Booleans come as texts. */
  readonly values: string;
  /** The names of the values' columns. */
  readonly read: readonly string[];
  readonly bindings?: Bindings;
  /** Decides about one value. @returns a member for each column after the key; undefined if it gets no row */
  readonly decide: (value: Value) => readonly DuckDBValue[] | undefined;
}

/** Runs a function of JavaScript once per distinct value. */
export async function decideOnce<Value extends readonly string[]>(
  connection: DuckDBConnection,
  { into, columns, values, read, bindings = new Bindings(), decide }: DictionaryParts<Value>,
): Promise<void> {
  await execute(
    connection,
    `CREATE OR REPLACE TEMP TABLE undecided AS SELECT row_number() OVER () - 1 AS number, * FROM (${values})`,
    bindings,
  );
  const [[count = 0] = []] = await queryAll(connection, 'SELECT CAST(count(*) AS DOUBLE) FROM undecided');
  const appender = await fromDuckdb(() => connection.createAppender(into));
  try {
    for (let from = 0; from < Number(count); from += BATCH) {
      const { keys, batch } = await readFrom(connection, read, from);
      const rows = batch.flatMap((value, row) => {
        const decision = decide(value as unknown as Value);
        return decision ? [[keys[row] as bigint, ...decision]] : [];
      });
      for (let start = 0; start < rows.length; start += CHUNK) {
        const some = rows.slice(start, start + CHUNK);
        const chunk = DuckDBDataChunk.create(columns, some.length);
        chunk.setColumns(columns.map((_, index) => some.map((row) => row[index] as DuckDBValue)));
        await fromDuckdb(() => appender.appendDataChunk(chunk));
      }
    }
  } finally {
    await fromDuckdb(() => appender.closeSync());
    await execute(connection, 'DROP TABLE undecided');
  }
}

/**
 * Reads values as one text for each column: reading many texts of DuckDB one by one takes ten times as long. Texts that
 * have the separator themselves come as JSON, which takes twice as long.
 */
async function readFrom(
  connection: DuckDBConnection,
  read: readonly string[],
  from: number,
): Promise<{ keys: readonly bigint[]; batch: (readonly string[])[] }> {
  const batch = `FROM undecided WHERE number BETWEEN ${from} AND ${from + BATCH - 1}`;
  const names = ['key', ...read];
  const joined = names.map((name) => `string_agg(${name}, chr(${SEPARATOR.charCodeAt(0)}))`);
  const [texts = []] = await queryAll(connection, `SELECT ${joined.join(', ')} ${batch}`);
  let columns = texts.map((text) => String(text).split(SEPARATOR));
  const length = columns[0]?.length ?? 0;
  if (columns.some((column) => column.length !== length)) {
    const lists = names.map((name) => `CAST(to_json(list(CAST(${name} AS VARCHAR))) AS VARCHAR)`);
    const [json = []] = await queryAll(connection, `SELECT ${lists.join(', ')} ${batch}`);
    columns = json.map((text) => JSON.parse(String(text)) as string[]);
  }
  const [keys = [], ...values] = columns;
  return {
    keys: keys.map((key) => BigInt(key)),
    batch: keys.map((_, row) => values.map((column) => column[row] ?? '')),
  };
}
