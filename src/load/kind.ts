import type { publishable } from '../core/metric/privacy.ts';
import type { Table } from '../core/metric/table.ts';
import type { FieldError } from './bad-row.ts';
import type { ItemLines } from './item-lines.ts';
import type { ItemReader } from './item-reader.ts';
import type { RowsBuilder } from './rows-builder.ts';

/** A file format besides those that every table has. It makes items like the table's, or appends rows itself. */
export type Format =
  | { readonly lines: (file: string) => ItemLines }
  | {
      /** Appends rows, and yields at least once in some thousand rows so that batches can be taken. */
      readonly rows: (content: AsyncIterable<Buffer>, file: string, sink: RowSink) => AsyncIterable<void>;
    };

/** The target of a format that appends rows. */
export interface RowSink {
  readonly rows: RowsBuilder;
  /** Reports a mistake at a line of the file, before any row of the line is appended. @throws BadRowError if it ends the import */
  refuse(error: FieldError, line: number): void;
}

/** A table whose rows are read, and its formats. */
export interface Kind {
  /** The name for messages. */
  readonly name: string;
  readonly table: Table;
  readonly items: ItemReader;
  readonly isPublishable?: ReturnType<typeof publishable>;
  /**
   * Recognises another format by the start of a file; called once per file. undefined means JSON, NDJSON, or
   * CSV or TSV with a header.
   */
  readonly formatOf?: (head: string, file: string) => Format | undefined;
}
