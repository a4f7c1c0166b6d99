import type { RowsBuilder } from './rows-builder.ts';

/** What the lines of a file have in common. */
export interface LineForm {
  /** The fields of each line, in their order. */
  readonly fields: readonly string[];
  /** What stands before each field, and after the last one; the line feed is a part of it. */
  readonly between: readonly string[];
  /** Finds what a text doesn't have if it stands in the line as it is. */
  readonly special: RegExp;
  /** Whether each field stands in quotes, where only quoted fields are texts. */
  readonly isQuoted?: readonly boolean[];
}

/** Reads the fields of lines that are alike, as the reader of any line does. */
export interface AlikeRow {
  /** Whether each field is a count, rather than a text. */
  readonly isCount: readonly boolean[];
  /** Takes the text of a field, which then stays until the next one. @throws FieldError */
  setText(field: number, text: string): void;
  /** Appends a row of the texts and of these counts. Nothing is appended if it throws. @throws FieldError */
  append(counts: readonly number[], rows: RowsBuilder): void;
}
