import type { AlikeRow } from './line-form.ts';
import type { RowsBuilder } from './rows-builder.ts';
import type { Item } from './values.ts';

/** Reads the items of a metric from files, as its declaration says. */
export interface ItemReader {
  readonly columns: {
    /** The columns that a CSV file must have. */
    readonly required: readonly string[];
    /** The columns that it may have; undefined if other columns are allowed and not read. */
    readonly allowed?: ReadonlySet<string>;
    /** The columns of numbers. A line without any number is a gap. */
    readonly numbers?: readonly string[];
  };
  /**
   * Appends the rows of an item.
   * @param number the item's line, or its place among the items; both count from 1
   * @throws FieldError; the caller must then drop the rows of this item that were already appended
   */
  append(item: Item, rows: RowsBuilder, number: number): void;
  /** Returns what reads items that have these fields, in this order; undefined if only `append` can. */
  alike?(fields: readonly string[]): AlikeRow | undefined;
  /** Notes an item of a CSV file that has no numbers. @throws FieldError */
  appendGap?(item: Item, rows: RowsBuilder): void;
}
