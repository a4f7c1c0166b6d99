import { join } from 'node:path';
import {
  type DuckDBAppender,
  type DuckDBConnection,
  DuckDBDataChunk,
  type DuckDBValue,
  DOUBLE,
  INTEGER,
  VARCHAR,
} from '@duckdb/node-api';
import { untilAborted } from '../../core/abort.ts';
import { partitionName } from '../../core/time/partition.ts';
import type { Rows, Table } from '../../core/metric/table.ts';
import { formatTimestamp, type Grain, type Ordinal } from '../../core/time/time.ts';
import { type Engine, execute, fromDuckdb } from './engine.ts';
import type { NewRows } from './merge.ts';
import { type Bindings, fileColumns, identifier, literal, rowsOfFiles, textColumns } from './sql.ts';

/** The size of a chunk in DuckDB. */
const CHUNK_ROWS = 2048;
/** The number of rows held in memory before they are written to a run. At most two such tables exist. */
const RUN_ROWS = 100 * CHUNK_ROWS;
/** The number of texts held in memory: tables with many columns hold fewer rows. */
const RUN_TEXTS = 4 * RUN_ROWS;
/** Separates the texts of a row, which are passed to DuckDB as one, because each passed text costs. No text has a NUL. */
const SEPARATOR = '\0';

/** Rows written to files. Each file is sorted by `_part`; `_seq` is a row's place among all rows, from 0. */
export interface Staged {
  readonly runs: readonly string[];
  /** The number of rows of each partition, in the order of `_part`. */
  readonly partitions: ReadonlyMap<string, number>;
  readonly rows: number;
}

/**
 * Takes rows in at 0.7 µs of this thread for a row, in bounded memory. DuckDB's threads sort and write a full
 * table while the next rows come.
 */
export async function stage(
  engine: Engine,
  table: Table,
  rows: AsyncIterable<Rows>,
  folder: string,
  signal: AbortSignal,
): Promise<Staged> {
  const stager = new Stager(engine, table, folder, signal);
  return engine.use(
    signal,
    async (connection) => {
      for await (const batch of untilAborted(rows, signal)) {
        for (let from = 0; from < batch.length; from += CHUNK_ROWS)
          await stager.add(connection, batch, from, Math.min(batch.length, from + CHUNK_ROWS));
      }
      return stager.finish();
    },
    (connection) => stager.dispose(connection),
  );
}

/** Returns the staged rows for a merge, in which the last of several rows with one key wins. */
export function addedRows(table: Table, { runs, partitions, rows }: Staged): NewRows {
  const names = fileColumns(table).map(({ name }) => identifier(name));
  const from = (bindings: Bindings) => `FROM ${rowsOfFiles(runs, bindings)}`;
  return {
    partitions,
    rows,
    distinct: false,
    ...(runs.length > 0
      ? { lists: (columns, bindings) => `SELECT DISTINCT ${columns} ${from(bindings)}` }
      : {}),
    select: (_connection, parts, bindings) => {
      const numbers = parts.map(({ number }) => number);
      const rows = `SELECT _part, _seq, ${names.join(', ')} ${runs.length > 0 ? from(bindings) : ''}
        WHERE _part BETWEEN ${Math.min(...numbers)} AND ${Math.max(...numbers)}`;
      return Promise.resolve(runs.length > 0 ? rows : undefined);
    },
  };
}

/** A table in memory that takes rows in. */
interface Raw {
  readonly name: string;
  readonly appender: DuckDBAppender;
  rows: number;
}

interface Period {
  readonly part: number;
  /** YYYYMMDDHH as a number. */
  readonly stamp: number;
}

class Stager {
  readonly #engine: Engine;
  readonly #table: Table;
  readonly #folder: string;
  readonly #signal: AbortSignal;
  readonly #periods = new Map<Grain, Map<Ordinal, Period>>();
  readonly #partitions = new Map<string, number>();
  readonly #parts: string[] = [];
  readonly #numbers = new Map<string, number>();
  readonly #runs: string[] = [];
  #raw: Raw | undefined;
  /** The tables in memory that exist. */
  readonly #tables = new Set<string>();
  #spilling: Promise<void> = Promise.resolve();
  #rows = 0;

  constructor(engine: Engine, table: Table, folder: string, signal: AbortSignal) {
    this.#engine = engine;
    this.#table = table;
    this.#folder = folder;
    this.#signal = signal;
  }

