import { randomUUID } from 'node:crypto';
import { mkdir, rm } from 'node:fs/promises';
import { hostname } from 'node:os';
import { join } from 'node:path';
import { type DuckDBConnection, DuckDBInstance, type DuckDBResult } from '@duckdb/node-api';
import { EngineError } from '../../core/engine-error.ts';
import { Bindings } from './sql.ts';

/** Enough for reads that wait for one another's files; DuckDB itself has two threads. */
const CONNECTIONS = 4;
/** What DuckDB may hold before it spills to disk; a process that imports stays under 500 MB with it. */
const MEMORY_LIMIT = '192MB';
const INTERRUPT_EVERY_MS = 20;

/** A DuckDB in memory and a few connections to it. Its only files are what it spills under `_tmp`. */
export class Engine {
  readonly #instance: DuckDBInstance;
  readonly #spill: string;
  readonly #connections: Set<DuckDBConnection> = new Set();
  readonly #idle: DuckDBConnection[] = [];
  readonly #waiting: (() => void)[] = [];
  #closed = false;

  private constructor(instance: DuckDBInstance, spill: string) {
    this.#instance = instance;
    this.#spill = spill;
  }

  /** @param temporary the folder in which a folder of this process's own may be made */
  static async open(temporary: string): Promise<Engine> {
    const spill = join(temporary, `spill-${hostname()}-${process.pid}-${randomUUID()}`);
    return guarded(undefined, async () => {
      const instance = await DuckDBInstance.create(':memory:', {
        threads: '2',
        memory_limit: MEMORY_LIMIT,
        temp_directory: spill,
      });
      const connection = await instance.connect();
      // A setting of the Parquet extension, which isn't loaded yet when an instance takes its options.
      await connection.run('SET parquet_metadata_cache = true');
      connection.closeSync();
      return new Engine(instance, spill);
    });
  }

  /**
   * Lends a connection. An abort interrupts what runs on it; the promise then rejects with the
   * signal's reason, and with EngineError where DuckDB failed.
   */
  async use<T>(signal: AbortSignal, work: (connection: DuckDBConnection) => Promise<T>): Promise<T> {
    const connection = await this.borrow(signal);
    try {
      return await guarded(signal, () => interruptible(connection, signal, () => work(connection)));
    } finally {
      this.giveBack(connection);
    }
  }

  /** A connection that the caller gives back. Waits while all are lent. */
  async borrow(signal: AbortSignal): Promise<DuckDBConnection> {
    for (;;) {
      signal.throwIfAborted();
      if (this.#closed) throw new EngineError('duckdb', 'the warehouse is closed');
      const idle = this.#idle.pop();
      if (idle) return idle;
      if (this.#connections.size < CONNECTIONS) break;
      await this.#turn(signal);
    }
    return this.#connect();
  }

  giveBack(connection: DuckDBConnection): void {
    if (this.#closed) connection.closeSync();
    else this.#idle.push(connection);
    this.#waiting.shift()?.();
  }

  async close(): Promise<void> {
    if (this.#closed) return;
    this.#closed = true;
    for (const wake of this.#waiting.splice(0)) wake();
    for (const connection of this.#connections) {
      connection.interrupt();
      if (this.#idle.includes(connection)) connection.closeSync();
    }
    this.#instance.closeSync();
    await rm(this.#spill, { recursive: true, force: true });
  }

  async #connect(): Promise<DuckDBConnection> {
    return guarded(undefined, async () => {
      const connection = await this.#instance.connect();
      this.#connections.add(connection);
      return connection;
    });
  }

  /** Resolves when a connection was given back, or the signal aborted. */
  async #turn(signal: AbortSignal): Promise<void> {
    await new Promise<void>((resolve) => {
      const wake = () => {
        signal.removeEventListener('abort', abort);
        resolve();
      };
      const abort = () => {
        const place = this.#waiting.indexOf(wake);
        if (place >= 0) this.#waiting.splice(place, 1);
        resolve();
      };
      this.#waiting.push(wake);
      signal.addEventListener('abort', abort, { once: true });
    });
  }
}

/** Runs a statement; the rows of its result are fetched as they are asked for. */
export function query(
  connection: DuckDBConnection,
  sql: string,
  bindings = new Bindings(),
): Promise<DuckDBResult> {
  return connection.stream(sql, bindings.values, bindings.types);
}

/** Runs a statement to its end. */
export async function execute(
  connection: DuckDBConnection,
  sql: string,
  bindings = new Bindings(),
): Promise<void> {
  await connection.run(sql, bindings.values, bindings.types);
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
  signal.addEventListener('abort', abort, { once: true });
  try {
    return await work();
  } finally {
    signal.removeEventListener('abort', abort);
    clearInterval(timer);
  }
}

/** Gives what DuckDB throws its type; an aborted signal's reason goes before. */
export async function guarded<T>(signal: AbortSignal | undefined, work: () => Promise<T>): Promise<T> {
  try {
    const result = await work();
    signal?.throwIfAborted();
    return result;
  } catch (error) {
    signal?.throwIfAborted();
    throw engineError(error);
  }
}

/** DuckDB's own errors are plain ones; those with a name or a code come from elsewhere and stay. */
export function engineError(error: unknown): unknown {
  if (!(error instanceof Error) || error.constructor !== Error || 'code' in error) return error;
  return new EngineError('duckdb', error.message.split('\n')[0] ?? '', { cause: error });
}

/** Makes a folder of its own for one piece of work and removes it afterwards. */
export async function withFolder<T>(folder: string, work: (folder: string) => Promise<T>): Promise<T> {
  await mkdir(folder, { recursive: true });
  try {
    return await work(folder);
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}
