import { randomUUID } from 'node:crypto';
import { mkdir, rm } from 'node:fs/promises';
import { join } from 'node:path';
import {
  type DuckDBConnection,
  type DuckDBDataChunk,
  DuckDBInstance,
  type DuckDBResult,
  type DuckDBValue,
} from '@duckdb/node-api';
import { EngineError } from '../../core/engine-error.ts';
import { Turns } from '../../core/turns.ts';
import { onFiles } from '../../files/file-error.ts';
import { Bindings } from './sql.ts';
import { MACHINE } from '../../files/machine.ts';
import { onAbort } from '../../core/abort.ts';

/** The maximum number of connections. Reads wait for one another's files; DuckDB itself has two threads at most. */
const CONNECTIONS = 4;
/** The memory that DuckDB may use before it spills to disk. An importing process stays under 500 MB with it. */
const MEMORY_LIMIT = '192MB';
/** The same while rows are derived: sorting in memory takes a third of the time. */
const MAKING_MEMORY_LIMIT = '768MB';
const INTERRUPT_EVERY_MS = 20;

/** An in-memory DuckDB with a few connections. Its only files are those that it spills under `_tmp`. */
export class Engine {
  readonly #instance: DuckDBInstance;
  readonly #spill: string;
  readonly #connections: Set<DuckDBConnection> = new Set();
  readonly #idle: DuckDBConnection[] = [];
  readonly #turns = new Turns(CONNECTIONS);
  #closed = false;

  private constructor(instance: DuckDBInstance, spill: string) {
    this.#instance = instance;
    this.#spill = spill;
  }

  /**
   * @param temporary the folder in which this process may make a folder of its own
   * @param threads how many work on a statement. While one of them works alone, another waits for it without sleeping
   * and takes a processor: work of small parts takes up to half of the time, and of the processor's, with one.
   */
  static async open(temporary: string, threads: 1 | 2 = 2): Promise<Engine> {
    const spill = join(temporary, `spill-${MACHINE}-${process.pid}-${randomUUID()}`);
    return fromDuckdb(async () => {
      const instance = await DuckDBInstance.create(':memory:', {
        threads: String(threads),
        memory_limit: MEMORY_LIMIT,
        temp_directory: spill,
      });
      const connection = await instance.connect();
      // These are settings of the Parquet extension, which isn't loaded yet when an instance takes its options.
      await connection.run('SET parquet_metadata_cache = true');
      // Reads each column chunk once. Otherwise every page's header costs several reads of a few bytes.
      await connection.run('SET prefetch_all_parquet_files = true');
      // By default DuckDB takes both from the process's TZ and locale. The text of an instant would then
      // differ between machines, and if LANG is Thai, even its year.
      await connection.run("SET GLOBAL TimeZone = 'UTC'");
      await connection.run("SET GLOBAL Calendar = 'gregorian'");
      connection.closeSync();
      return new Engine(instance, spill);
    });
  }

  /**
   * Lends a connection to `work`. An abort interrupts what runs on it; the promise then rejects with the
   * signal's reason.
   * @param tidy runs before the connection is given back, even if the work failed; nothing interrupts it
   */
  async use<T>(
    signal: AbortSignal,
    work: (connection: DuckDBConnection) => Promise<T>,
    tidy?: (connection: DuckDBConnection) => Promise<void>,
  ): Promise<T> {
    const connection = await this.borrow(signal);
    try {
      return await guarded(signal, () => interruptible(connection, signal, () => work(connection)));
    } finally {
      // Errors of tidying are dropped: the work's own error matters more, and a closed engine needs no tidying.
      await tidy?.(connection).catch(() => undefined);
      this.giveBack(connection);
    }
  }

