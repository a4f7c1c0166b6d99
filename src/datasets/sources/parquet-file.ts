import { existsSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { EngineError } from '../../core/engine-error.ts';
import type { Rows } from '../../core/metric/table.ts';
import { UnreadableFileError } from '../../load/bad-row.ts';
import { Engine } from '../../warehouses/lake/engine.ts';
import { ParquetTexts } from '../../warehouses/lake/parquet-texts.ts';
import { digestOfFile, unchanged } from './file-digest.ts';
import type { RecordSink, RowSource } from './row-source.ts';
import { rowsOfRecords } from './typed-records.ts';

/** A Parquet file, read by DuckDB. Its values are read as texts, like those of a CSV file. */
export class ParquetFile implements RowSource {
  readonly unit = 'row';
  readonly hasTypes = true;
  readonly label: string;

  constructor(path: string) {
    this.label = path;
  }

  async columns(signal: AbortSignal): Promise<readonly string[]> {
    const engine = await Engine.open(tmpdir());
    try {
      return await new ParquetTexts(engine, [this.label]).columns(signal);
    } catch (error) {
      throw this.#unreadable(error);
    } finally {
      await engine.close();
    }
  }

  digest(signal: AbortSignal): Promise<string> {
    return digestOfFile(this.label, signal);
  }

  rows(sink: RecordSink, signal: AbortSignal): AsyncIterable<Rows> {
    return unchanged(this.label, this.#rows(sink, signal));
  }

  async *#rows(sink: RecordSink, signal: AbortSignal): AsyncGenerator<Rows> {
    const engine = await Engine.open(tmpdir());
    try {
      const texts = new ParquetTexts(engine, [this.label]);
      yield* rowsOfRecords(sink, this.label, (names) => texts.rows(names, signal));
    } catch (error) {
      throw this.#unreadable(error);
    } finally {
      await engine.close();
    }
  }

  /** Turns engine errors into errors of the file, because only the file can be the cause. */
  #unreadable(error: unknown): unknown {
    if (!(error instanceof EngineError)) return error;
    if (!existsSync(this.label))
      return new UnreadableFileError(this.label, "can't be read: there is no such file", { cause: error });
    return new UnreadableFileError(this.label, `can't be read as Parquet: ${error.message}`, {
      cause: error,
    });
  }
}
