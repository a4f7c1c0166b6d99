/** A table that another program writes, beside a warehouse's own tables. Its values are read as texts. */
export interface ForeignTable {
  /** Lists the names of the columns; undefined if the table doesn't exist or is the warehouse's own. @throws EngineError */
  columns(signal: AbortSignal): Promise<readonly string[] | undefined>;
  /** Returns a digest that changes with the rows; undefined if only reading all rows would tell. @throws EngineError */
  digest(signal: AbortSignal): Promise<string | undefined>;
  /**
   * Yields all rows in batches. A missing value is null; a value that isn't UTF-8 is its bytes. Names are
   * quoted, so that no text of a caller becomes another part of a statement.
   * @throws EngineError
   */
  rows(
    columns: readonly string[],
    signal: AbortSignal,
  ): AsyncIterable<readonly (readonly (string | Uint8Array | null)[])[]>;
}

/** Tells whether a name can be a foreign table's: `cakes`, `bakery.cakes`. */
export function isTableName(name: string): boolean {
  return name.length <= 200 && /^[A-Za-z0-9_-]+(\.[A-Za-z0-9_-]+)?$/.test(name);
}