  /** Lends a connection that the caller must give back. Waits while all are lent. */
  async borrow(signal: AbortSignal): Promise<DuckDBConnection> {
    await this.#turns.take(signal);
    try {
      if (this.#closed) throw new EngineError('duckdb', 'the warehouse is closed');
      return this.#idle.pop() ?? (await this.#connect());
    } catch (error) {
      this.#turns.give();
      throw error;
    }
  }

  giveBack(connection: DuckDBConnection): void {
    if (this.#closed) connection.closeSync();
    else this.#idle.push(connection);
    this.#turns.give();
  }

  async close(): Promise<void> {
    if (this.#closed) return;
    this.#closed = true;
    // One turn is enough, because each waiting caller is refused and gives its turn to the next one.
    this.#turns.give();
    for (const connection of this.#connections) {
      connection.interrupt();
      if (this.#idle.includes(connection)) connection.closeSync();
    }
    this.#instance.closeSync();
    await rm(this.#spill, { recursive: true, force: true });
  }

  async #connect(): Promise<DuckDBConnection> {
    const connection = await fromDuckdb(() => this.#instance.connect());
    this.#connections.add(connection);
    return connection;
  }
}

/** Runs a statement. The rows of its result are fetched on demand. */
export function query(
  connection: DuckDBConnection,
  sql: string,
  bindings = new Bindings(),
): Promise<DuckDBResult> {
  return fromDuckdb(() => connection.stream(sql, bindings.values, bindings.types));
}

/** Returns the next rows of a result; undefined at its end. */
export async function fetchChunk(result: DuckDBResult): Promise<DuckDBDataChunk | undefined> {
  const chunk = await fromDuckdb(() => result.fetchChunk());
  return chunk && chunk.rowCount > 0 ? chunk : undefined;
}

/** Runs a statement that returns few rows. */
export async function queryAll(
  connection: DuckDBConnection,
  sql: string,
  bindings = new Bindings(),
): Promise<DuckDBValue[][]> {
  const result = await query(connection, sql, bindings);
  return fromDuckdb(() => result.getRows());
}

/** Runs a statement to its end. */
export async function execute(
  connection: DuckDBConnection,
  sql: string,
  bindings = new Bindings(),
): Promise<void> {
  await fromDuckdb(() => connection.run(sql, bindings.values, bindings.types));
}

/** Raises DuckDB's memory limit for deriving rows, or lowers it again. */
export async function allowMemory(connection: DuckDBConnection, making: boolean): Promise<void> {
  await execute(connection, `SET memory_limit = '${making ? MAKING_MEMORY_LIMIT : MEMORY_LIMIT}'`);
}

/** Runs a statement with two threads in an engine of one, which goes on with one: for work of many parts. */
export async function withTwoThreads<T>(connection: DuckDBConnection, work: () => Promise<T>): Promise<T> {
  await execute(connection, 'SET threads = 2');
  try {
    return await work();
  } finally {
    await execute(connection, 'SET threads = 1');
  }
}

/** Turns the plain errors that DuckDB throws into EngineErrors. */
export async function fromDuckdb<T>(call: () => T | Promise<T>): Promise<T> {
  try {
    return await call();
  } catch (cause) {
    const message = cause instanceof Error ? cause.message : String(cause);
    throw new EngineError('duckdb', message.split('\n')[0] ?? '', { cause });
  }
}

/** Interrupts the work while the signal is aborted. It repeats that, because one interrupt can come before the statement starts. */
export async function interruptible<T>(
  connection: DuckDBConnection,
  signal: AbortSignal,
  work: () => Promise<T>,
): Promise<T> {
  let timer: NodeJS.Timeout | undefined;
  const abort = () => {
    connection.interrupt();
    timer ??= setInterval(() => connection.interrupt(), INTERRUPT_EVERY_MS);
  };
  signal.throwIfAborted();
  const stop = onAbort(signal, abort);
  try {
    return await work();
  } finally {
    stop();
    clearInterval(timer);
  }
}

/** Throws an aborted signal's reason instead of the error that the abort caused. */
export async function guarded<T>(signal: AbortSignal, work: () => Promise<T>): Promise<T> {
  try {
    return await work();
  } finally {
    signal.throwIfAborted();
  }
}

/** Makes a temporary folder for one piece of work and removes it afterwards. */
export async function withFolder<T>(folder: string, work: (folder: string) => Promise<T>): Promise<T> {
  await onFiles(() => mkdir(folder, { recursive: true }));
  try {
    return await work(folder);
  } finally {
    await onFiles(() => rm(folder, { recursive: true, force: true }));
  }
}
