import { type DuckDBConnection, DuckDBDataChunk, INTEGER, VARCHAR } from '@duckdb/node-api';
import type { Table } from '../../core/metric/table.ts';
import { type Engine, execute, fromDuckdb } from './engine.ts';
import type { NewRows } from './merge.ts';
import { type Bindings, fileColumns, identifier, rowsOfFiles, textColumns } from './sql.ts';
import type { TextCodes } from './text-codes.ts';
import { makeTextType } from './text-numbers.ts';

/** The size of a chunk in DuckDB. */
export const CHUNK_ROWS = 2048;

/** Rows in a Parquet file, sorted by `_part`, or in a table. */
export interface Run {
  /** The file's path. `_seq` is a row's place among all rows, from 0. */
  readonly path?: string;
  /** The table, quoted, and the place of its first row among all rows. */
  readonly table?: { readonly name: string; readonly first: number };
  /** For each column of texts, whether its texts are numbers. */
  readonly isCoded: readonly boolean[];
}

/** Rows written to files. */
export interface Staged {
  /** The number of rows of each partition, in the order of `_part`. */
  readonly partitions: ReadonlyMap<string, number>;
  readonly rows: number;
  /**
   * Returns the rows of parts as a SELECT: `_part`, `_seq` and the columns of the table's files. Texts may be ENUMs, in
   * the order of texts. undefined if there are no rows.
   * @param numbers all parts by default
   */
  readonly select: (bindings: Bindings, numbers?: readonly number[]) => string | undefined;
  /** Drops what is in memory. The rows can't be selected any more. It never rejects. */
  readonly end: () => Promise<void>;
}

/** Returns the staged rows for a merge, in which the last of several rows with one key wins. */
export function addedRows({ select, partitions, rows }: Staged): NewRows {
  return {
    partitions,
    rows,
    distinct: false,
    ...(rows > 0
      ? { lists: (columns, bindings) => `SELECT DISTINCT ${columns} FROM (${select(bindings)}) AS staged` }
      : {}),
    select: (_connection, parts, bindings) =>
      Promise.resolve(
        select(
          bindings,
          parts.map(({ number }) => number),
        ),
      ),
  };
}

/** The runs of a table's rows, and in a schema of DuckDB's, what texts their numbers mean. */
export class StagedRows {
  readonly #engine: Engine;
  readonly #table: Table;
  readonly #schema: string;
  /** The schema's name, quoted. */
  readonly #quoted: string;
  readonly #runs: readonly Run[];

  constructor(engine: Engine, table: Table, folder: string, runs: readonly Run[]) {
    this.#engine = engine;
    this.#table = table;
    this.#schema = `staged ${folder}`;
    this.#quoted = identifier(this.#schema);
    this.#runs = runs;
  }

