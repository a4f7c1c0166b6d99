import { createHash } from 'node:crypto';
import { readdir, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { DuckDBBlobValue, type DuckDBConnection, type DuckDBValue } from '@duckdb/node-api';
import { EngineError } from '../../core/engine-error.ts';
import { NotTextError, textOfBytes } from '../../core/value/text-of-bytes.ts';
import { type Engine, fetchChunk, query, queryAll } from './engine.ts';
import { columnTypes, whyNoPath } from './foreign-parquet.ts';
import { Bindings, identifier } from './sql.ts';

/** DuckDB's error for a text that isn't UTF-8. It names the value, but neither column nor row. */
const INVALID_TEXT = /Invalid string encoding.*: value (".*") is not valid UTF8/;

/** A value as text; null if it is missing; bytes if they are not UTF-8. */
type TextOrBytes = string | Uint8Array | null;

/** A table of Parquet files that another program wrote. Values are read as texts. */
export class ParquetTexts {
  readonly #engine: Engine;
  readonly #files: readonly string[];

  /** @param files their paths, at least one. @throws EngineError for a name that DuckDB takes for a pattern */
  constructor(engine: Engine, files: readonly string[]) {
    for (const file of files) {
      const why = whyNoPath(file);
      if (why !== undefined) throw new EngineError('duckdb', `${file} ${why}`);
    }
    this.#engine = engine;
    this.#files = files;
  }

  /** Returns the names of the columns, with those that folder names hold (`year=2024`). @throws EngineError */
  async columns(signal: AbortSignal): Promise<readonly string[]> {
    return [...(await this.#types(signal)).keys()];
  }

  /**
   * Yields all rows in batches. Older Hive, Impala and Spark don't mark text as text: their bytes are
   * returned as text if they are UTF-8, and as bytes otherwise.
   * @throws EngineError; NotTextError if a column is marked as text and isn't
   */
  async *rows(columns: readonly string[], signal: AbortSignal): AsyncGenerator<TextOrBytes[][]> {
    const types = await this.#types(signal);
    const connection = await this.#engine.borrow(signal);
    try {
      const bindings = new Bindings();
      const list = columns
        .map((name) =>
          types.get(name) === 'BLOB' ? identifier(name) : `CAST(${identifier(name)} AS VARCHAR)`,
        )
        .join(', ');
      const result = await query(connection, `SELECT ${list} FROM ${this.#from(bindings)}`, bindings);
      for (let chunk = await fetchChunk(result); chunk; chunk = await fetchChunk(result)) {
        signal.throwIfAborted();
        yield chunk.getRows().map((row) => row.map(textOrBytes));
      }
    } catch (error) {
      throw (await this.#notText(columns, connection, error)) ?? error;
    } finally {
      this.#engine.giveBack(connection);
    }
  }

  /** Returns an error that names the falsely marked column, if a column is marked as text and isn't; otherwise undefined. */
  async #notText(
    columns: readonly string[],
    connection: DuckDBConnection,
    cause: unknown,
  ): Promise<NotTextError | undefined> {
    const value = cause instanceof EngineError ? INVALID_TEXT.exec(cause.message)?.[1] : undefined;
    if (value === undefined) return undefined;
    for (const column of columns) {
      const bindings = new Bindings();
      const alone = `SELECT max(length(CAST(${identifier(column)} AS VARCHAR))) FROM ${this.#from(bindings)}`;
      const isWrong = await queryAll(connection, alone, bindings).catch(() => undefined);
      if (isWrong === undefined) return new NotTextError(column, value, { cause });
    }
    return undefined;
  }

  /** Returns DuckDB's types of the columns, by name. */
  async #types(signal: AbortSignal): Promise<ReadonlyMap<string, string>> {
    const bindings = new Bindings();
    const relation = this.#from(bindings);
    return this.#engine.use(signal, (connection) => columnTypes(connection, relation, bindings));
  }

  #from(bindings: Bindings): string {
    return `read_parquet(${bindings.texts(this.#files)}, hive_partitioning = true, union_by_name = true)`;
  }
}

function textOrBytes(value: DuckDBValue): TextOrBytes {
  return value instanceof DuckDBBlobValue
    ? (textOfBytes(value.bytes) ?? value.bytes)
    : (value as string | null);
}

/** Lists the Parquet files below a folder, sorted; none if the folder doesn't exist. */
export async function parquetFilesIn(folder: string): Promise<string[]> {
  const names = await readdir(folder, { recursive: true }).catch(() => []);
  return names
    .filter((name) => name.endsWith('.parquet') && !/(^|\/)[_.]/.test(name))
    .sort()
    .map((name) => join(folder, name));
}

/** Returns a digest that changes when any of the files does. */
export async function digestOfFiles(files: readonly string[]): Promise<string> {
  const hash = createHash('sha256');
  for (const file of files) {
    const found = await stat(file).catch(() => undefined);
    hash.update(`${file}\0${found?.size}\0${found?.mtimeMs}\0`);
  }
  return hash.digest('hex');
}
