/** A table that somebody else writes, beside a warehouse's own: its values are read as texts. */
export interface ForeignTable {
  /**
   * The names of its columns; undefined where there is no such table, or it is the warehouse's own.
   * @throws EngineError
   */
  columns(signal: AbortSignal): Promise<readonly string[] | undefined>;
  /**
   * Another one with every change; undefined where only reading everything tells.
   * @throws EngineError
   */
  digest(signal: AbortSignal): Promise<string | undefined>;
  /**
   * All rows, in batches; a value that is missing is null, one that is no UTF-8 its bytes. Names are quoted, and nothing else of
   * what a caller says is in a statement.
   * @throws EngineError
   */
  rows(
    columns: readonly string[],
    signal: AbortSignal,
  ): AsyncIterable<readonly (readonly (string | Uint8Array | null)[])[]>;
}

/** A name that can be one of a foreign table: `cakes`, `bakery.cakes`. */
export function isTableName(name: string): boolean {
  return name.length <= 200 && /^[A-Za-z0-9_-]+(\.[A-Za-z0-9_-]+)?$/.test(name);
}
