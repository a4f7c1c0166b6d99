import type { RowsBuilder } from './rows-builder.ts';
import type { Item } from './values.ts';

/** What the items of a metric look like in files; all of it follows from the declaration. */
export interface ItemReader {
  /** The columns that a CSV file must have, and those that it may have. */
  readonly columns: { readonly required: readonly string[]; readonly allowed: ReadonlySet<string> };
  /**
   * Appends the rows of an item.
   * @throws FieldError; what was appended by then is to be dropped
   */
  append(item: Item, rows: RowsBuilder): void;
}
