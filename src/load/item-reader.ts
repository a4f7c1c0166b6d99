import type { RowsBuilder } from './rows-builder.ts';
import type { Item } from './values.ts';

/** What the items of a metric look like in files; all of it follows from the declaration. */
export interface ItemReader {
  readonly columns: {
    /** Those that a CSV file must have. */
    readonly required: readonly string[];
    /** Those that it may have; undefined: any others, which aren't read. */
    readonly allowed?: ReadonlySet<string>;
    /** Those of numbers, where a line without any is a gap. */
    readonly numbers?: readonly string[];
  };
  /**
   * Appends the rows of an item.
   * @param number the line, or the place among the items, where it is; both count from 1
   * @throws FieldError; what was appended by then is to be dropped
   */
  append(item: Item, rows: RowsBuilder, number: number): void;
  /** Notes an item of a CSV file that has none of its numbers. @throws FieldError */
  appendGap?(item: Item, rows: RowsBuilder): void;
}