  async add(connection: DuckDBConnection, rows: Rows, from: number, to: number): Promise<void> {
    this.#raw ??= await this.#open(connection);
    const { dimensions, entry, measures, ranking } = this.#table;
    const texts = [...rows.dimensions, ...rows.entry];
    if (texts.length !== dimensions.length + entry.length || rows.measures.length !== measures.length)
      throw new TypeError(`rows for ${this.#table.name} don't have its columns`);
    const count = to - from;
    const parts = new Array<number>(count);
    const stamps = new Array<number>(count);
    const oneGrain = typeof rows.grain === 'string' ? rows.grain : undefined;
    for (let index = 0; index < count; index++) {
      const grain = oneGrain ?? (rows.grain[from + index] as Grain);
      const period = this.#periodOf(grain, rows.ordinals[from + index] as Ordinal);
      parts[index] = period.part;
      stamps[index] = period.stamp;
    }
    for (const part of parts) {
      const name = this.#parts[part] as string;
      this.#partitions.set(name, (this.#partitions.get(name) ?? 0) + 1);
    }
    const columns: DuckDBValue[][] = [joined(texts, from, to), parts, stamps];
    if (ranking) {
      const { ranks } = rows;
      columns.push(ranks ? ranks.slice(from, to) : new Array<null>(count).fill(null));
    }
    for (const measure of rows.measures) columns.push(measure.slice(from, to));
    const types = columns.map((_, index) => (index === 0 ? VARCHAR : index === 1 ? INTEGER : DOUBLE));
    const { appender } = this.#raw;
    await fromDuckdb(() => {
      const chunk = DuckDBDataChunk.create(types, count);
      chunk.setColumns(columns);
      appender.appendDataChunk(chunk);
    });
    this.#raw.rows += count;
    this.#rows += count;
    if (this.#raw.rows >= Math.min(RUN_ROWS, RUN_TEXTS / texts.length)) await this.#spill();
  }

  async finish(): Promise<Staged> {
    await this.#spill();
    await this.#spilling;
    return { runs: this.#runs, partitions: this.#partitions, rows: this.#rows };
  }

  /** Waits for running work and drops the tables that are left in memory. */
  async dispose(connection: DuckDBConnection): Promise<void> {
    await this.#spilling.catch(() => undefined);
    this.#raw?.appender.closeSync();
    for (const name of this.#tables) await this.#drop(connection, name);
  }

  #periodOf(grain: Grain, ordinal: Ordinal): Period {
    let ofGrain = this.#periods.get(grain);
    if (!ofGrain) this.#periods.set(grain, (ofGrain = new Map<Ordinal, Period>()));
    let period = ofGrain.get(ordinal);
    if (!period) {
      const name = partitionName(grain, ordinal);
      let part = this.#numbers.get(name);
      if (part === undefined) this.#numbers.set(name, (part = this.#parts.push(name) - 1));
      period = { part, stamp: Number(formatTimestamp('YYYYMMDDHH', grain, ordinal)) };
      ofGrain.set(ordinal, period);
    }
    return period;
  }

  async #open(connection: DuckDBConnection): Promise<Raw> {
    const name = `raw ${this.#folder} ${this.#runs.length}`;
    const measures = this.#table.measures.map((_, index) => `_m${index} DOUBLE`);
    const rank = this.#table.ranking ? ['_rank DOUBLE'] : [];
    const columns = ['_key VARCHAR', '_part INTEGER', '_stamp DOUBLE', ...rank, ...measures];
    await execute(connection, `CREATE TABLE ${identifier(name)} (${columns.join(', ')})`);
    this.#tables.add(name);
    return { name, appender: await fromDuckdb(() => connection.createAppender(name)), rows: 0 };
  }

  /** Starts to write the table in memory to a run, once the run before is written. */
  async #spill(): Promise<void> {
    const raw = this.#raw;
    if (!raw) return;
    this.#raw = undefined;
    await fromDuckdb(() => raw.appender.closeSync());
    const base = this.#rows - raw.rows;
    const path = join(this.#folder, `run-${this.#runs.length}.parquet`);
    this.#runs.push(path);
    await this.#spilling;
    // Uses another connection, because this one continues to append.
    this.#spilling = this.#engine.use(this.#signal, async (connection) => {
      await execute(connection, runStatement(this.#table, raw.name, base, path));
      await this.#drop(connection, raw.name);
    });
    // The next `await` gets the error; until then it must not count as unhandled.
    this.#spilling.catch(() => undefined);
  }

  async #drop(connection: DuckDBConnection, name: string): Promise<void> {
    await execute(connection, `DROP TABLE IF EXISTS ${identifier(name)}`);
    this.#tables.delete(name);
  }
}

function joined(columns: readonly (readonly string[])[], from: number, to: number): string[] {
  const [first = [], ...others] = columns;
  const keys = first.slice(from, to);
  for (const column of others)
    for (let index = from; index < to; index++) keys[index - from] += SEPARATOR + (column[index] as string);
  return keys;
}

function runStatement(table: Table, raw: string, base: number, path: string): string {
  const texts = textColumns(table);
  const columns = [
    '_part',
    `_row + ${base} AS _seq`,
    ...texts.map(({ name }, index) => `_texts[${index + 1}] AS ${identifier(name)}`),
    `lpad(CAST(CAST(_stamp AS BIGINT) AS VARCHAR), 10, '0') AS "timestamp"`,
    ...(table.ranking ? ['CAST(_rank AS BIGINT) AS "rank"'] : []),
    ...table.measures.map(({ name, type, nullable }, index) => {
      const number = nullable ? `nullif(_m${index}, 'NaN'::DOUBLE)` : `_m${index}`;
      return `${type !== 'decimal' ? `CAST(${number} AS BIGINT)` : number} AS ${identifier(name)}`;
    }),
  ];
  return `COPY (
    SELECT ${columns.join(', ')}
    FROM (
      SELECT *, CASE WHEN len(_split) = ${texts.length} THEN _split ELSE error('a value contains a NUL character') END AS _texts
      FROM (SELECT *, rowid AS _row, string_split(_key, chr(0)) AS _split FROM ${identifier(raw)}) AS raw
    ) AS texts
    ORDER BY _part
  ) TO ${literal(path)} (FORMAT parquet, ROW_GROUP_SIZE 8192)`;
}
