import type { Item } from '../../load/values.ts';
import type { ItemReader } from '../../load/item-reader.ts';
import type { RowsBuilder } from '../../load/rows-builder.ts';
import { textIn } from '../record-text.ts';
import { NumberEvidence } from '../forms/number-evidence.ts';
import type { RowSource } from '../sources/row-source.ts';
import { ColumnSketch } from './column.ts';

/** The number of records that are looked at. */
const MAX_RECORDS = 200_000;

/** Enough was read. */
class EnoughError extends Error {}

/** What the first records of a source show about its columns. */
export class TableSketch implements ItemReader {
  readonly columns;
  readonly sketches: readonly ColumnSketch[];
  /** The numbers of all columns together: a file has one form. */
  readonly numbers = new NumberEvidence();
  records = 0;

  private constructor(names: readonly string[]) {
    const all = [...new Set(names)].filter((name) => name !== '');
    this.columns = { required: all };
    this.sketches = all.map((name) => new ColumnSketch(name));
  }

  /** Reads the first records of a source. @throws UnreadableFileError, BadRowError, EngineError */
  static async of(source: RowSource, signal: AbortSignal): Promise<TableSketch> {
    const sketch = new TableSketch(await source.columns(signal));
    const table = { name: 'sketch', dimensions: [], entry: [], measures: [], ranking: undefined };
    const sink = { name: 'sketch', table, items: sketch, onBad: () => undefined };
    try {
      const rows = source.rows(sink, signal)[Symbol.asyncIterator]();
      while (!(await rows.next()).done);
    } catch (error) {
      if (!(error instanceof EnoughError)) throw error;
    }
    for (const column of sketch.sketches)
      if (column.hasNumbers && !column.hasDates)
        for (const { text, first } of column.texts) sketch.numbers.add(text, first);
    return sketch;
  }

  append(item: Item, _rows: RowsBuilder, number: number): void {
    if (this.records++ >= MAX_RECORDS) throw new EnoughError();
    for (const column of this.sketches) {
      const text = textIn(item, column.name);
      if (text !== undefined) column.add(text, number);
    }
  }
}
