import { join } from 'node:path';
import {
  type DuckDBAppender,
  type DuckDBConnection,
  DuckDBDataChunk,
  type DuckDBType,
  type DuckDBValue,
  DOUBLE,
  INTEGER,
  VARCHAR,
} from '@duckdb/node-api';
import { untilAborted } from '../../core/abort.ts';
import { partitionName } from '../../core/time/partition.ts';
import type { Rows, Table } from '../../core/metric/table.ts';
import { formatTimestamp, type Grain, type Ordinal } from '../../core/time/time.ts';
import type { FileRows } from '../file-rows.ts';
import { type Engine, execute, fromDuckdb, queryAll } from './engine.ts';
import { createFromFile, lookUp } from './staged-file.ts';
import { identifier, literal, textColumns } from './sql.ts';
import { CHUNK_ROWS, type Run, type Staged, StagedRows } from './staged-rows.ts';
import { assertNoNul, TextCodes } from './text-codes.ts';

/** The number of rows held in memory before they are written to a run. At most two such tables exist. */
const RUN_ROWS = 100 * CHUNK_ROWS;
/** The number of texts held in memory: tables with many columns hold fewer rows. */
const RUN_TEXTS = 4 * RUN_ROWS;

/**
 * Takes rows in, in bounded memory. Texts are passed to DuckDB as numbers, because each passed text costs.
 * DuckDB's threads sort and write a full table while the next rows come.
 * @returns the rows, whose `end` must be called
 */
export async function stage(
  engine: Engine,
  table: Table,
  rows: AsyncIterable<Rows | FileRows>,
  folder: string,
  signal: AbortSignal,
): Promise<Staged> {
  const stager = new Stager(engine, table, folder, signal);
  return engine.use(
    signal,
    async (connection) => {
      for await (const batch of untilAborted(rows, signal)) {
        if ('from' in batch) await stager.addFile(connection, batch);
        else
          for (let from = 0; from < batch.length; from += CHUNK_ROWS)
            await stager.add(connection, batch, from, Math.min(batch.length, from + CHUNK_ROWS));
      }
      return stager.finish(connection);
    },
    (connection) => stager.dispose(connection),
  );
}

/** A table in memory that takes rows in. */
interface Raw {
  readonly name: string;
  readonly appender: DuckDBAppender;
  /** The types of its columns. */
  readonly types: readonly DuckDBType[];
  /** For each column of texts, whether its texts are numbers. */
  readonly isCoded: readonly boolean[];
  rows: number;
}

interface Period {
  readonly part: number;
  /** The place of its timestamp among all, from 0. */
  readonly code: number;
}

class Stager {
  readonly #engine: Engine;
  readonly #table: Table;
  readonly #folder: string;
  readonly #signal: AbortSignal;
  readonly #periods = new Map<Grain, Map<Ordinal, Period>>();
  readonly #stamps = new TextCodes(1);
  readonly #texts: readonly TextCodes[];
  readonly #partitions = new Map<string, number>();
  readonly #parts: string[] = [];
  readonly #numbers = new Map<string, number>();
  readonly #runs: Run[] = [];
  readonly #staged: StagedRows;
  #raw: Raw | undefined;
  /** The tables in memory that exist. */
  readonly #tables = new Set<string>();
  #spilling: Promise<void> = Promise.resolve();
  #rows = 0;
  #isFinished = false;

  constructor(engine: Engine, table: Table, folder: string, signal: AbortSignal) {
    this.#engine = engine;
    this.#table = table;
    this.#folder = folder;
    this.#signal = signal;
    this.#texts = textColumns(table).map((_, __, { length }) => new TextCodes(length));
    this.#staged = new StagedRows(engine, table, folder, this.#runs);
  }

