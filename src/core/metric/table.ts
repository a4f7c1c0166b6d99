import type { Grain, Ordinal } from '../time/time.ts';

/**
 * A metric's table. It has the same name in both engines. In the warehouse its columns are, in this order: the
 * dimensions, `timestamp` (YYYYMMDDHH, the start of the period), for tops the ranked dimensions and `rank`,
 * then the measures; its partition columns are `grain`, `year`, `month` and `version`.
 */
export interface Table {
  /** The name in SQL: `unique_devices`. */
  readonly name: string;
  readonly dimensions: readonly Column[];
  /** How many of the first dimensions identify a row within its period. The default is all. */
  readonly identity?: number;
  /** The dimensions whose values are a row's scope, as coverage names it. Undefined if the table serves no numbers. */
  readonly scope?: readonly Column[];
  /** The dimensions that rows are sorted by first. By default there are none. */
  readonly sortedFirst?: readonly Column[];
  /** The ranked dimensions of a top; empty for series. */
  readonly entry: readonly Column[];
  readonly measures: readonly Column[];
  /** How lists are ranked when they are written; undefined for series. */
  readonly ranking: { readonly by: string; readonly limit: number } | undefined;
  /** Of a table of events, the streams whose events its rows can be made of. */
  readonly streams?: readonly string[];
}

export interface Column {
  /** The name in SQL: `access_site`. */
  readonly name: string;
  readonly type: 'text' | 'count' | 'difference' | 'decimal';
  /** Whether a measure may be unknown: NULL in SQL, NaN in `Rows`. */
  readonly nullable?: true;
}

/** The SQL name of a dimension, measure or metric: `access-site` → `access_site`. */
export function columnName(name: string): string {
  return name.replaceAll('-', '_');
}

/** Rows of a table, stored by column. All arrays have `length` members. */
export interface Rows {
  readonly length: number;
  readonly grain: readonly Grain[] | Grain;
  readonly ordinals: readonly Ordinal[];
  /** One array for each dimension, in the table's order. */
  readonly dimensions: readonly (readonly string[])[];
  /** One array for each ranked dimension; none for series. */
  readonly entry: readonly (readonly string[])[];
  /** The ranks in the source; null if they have to be computed. Undefined for series. */
  readonly ranks?: readonly (number | null)[];
  /** One array for each measure, in the table's order. */
  readonly measures: readonly (readonly number[])[];
  /** Periods without a row whose numbers the source marks as unknown. */
  readonly gaps?: readonly Gap[];
}

export interface Gap {
  readonly grain: Grain;
  readonly ordinal: Ordinal;
  /** The values of the dimensions, in the table's order. */
  readonly dimensions: readonly string[];
}
