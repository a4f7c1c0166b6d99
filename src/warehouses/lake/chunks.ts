import type { DuckDBDataChunk } from '@duckdb/node-api';
import { fetchChunk, guarded, interruptible, query } from './engine.ts';
import type { Lake } from './lake.ts';
import { pinFiles } from './pins.ts';
import type { Bindings } from './sql.ts';

/** Files of a table, relative to its folder. */
export interface ReadFiles {
  readonly table: string;
  readonly files: readonly string[];
}

/** A statement that reads files of tables. */
export interface ReadStatement {
  /** The files are kept until the read ends. */
  readonly reads: readonly ReadFiles[];
  readonly sql: string;
  readonly bindings: Bindings;
}

/** Yields the chunks of a statement's result. An abort interrupts it. */
export async function* chunksOf(
  lake: Lake,
  { reads, sql, bindings }: ReadStatement,
  signal: AbortSignal,
): AsyncGenerator<DuckDBDataChunk> {
  const pins = reads.map(({ table, files }) => pinFiles(lake.folder, table, files));
  const unpin = () => Promise.all(pins.map((pin) => pin.end()));
  const connection = await lake.engine.borrow(signal).catch(async (error: unknown) => {
    await unpin();
    throw error;
  });
  const run = <T>(work: () => Promise<T>): Promise<T> =>
    guarded(signal, () => interruptible(connection, signal, work));
  let exhausted = false;
  let next: Promise<DuckDBDataChunk | undefined> | undefined;
  try {
    const result = await run(() => query(connection, sql, bindings));
    const fetchNext = (): void => {
      next = run(() => fetchChunk(result));
      // Whoever awaits it gets the error; until then it must not count as unhandled.
      next.catch(() => undefined);
    };
    fetchNext();
    for (;;) {
      const chunk = await next;
      if (!chunk) break;
      // DuckDB works on the next chunk while the reader works on this one.
      fetchNext();
      yield chunk;
    }
    exhausted = true;
  } finally {
    // When the reader leaves early, DuckDB must stop working.
    if (!exhausted) {
      connection.interrupt();
      await next?.catch(() => undefined);
    }
    lake.engine.giveBack(connection);
    await unpin();
  }
}