  of(partitions: ReadonlyMap<string, number>, rows: number): Staged {
    return {
      partitions,
      rows,
      select: (bindings, numbers) => (rows > 0 ? this.#select(bindings, numbers) : undefined),
      // An engine that was closed meanwhile has nothing in memory.
      end: () =>
        this.#engine
          .use(new AbortController().signal, (connection) => this.drop(connection))
          .catch(() => undefined),
    };
  }

  /** Returns the name of a table that is dropped at the end, quoted. */
  async table(connection: DuckDBConnection, name: string): Promise<string> {
    await execute(connection, `CREATE SCHEMA IF NOT EXISTS ${this.#quoted}`);
    return `${this.#quoted}.${identifier(name)}`;
  }

  /** Drops all tables. */
  drop(connection: DuckDBConnection): Promise<void> {
    return execute(connection, `DROP SCHEMA IF EXISTS ${this.#quoted} CASCADE`);
  }

  /** Makes the tables of texts by their numbers. */
  async keepTexts(
    connection: DuckDBConnection,
    stamps: TextCodes,
    texts: readonly TextCodes[],
  ): Promise<void> {
    await execute(connection, `CREATE SCHEMA IF NOT EXISTS ${this.#quoted}`);
    await this.#keep(connection, 'stamps', stamps.meanings);
    for (const [index, codes] of texts.entries())
      await this.#keep(connection, `texts${index}`, codes.meanings);
  }

  async #keep(connection: DuckDBConnection, name: string, texts: readonly string[]): Promise<void> {
    const plain = `${this.#quoted}.${name}_plain`;
    await execute(connection, `CREATE TABLE ${plain} (code INTEGER, value VARCHAR)`);
    const appender = await fromDuckdb(() => connection.createAppender(`${name}_plain`, this.#schema));
    await fromDuckdb(() => {
      for (let from = 0; from < texts.length; from += CHUNK_ROWS) {
        const values = texts.slice(from, from + CHUNK_ROWS);
        const chunk = DuckDBDataChunk.create([INTEGER, VARCHAR], values.length);
        chunk.setColumns([values.map((_, index) => from + index), values]);
        appender.appendDataChunk(chunk);
      }
      appender.closeSync();
    });
    const type = `${this.#quoted}.${name}_type`;
    await makeTextType(connection, type, [`SELECT value FROM ${plain}`]);
    await execute(
      connection,
      `CREATE TABLE ${this.#quoted}.${name} AS SELECT code, CAST(value AS ${type}) AS value FROM ${plain}`,
    );
    await execute(connection, `DROP TABLE ${plain}`);
  }

  #select(bindings: Bindings, numbers: readonly number[] | undefined): string {
    const alike = new Map<string, Run[]>();
    for (const run of this.#runs) {
      const key = [run.table === undefined, ...run.isCoded].join();
      alike.set(key, [...(alike.get(key) ?? []), run]);
    }
    const where = numbers ? `WHERE _part BETWEEN ${Math.min(...numbers)} AND ${Math.max(...numbers)}` : '';
    return [...alike.values()]
      .map((runs) => `SELECT ${this.#columns(runs)} FROM ${this.#from(runs, bindings)} ${where}`)
      .join(' UNION ALL ');
  }

  #from(runs: readonly Run[], bindings: Bindings): string {
    const joins = (runs[0] as Run).isCoded.flatMap((isCoded, i) =>
      isCoded ? [`JOIN ${this.#quoted}.texts${i} AS texts${i} ON texts${i}.code = runs._t${i}`] : [],
    );
    const tables = runs.flatMap(({ table }) => table ?? []);
    const rows =
      tables.length > 0
        ? `(${tables.map(({ name, first }) => `SELECT rowid + ${first} AS _seq, * FROM ${name}`).join(' UNION ALL ')})`
        : rowsOfFiles(
            runs.flatMap(({ path }) => path ?? []),
            bindings,
          );
    return [
      `${rows} AS runs`,
      `JOIN ${this.#quoted}.stamps AS stamps ON stamps.code = runs._stamp`,
      ...joins,
    ].join(' ');
  }

  #columns([run]: readonly Run[]): string {
    const { measures } = this.#table;
    const texts = textColumns(this.#table).map(({ name }) => name);
    const columns = fileColumns(this.#table).map(({ name, type }) => {
      if (name === 'timestamp') return 'stamps.value AS "timestamp"';
      const text = texts.indexOf(name);
      if (text >= 0)
        return `${run?.isCoded[text] ? `texts${text}.value` : `runs._t${text}`} AS ${identifier(name)}`;
      const index = measures.findIndex((measure) => measure.name === name);
      if (index < 0) return 'CAST(runs._rank AS BIGINT) AS "rank"';
      const number = measures[index]?.nullable ? `nullif(runs._m${index}, 'NaN'::DOUBLE)` : `runs._m${index}`;
      return `CAST(${number} AS ${type}) AS ${identifier(name)}`;
    });
    return ['runs._part', 'runs._seq', ...columns].join(', ');
  }
}
