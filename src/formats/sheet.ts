/**
 * The type of a column's cells. `whole`: exact to 2^53−1. `date`: the start of a day, in ms since 1970. `instant`: ms since
 * 1970. `flag`: true, or null for false.
 */
export type CellType = 'text' | 'whole' | 'decimal' | 'date' | 'instant' | 'flag';

export interface SheetColumn {
  readonly name: string;
  readonly type: CellType;
  readonly doc?: string;
  readonly unit?: string;
}

/** A table with typed columns, and what is to be known about it. Its rows come apart, so that they can be many. */
export interface Sheet {
  readonly title: string;
  readonly columns: readonly SheetColumn[];
  /** What a file says about its rows: source, licence, coverage and so on. Values are texts or JSON. */
  readonly about: Readonly<Record<string, unknown>>;
}

export type SheetCell = string | number | boolean | null;

/** Some rows of a sheet, by column: as many arrays as columns, each with `length` cells. */
export interface SheetRows {
  readonly length: number;
  readonly columns: readonly (readonly SheetCell[])[];
}

/** Writes a file part by part, while its rows come. It reads no more rows than the parts that are taken need. */
export type WriteSheet = (
  sheet: Sheet,
  rows: AsyncIterable<SheetRows> | Iterable<SheetRows>,
) => AsyncIterable<Uint8Array>;

/** What is to be known about a sheet as pairs of texts. Members of JSON that aren't texts are JSON. */
export function aboutTexts({ about }: Sheet): (readonly [name: string, text: string])[] {
  return Object.entries(about).map(([name, value]) => [
    name,
    typeof value === 'string' ? value : JSON.stringify(value),
  ]);
}

/** Rows, given one by one, as columns. @param columns the number of columns */
export function rowsByColumn(rows: readonly (readonly SheetCell[])[], columns: number): SheetRows {
  return {
    length: rows.length,
    columns: Array.from({ length: columns }, (_, c) => rows.map((row) => row[c] as SheetCell)),
  };
}