  async add(connection: DuckDBConnection, rows: Rows, from: number, to: number): Promise<void> {
    const { dimensions, entry, measures, ranking } = this.#table;
    const texts = [...rows.dimensions, ...rows.entry];
    if (texts.length !== dimensions.length + entry.length || rows.measures.length !== measures.length)
      throw new TypeError(`rows for ${this.#table.name} don't have its columns`);
    if (this.#raw?.isCoded.some((isCoded, i) => isCoded && this.#texts[i]?.isFull)) await this.#spill();
    this.#raw ??= await this.#open(connection);
    const { appender, types, isCoded } = this.#raw;
    const count = to - from;
    const parts = new Array<number>(count);
    const stamps = new Array<number>(count);
    const oneGrain = typeof rows.grain === 'string' ? rows.grain : undefined;
    for (let index = 0; index < count; index++) {
      const grain = oneGrain ?? (rows.grain[from + index] as Grain);
      const period = this.#periodOf(grain, rows.ordinals[from + index] as Ordinal);
      parts[index] = period.part;
      stamps[index] = period.code;
    }
    for (const part of parts) this.#count(part, 1);
    const columns: DuckDBValue[][] = [parts, stamps];
    for (const [index, column] of texts.entries()) {
      if (isCoded[index]) columns.push((this.#texts[index] as TextCodes).of(column, from, to));
      else {
        const plain = column.slice(from, to);
        plain.forEach(assertNoNul);
        columns.push(plain);
      }
    }
    if (ranking) {
      const { ranks } = rows;
      columns.push(ranks ? ranks.slice(from, to) : new Array<null>(count).fill(null));
    }
    for (const measure of rows.measures) columns.push(measure.slice(from, to));
    await fromDuckdb(() => {
      const chunk = DuckDBDataChunk.create(types, count);
      chunk.setColumns(columns);
      appender.appendDataChunk(chunk);
    });
    this.#raw.rows += count;
    this.#rows += count;
    if (this.#raw.rows >= Math.min(RUN_ROWS, RUN_TEXTS / texts.length)) await this.#spill();
  }

  /** Takes in the rows of a whole file, which DuckDB reads. */
  async addFile(connection: DuckDBConnection, file: FileRows): Promise<void> {
    await this.#spill();
    const isCoded = this.#texts.map(({ isFull }) => !isFull);
    const periods = [...file.timestamps.ordinals]
      .toSorted(([, a], [, b]) => a - b)
      .map(([text, ordinal]) => ({ text, ...this.#periodOf(file.grain, ordinal) }));
    const meanings = new Map(periods.map(({ text, code }) => [text, this.#stamps.meanings[code] as string]));
    const stamps = lookUp('_stamp', file.timestamps.sql, meanings, this.#stamps, file.length);
    const texts = file.dimensions.map(({ sql, values }, index) =>
      lookUp(`_t${index}`, sql, values, isCoded[index] ? this.#texts[index] : undefined, file.length),
    );
    const parts = this.#stamps.texts.map(() => 0);
    for (const { text, part } of periods) parts[this.#stamps.numberOf(text) as number] = part;
    const name = await this.#staged.table(connection, `file${this.#runs.length}`);
    await createFromFile(connection, name, file, [stamps, ...texts], parts);
    this.#runs.push({ table: { name, first: this.#rows }, isCoded });
    const counts = await queryAll(connection, `SELECT _part, count(*) FROM ${name} GROUP BY _part`);
    for (const [part, count] of counts) this.#count(Number(part), Number(count));
    this.#rows += file.length;
  }

  async finish(connection: DuckDBConnection): Promise<Staged> {
    await this.#spill();
    await this.#spilling;
    if (this.#rows > 0) await this.#staged.keepTexts(connection, this.#stamps, this.#texts);
    this.#isFinished = true;
    return this.#staged.of(this.#partitions, this.#rows);
  }

  /** Waits for running work and drops the tables that are left in memory. */
  async dispose(connection: DuckDBConnection): Promise<void> {
    await this.#spilling.catch(() => undefined);
    this.#raw?.appender.closeSync();
    if (!this.#isFinished) await this.#staged.drop(connection);
    for (const name of this.#tables) await this.#drop(connection, name);
  }

  #count(part: number, rows: number): void {
    const name = this.#parts[part] as string;
    this.#partitions.set(name, (this.#partitions.get(name) ?? 0) + rows);
  }

  #periodOf(grain: Grain, ordinal: Ordinal): Period {
    let ofGrain = this.#periods.get(grain);
    if (!ofGrain) this.#periods.set(grain, (ofGrain = new Map<Ordinal, Period>()));
    let period = ofGrain.get(ordinal);
    if (!period) {
      const name = partitionName(grain, ordinal);
      let part = this.#numbers.get(name);
      if (part === undefined) this.#numbers.set(name, (part = this.#parts.push(name) - 1));
      const [code = 0] = this.#stamps.of([formatTimestamp('YYYYMMDDHH', grain, ordinal)], 0, 1);
      period = { part, code };
      ofGrain.set(ordinal, period);
    }
    return period;
  }

  async #open(connection: DuckDBConnection): Promise<Raw> {
    const name = `raw ${this.#folder} ${this.#runs.length}`;
    const isCoded = this.#texts.map(({ isFull }) => !isFull);
    const { measures, ranking } = this.#table;
    const columns: [name: string, type: DuckDBType][] = [
      ['_part', INTEGER],
      ['_stamp', INTEGER],
      ...isCoded.map((coded, i): [string, DuckDBType] => [`_t${i}`, coded ? INTEGER : VARCHAR]),
      ...(ranking ? [['_rank', DOUBLE] as [string, DuckDBType]] : []),
      ...measures.map((_, i): [string, DuckDBType] => [`_m${i}`, DOUBLE]),
    ];
    const list = columns.map(([column, type]) => `${column} ${String(type)}`).join(', ');
    await execute(connection, `CREATE TABLE ${identifier(name)} (${list})`);
    this.#tables.add(name);
    const appender = await fromDuckdb(() => connection.createAppender(name));
    return { name, appender, types: columns.map(([, type]) => type), isCoded, rows: 0 };
  }

  /** Starts to write the table in memory to a run, once the run before is written. */
  async #spill(): Promise<void> {
    const raw = this.#raw;
    if (!raw) return;
    this.#raw = undefined;
    await fromDuckdb(() => raw.appender.closeSync());
    const base = this.#rows - raw.rows;
    const path = join(this.#folder, `run-${this.#runs.length}.parquet`);
    this.#runs.push({ path, isCoded: raw.isCoded });
    await this.#spilling;
    // Uses another connection, because this one continues to append.
    this.#spilling = this.#engine.use(this.#signal, async (connection) => {
      await execute(
        connection,
        `COPY (SELECT rowid + ${base} AS _seq, * FROM ${identifier(raw.name)} ORDER BY _part)
         TO ${literal(path)} (FORMAT parquet, ROW_GROUP_SIZE 8192)`,
      );
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
