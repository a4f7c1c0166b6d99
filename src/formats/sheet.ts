import type { RowStyle } from './row-style.ts';

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
  style?: RowStyle,
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

/** Rows as rows, with times as texts that every program reads: `2024-03-01`, `2024-03-01T06:00:00Z`. */
export function textRows(
  { columns }: Sheet,
  { length, columns: cells }: SheetRows,
): (string | number | null)[][] {
  const texts = columns.map(({ type }, c) => {
    const column = cells[c] as readonly SheetCell[];
    const text = TEXTS[type];
    let last: SheetCell = null;
    let known: string | number | null = null;
    return (i: number): string | number | null => {
      const cell = column[i] as SheetCell;
      if (cell !== last) {
        known = cell === null ? null : text(cell);
        last = cell;
      }
      return known;
    };
  });
  return Array.from({ length }, (_, i) => texts.map((text) => text(i)));
}

const plain = (cell: Exclude<SheetCell, null>): string | number => cell as string | number;

/** A cell as a text or number of CSV. */
const TEXTS: Readonly<Record<CellType, (cell: Exclude<SheetCell, null>) => string | number>> = {
  text: plain,
  whole: plain,
  decimal: plain,
  date: (cell) => new Date(cell as number).toISOString().slice(0, 10),
  instant: (cell) => `${new Date(cell as number).toISOString().slice(0, 19)}Z`,
  flag: String,
};
