import type { Grain, Ordinal } from '../core/time/time.ts';

/** Takes the values of a statement. Returns what stands for each in its text. */
interface Binds {
  readonly text: (value: string) => string;
  readonly texts: (values: readonly string[]) => string;
}

/**
 * The rows of a whole file, which DuckDB reads by itself. Its values are known to be good, because each distinct text
 * was read before as one of a row is: no row passes through JavaScript.
 */
export interface FileRows {
  readonly length: number;
  /** Returns the file as a relation. */
  readonly from: (bindings: Binds) => string;
  /** The grain of all rows. */
  readonly grain: Grain;
  /** The timestamps: an expression of texts, and the period of each text. */
  readonly timestamps: { readonly sql: string; readonly ordinals: ReadonlyMap<string, Ordinal> };
  /** For each dimension, in the table's order: an expression of texts, and the stored value of each text. */
  readonly dimensions: readonly { readonly sql: string; readonly values: ReadonlyMap<string, string> }[];
  /** For each measure, in the table's order, an expression of whole numbers. */
  readonly measures: readonly string[];
}
