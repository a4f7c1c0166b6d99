import type { DuckDBConnection } from '@duckdb/node-api';
import type { FileRows } from '../file-rows.ts';
import { execute } from './engine.ts';
import { Bindings } from './sql.ts';
import type { TextCodes } from './text-codes.ts';

/** How the texts of a file's column become those, or the numbers, of a staged column. */
interface Lookup {
  /** The staged column. */
  readonly name: string;
  /** An expression of the file's texts. */
  readonly sql: string;
  /** Texts by their numbers; undefined if the file's texts are staged as they are. */
  readonly texts?: readonly string[];
  /** The number of the only text that the file has. DuckDB then needn't make the column. */
  readonly only?: number;
  /** What is staged for each number; undefined if it is the number. */
  readonly meanings?: readonly string[];
}

/**
 * @param meanings what the file's texts mean
 * @param codes the numbers of the column's texts; undefined if no more texts are to be numbered
 * @param rows how many rows the file has
 */
export function lookUp(
  name: string,
  sql: string,
  meanings: ReadonlyMap<string, string>,
  codes: TextCodes | undefined,
  rows: number,
): Lookup {
  const [first] = meanings.keys();
  if (codes) {
    codes.addAll(meanings, rows);
    const only = meanings.size === 1 ? codes.numberOf(first as string) : undefined;
    return { name, sql, texts: codes.texts, ...(only === undefined ? {} : { only }) };
  }
  const isItself = [...meanings].every(([text, meaning]) => text === meaning);
  return isItself
    ? { name, sql }
    : { name, sql, texts: [...meanings.keys()], meanings: [...meanings.values()] };
}

/**
 * Makes a table of a file's rows in the file's order, which a join might change. A cast to an ENUM is the fastest way to
 * look up the number of a text.
 * @param parts for each number of a timestamp, that of its partition
 */
export async function createFromFile(
  connection: DuckDBConnection,
  table: string,
  { from, measures }: FileRows,
  lookups: readonly Lookup[],
  parts: readonly number[],
): Promise<void> {
  const bindings = new Bindings();
  const partType = typeUpTo(parts.reduce((a, b) => Math.max(a, b), 0));
  const columns = [`CAST(list_extract(${bindings.numbers(parts)}, _stamp + 1) AS ${partType}) AS _part`];
  const read: string[] = [];
  for (const { name, sql, texts, only, meanings } of lookups) {
    if (texts && only === undefined) await makeType(connection, `file${name}`, texts);
    const number =
      only === undefined ? `enum_code(CAST(${sql} AS file${name}))` : `CAST(${only} AS UINTEGER)`;
    read.push(`${texts ? number : sql} AS ${name}`);
    columns.push(meanings ? `list_extract(${bindings.texts(meanings)}, ${name} + 1) AS ${name}` : name);
  }
  for (const [index, sql] of measures.entries()) {
    read.push(`CAST(CAST(${sql} AS BIGINT) AS DOUBLE) AS _m${index}`);
    columns.push(`_m${index}`);
  }
  await execute(
    connection,
    `CREATE TABLE ${table} AS SELECT ${columns.join(', ')} FROM (SELECT ${read.join(', ')} FROM ${from(bindings)} AS file)`,
    bindings,
  );
}

/** The smallest type that holds a number: more rows of a large file then stay in memory. */
function typeUpTo(most: number): string {
  return most < 2 ** 8 ? 'UTINYINT' : most < 2 ** 16 ? 'USMALLINT' : 'UINTEGER';
}

/** Makes a temporary ENUM of texts in their order. */
async function makeType(connection: DuckDBConnection, name: string, texts: readonly string[]): Promise<void> {
  const bindings = new Bindings();
  await execute(
    connection,
    `CREATE OR REPLACE TEMP TABLE ${name}_texts AS SELECT unnest(${bindings.texts(texts)}) AS text`,
    bindings,
  );
  await execute(connection, `CREATE OR REPLACE TEMP TYPE ${name} AS ENUM (SELECT text FROM ${name}_texts)`);
  await execute(connection, `DROP TABLE ${name}_texts`);
}
