import type { Grain, Ordinal } from '../time/time.ts';

/**
 * A metric's table. Both engines call it by its name; in the warehouse its columns are, in this order: the dimensions, `timestamp`
 * (YYYYMMDDHH, the start of the period), for tops the ranked dimensions and `rank`, then the
 * measures; the partition columns are `grain`, `year`, `month` and `version`.
 */
export interface Table {
  /** As in SQL: `unique_devices`. */
  readonly name: string;
  readonly dimensions: readonly Column[];
  /** How many of the dimensions, the first ones, name a row with its period; all unless given. */
  readonly identity?: number;
  /** The dimensions that rows are sorted by before the others; none unless given. */
  readonly sortedFirst?: readonly Column[];
  /** The ranked dimensions of a top; empty for series. */
  readonly entry: readonly Column[];
  readonly measures: readonly Column[];
  /** How lists are ranked when they are written; undefined for series. */
  readonly ranking: { readonly by: string; readonly limit: number } | undefined;
}

export interface Column {
  /** As in SQL: `access_site`. */
  readonly name: string;
  readonly type: 'text' | 'count' | 'difference' | 'decimal';
  /** Whether a measure may be unknown: NULL in SQL, NaN in `Rows`. */
  readonly nullable?: true;
}

/** A name as SQL and GraphQL's neighbours can spell it: `access-site` → `access_site`. */
export function columnName(name: string): string {
  return name.replaceAll('-', '_');
}

/** Rows of a table, by column. All arrays have `length` members. */
export interface Rows {
  readonly length: number;
  readonly grain: readonly Grain[] | Grain;
  readonly ordinals: readonly Ordinal[];
  /** One array a dimension, in the table's order. */
  readonly dimensions: readonly (readonly string[])[];
  /** One array a ranked dimension; none for series. */
  readonly entry: readonly (readonly string[])[];
  /** The ranks that the source gave (null: to be computed); for series undefined. */
  readonly ranks?: readonly (number | null)[];
  /** One array a measure, in the table's order. */
  readonly measures: readonly (readonly number[])[];
  /** The periods of series of which the source says that they aren't known; they have no row. */
  readonly gaps?: readonly Gap[];
}

export interface Gap {
  readonly grain: Grain;
  readonly ordinal: Ordinal;
  /** In the table's order. */
  readonly dimensions: readonly string[];
}
