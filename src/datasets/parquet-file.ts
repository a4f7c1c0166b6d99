import { existsSync } from 'node:fs';
import { tmpdir } from 'node:os';
import type { Rows } from '../core/metric/table.ts';
import { EngineError } from '../core/engine-error.ts';
import { Engine } from '../warehouses/lake/engine.ts';
import { ParquetTexts } from '../warehouses/lake/parquet-texts.ts';
import { UnreadableFileError } from '../load/bad-row.ts';
import type { Mapped } from './file-metric.ts';
import { rowsOfTexts } from './records.ts';
import { digestOfFile, type RowSource, unchanged } from './source-file.ts';

/** A Parquet file, read by DuckDB. Its values are read as texts, like those of a CSV file. */
export class ParquetFile implements RowSource {
  readonly #path: string;

  constructor(path: string) {
    this.#path = path;
  }

  async columns(signal: AbortSignal): Promise<readonly string[]> {
    const engine = await Engine.open(tmpdir());
    try {
      return await new ParquetTexts(engine, [this.#path]).columns(signal);
    } catch (error) {
      throw this.#unreadable(error);
    } finally {
      await engine.close();
    }
  }

  digest(signal: AbortSignal): Promise<string> {
    return digestOfFile(this.#path, signal);
  }

  rows(mapped: Mapped, signal: AbortSignal): AsyncIterable<Rows> {
    return unchanged(this.#path, this.#rows(mapped, signal));
  }

  async *#rows(mapped: Mapped, signal: AbortSignal): AsyncGenerator<Rows> {
    const engine = await Engine.open(tmpdir());
    try {
      const texts = new ParquetTexts(engine, [this.#path]);
      yield* rowsOfTexts(mapped, this.#path, (names) => texts.rows(names, signal));
    } catch (error) {
      throw this.#unreadable(error);
    } finally {
      await engine.close();
    }
  }

  /** Turns engine errors into errors of the file, because only the file can be the cause. */
  #unreadable(error: unknown): unknown {
    if (!(error instanceof EngineError)) return error;
    if (!existsSync(this.#path))
      return new UnreadableFileError(this.#path, "can't be read: there is no such file", { cause: error });
    return new UnreadableFileError(this.#path, `can't be read as Parquet: ${error.message}`, {
      cause: error,
    });
  }
}
