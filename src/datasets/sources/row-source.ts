import type { Rows, Table } from '../../core/metric/table.ts';
import type { BadRowError } from '../../load/bad-row.ts';
import type { ItemReader } from '../../load/item-reader.ts';

/** Receives the records of a source and makes rows of them. */
export interface RecordSink {
  /** The data set's name, for messages. */
  readonly name: string;
  readonly table: Table;
  /** Reads the columns that it names. */
  readonly items: ItemReader;
  /** Receives what is wrong in a record. Its rows are left out. */
  readonly onBad: (bad: BadRowError) => void;
  /** Receives, after all records, the columns of a spreadsheet with texts that look like numbers or dates. */
  readonly onTexts?: (texts: readonly HeldAsText[]) => void;
}

/** A column of a spreadsheet with cells that hold texts with digits. */
export interface HeldAsText {
  readonly column: string;
  readonly count: number;
  /** The row of the first of them, and what it holds. */
  readonly first: number;
  readonly example: string;
}

/** Where the rows of a data set come from: a file, a table. Each kind of source is a file of this folder. */
export interface RowSource {
  /** What its records are called in messages: the lines of a text, or rows. */
  readonly unit: 'line' | 'row';
  /** Whether its numbers are numbers, however they are shown. In a text, a number is what its owner means by it. */
  readonly hasTypes: boolean;
  /** The path or the name of the source. */
  readonly label: string;
  /** Lists the names of the columns, in order. @throws UnreadableFileError, BadRowError, EngineError */
  columns(signal: AbortSignal): Promise<readonly string[]>;
  /** Returns a digest that changes with the content. @throws UnreadableFileError, EngineError */
  digest(signal: AbortSignal): Promise<string>;
  /** Yields the rows that the sink makes of the records, in batches. @throws UnreadableFileError, BadRowError, EngineError */
  rows(sink: RecordSink, signal: AbortSignal): AsyncIterable<Rows>;
}
