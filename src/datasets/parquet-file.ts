import { tmpdir } from 'node:os';
import { type Rows, tableOf } from '../core/table.ts';
import { Engine, fetchChunk, query, queryAll } from '../lake/engine.ts';
import { Bindings, identifier } from '../lake/sql.ts';
import { BadRowError, FieldError, UnreadableFileError } from '../load/bad-row.ts';
import { RowsBuilder } from '../load/rows-builder.ts';
import type { Mapped } from './file-metric.ts';
import { Records } from './records.ts';
import { digestOfFile, type RowSource, unchanged } from './source-file.ts';

/** A Parquet file, read by DuckDB; its values as texts, which are then read as those of a CSV file. */
export class ParquetFile implements RowSource {
  readonly #path: string;

  /** @throws UnreadableFileError for a name that DuckDB takes for a pattern */
  constructor(path: string) {
    if (/[*?[\]{}]/.test(path))
      throw new UnreadableFileError(path, 'has one of * ? [ ] { } in its name, which stand for patterns');
    this.#path = path;
  }

  async columns(signal: AbortSignal): Promise<readonly string[]> {
    return withEngine(async (engine) => {
      const bindings = new Bindings();
      const sql = `DESCRIBE SELECT * FROM read_parquet(${bindings.text(this.#path)})`;
      const found = await engine
        .use(signal, (connection) => queryAll(connection, sql, bindings))
        .catch((cause: unknown) => {
          signal.throwIfAborted();
          throw new UnreadableFileError(this.#path, `can't be read as Parquet: ${(cause as Error).message}`, {
            cause,
          });
        });
      return found.map(([name]) => String(name));
    });
  }

  digest(signal: AbortSignal): Promise<string> {
    return digestOfFile(this.#path, signal);
  }

  rows(mapped: Mapped, columns: readonly string[], signal: AbortSignal): AsyncIterable<Rows> {
    return unchanged(this.#path, this.#rows(mapped, columns, signal));
  }

  async *#rows(mapped: Mapped, columns: readonly string[], signal: AbortSignal): AsyncGenerator<Rows> {
    const records = new Records(mapped, columns);
    const names = [...new Set(records.columns.required)];
    const engine = await Engine.open(tmpdir());
    try {
      const connection = await engine.borrow(signal);
      const bindings = new Bindings();
      const list = names.map((name) => `CAST(${identifier(name)} AS VARCHAR)`).join(', ');
      const sql = `SELECT ${list} FROM read_parquet(${bindings.text(this.#path)})`;
      const result = await query(connection, sql, bindings);
      const rows = new RowsBuilder(tableOf(mapped.metric));
      let number = 0;
      for (let chunk = await fetchChunk(result); chunk; chunk = await fetchChunk(result)) {
        signal.throwIfAborted();
        for (const values of chunk.getRows()) {
          number++;
          try {
            records.append(Object.fromEntries(names.map((name, i) => [name, values[i]])), rows);
          } catch (error) {
            if (!(error instanceof FieldError)) throw error;
            throw new BadRowError({ file: this.#path, unit: 'item', number }, error.field, error.message);
          }
        }
        if (rows.length > 0) yield rows.take();
      }
    } finally {
      await engine.close();
    }
  }
}

async function withEngine<T>(work: (engine: Engine) => Promise<T>): Promise<T> {
  const engine = await Engine.open(tmpdir());
  try {
    return await work(engine);
  } finally {
    await engine.close();
  }
}
