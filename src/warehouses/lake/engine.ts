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

/** Enough for reads that wait for one another's files; DuckDB itself has two threads. */
const CONNECTIONS = 4;
/** What DuckDB may hold before it spills to disk; a process that imports stays under 500 MB with it. */
const MEMORY_LIMIT = '192MB';
/** The same where rows are made of others: what is sorted in memory takes a third of the time. */
const MAKING_MEMORY_LIMIT = '768MB';
const INTERRUPT_EVERY_MS = 20;

/** A DuckDB in memory and a few connections to it. Its only files are what it spills under `_tmp`. */
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

  /** @param temporary the folder in which a folder of this process's own may be made */
  static async open(temporary: string): Promise<Engine> {
    const spill = join(temporary, `spill-${MACHINE}-${process.pid}-${randomUUID()}`);
    return fromDuckdb(async () => {
      const instance = await DuckDBInstance.create(':memory:', {
        threads: '2',
        memory_limit: MEMORY_LIMIT,
        temp_directory: spill,
      });
      const connection = await instance.connect();
      // Settings of the Parquet extension, which isn't loaded yet when an instance takes its options.
      await connection.run('SET parquet_metadata_cache = true');
      // One read a column chunk, where otherwise every page's header costs several of a few bytes.
      await connection.run('SET prefetch_all_parquet_files = true');
      // DuckDB takes both from the process's TZ and locale: the text of an instant, and the year of one
      // where LANG is Thai, would be another one on every machine.
      await connection.run("SET GLOBAL TimeZone = 'UTC'");
      await connection.run("SET GLOBAL Calendar = 'gregorian'");
      connection.closeSync();
      return new Engine(instance, spill);
    });
  }

  /**
   * Lends a connection. An abort interrupts what runs on it; the promise then rejects with the
   * signal's reason.
   * @param tidy runs before the connection is given back, however the work ended; nothing interrupts it
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
      // The work's own error is the one to tell of; a closed engine has nothing left to tidy.
      await tidy?.(connection).catch(() => undefined);
      this.giveBack(connection);
    }
  }

  /** A connection that the caller gives back. Waits while all are lent. */
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
    // Whoever waits is refused, one after the other.
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

/** Runs a statement; the rows of its result are fetched as they are asked for. */
export function query(
  connection: DuckDBConnection,
  sql: string,
  bindings = new Bindings(),
): Promise<DuckDBResult> {
  return fromDuckdb(() => connection.stream(sql, bindings.values, bindings.types));
}

/** The next rows of a result; undefined at its end. */
export async function fetchChunk(result: DuckDBResult): Promise<DuckDBDataChunk | undefined> {
  const chunk = await fromDuckdb(() => result.fetchChunk());
  return chunk && chunk.rowCount > 0 ? chunk : undefined;
}

/** Runs a statement whose rows are few. */
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

/** Gives DuckDB more memory, or takes it back. */
export async function allowMemory(connection: DuckDBConnection, making: boolean): Promise<void> {
  await execute(connection, `SET memory_limit = '${making ? MAKING_MEMORY_LIMIT : MEMORY_LIMIT}'`);
}

/** Gives what DuckDB throws, which are plain errors, its type. */
export async function fromDuckdb<T>(call: () => T | Promise<T>): Promise<T> {
  try {
    return await call();
  } catch (cause) {
    const message = cause instanceof Error ? cause.message : String(cause);
    throw new EngineError('duckdb', message.split('\n')[0] ?? '', { cause });
  }
}

/** Interrupts, for as long as the signal is aborted and the work goes on: one call can come before its statement. */
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

/** Lets an aborted signal's reason go before whatever the abort made fail. */
export async function guarded<T>(signal: AbortSignal, work: () => Promise<T>): Promise<T> {
  try {
    return await work();
  } finally {
    signal.throwIfAborted();
  }
}

/** Makes a folder of its own for one piece of work and removes it afterwards. */
export async function withFolder<T>(folder: string, work: (folder: string) => Promise<T>): Promise<T> {
  await onFiles(() => mkdir(folder, { recursive: true }));
  try {
    return await work(folder);
  } finally {
    await onFiles(() => rm(folder, { recursive: true, force: true }));
  }
}
