import type { DuckDBDataChunk } from '@duckdb/node-api';
import { fetchChunk, guarded, interruptible, query } from './engine.ts';
import type { Lake } from './lake.ts';
import { pinFiles } from './pins.ts';
import type { Bindings } from './sql.ts';

/** A statement that reads files of one table. */
export interface ReadStatement {
  readonly table: string;
  /** The files, relative to the table's folder. They are kept until the read ends. */
  readonly files: readonly string[];
  readonly sql: string;
  readonly bindings: Bindings;
}

/** Yields the chunks of a statement's result. An abort interrupts it. */
export async function* chunksOf(
  lake: Lake,
  { table, files, sql, bindings }: ReadStatement,
  signal: AbortSignal,
): AsyncGenerator<DuckDBDataChunk> {
  const pin = pinFiles(lake.folder, table, files);
  const connection = await lake.engine.borrow(signal).catch(async (error: unknown) => {
    await pin.end();
    throw error;
  });
  const run = <T>(work: () => Promise<T>): Promise<T> =>
    guarded(signal, () => interruptible(connection, signal, work));
  let exhausted = false;
  try {
    const result = await run(() => query(connection, sql, bindings));
    for (;;) {
      const chunk = await run(() => fetchChunk(result));
      if (!chunk) break;
      yield chunk;
    }
    exhausted = true;
  } finally {
    // When the reader leaves early, DuckDB must stop working.
    if (!exhausted) connection.interrupt();
    lake.engine.giveBack(connection);
    await pin.end();
  }
}
