import { createHash } from 'node:crypto';
import { readdir, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { EngineError } from '../core/engine-error.ts';
import { type Engine, fetchChunk, query, queryAll } from './engine.ts';
import { Bindings, identifier } from './sql.ts';

/** Parquet files that somebody else wrote, together one table. Values are read as texts. */
export class ParquetTexts {
  readonly #engine: Engine;
  readonly #files: readonly string[];

  /** @param files their paths, at least one. @throws EngineError for a name that DuckDB takes for a pattern */
  constructor(engine: Engine, files: readonly string[]) {
    const pattern = files.find((file) => /[*?[\]{}]/.test(file));
    if (pattern !== undefined)
      throw new EngineError(
        'duckdb',
        `${pattern} has one of * ? [ ] { } in its name, which stand for patterns`,
      );
    this.#engine = engine;
    this.#files = files;
  }

  /** The names of the columns; those that the folders' names hold (`year=2024`) too. @throws EngineError */
  async columns(signal: AbortSignal): Promise<readonly string[]> {
    const bindings = new Bindings();
    const sql = `DESCRIBE SELECT * FROM ${this.#from(bindings)}`;
    const found = await this.#engine.use(signal, (connection) => queryAll(connection, sql, bindings));
    return found.map(([name]) => String(name));
  }

  /** All rows, in batches. @throws EngineError */
  async *rows(columns: readonly string[], signal: AbortSignal): AsyncGenerator<(string | null)[][]> {
    const connection = await this.#engine.borrow(signal);
    try {
      const bindings = new Bindings();
      const list = columns.map((name) => `CAST(${identifier(name)} AS VARCHAR)`).join(', ');
      const result = await query(connection, `SELECT ${list} FROM ${this.#from(bindings)}`, bindings);
      for (let chunk = await fetchChunk(result); chunk; chunk = await fetchChunk(result)) {
        signal.throwIfAborted();
        yield chunk.getRows() as (string | null)[][];
      }
    } finally {
      this.#engine.giveBack(connection);
    }
  }

  #from(bindings: Bindings): string {
    return `read_parquet(${bindings.texts(this.#files)}, hive_partitioning = true, union_by_name = true)`;
  }
}

/** The Parquet files below a folder, sorted; none where there is no folder. */
export async function parquetFilesIn(folder: string): Promise<string[]> {
  const names = await readdir(folder, { recursive: true }).catch(() => []);
  return names
    .filter((name) => name.endsWith('.parquet') && !/(^|\/)[_.]/.test(name))
    .sort()
    .map((name) => join(folder, name));
}

/** Another text when any of the files is another one. */
export async function printOfFiles(files: readonly string[]): Promise<string> {
  const hash = createHash('sha256');
  for (const file of files) {
    const found = await stat(file).catch(() => undefined);
    hash.update(`${file}\0${found?.size}\0${found?.mtimeMs}\0`);
  }
  return hash.digest('hex');
}
