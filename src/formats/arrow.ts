import type { Data, DataType, RecordBatch } from 'apache-arrow';
import { sheetForm } from './sheet-form.ts';
import { aboutTexts, type CellType, type Sheet, type SheetCell, type SheetRows } from './sheet.ts';

/**
 * Arrow's IPC file format, which is what `.arrow` names (the stream format is `.arrows`), and the only one that
 * pandas' read_feather and polars' read_ipc take. It is written like a stream, with a footer at the end.
 */
export const arrow = sheetForm(
  {
    type: 'application/vnd.apache.arrow.file',
    suffix: '.arrow',
    label: 'Arrow',
    doc: 'Arrow IPC (Feather) for notebooks and Observable: read without parsing',
  },
  writeArrow,
);

async function* writeArrow(
  sheet: Sheet,
  rows: AsyncIterable<SheetRows> | Iterable<SheetRows>,
): AsyncGenerator<Uint8Array> {
  // Loaded when the first file is asked for: it takes 50 ms.
  const arrow = await import('apache-arrow');
  const types: Readonly<Record<CellType, () => DataType>> = {
    text: () => new arrow.Utf8(),
    whole: () => new arrow.Int64(),
    decimal: () => new arrow.Float64(),
    date: () => new arrow.DateDay(),
    instant: () => new arrow.TimestampMillisecond('UTC'),
    flag: () => new arrow.Bool(),
  };
  const fields = sheet.columns.map(({ name, type, doc, unit }) => {
    const about = Object.entries({ doc, unit }).filter(
      (pair): pair is [string, string] => pair[1] !== undefined,
    );
    return new arrow.Field(name, types[type](), true, new Map(about));
  });
  const schema = new arrow.Schema(fields, new Map(aboutTexts(sheet)));
  const batchOf = ({ length, columns }: SheetRows): RecordBatch => {
    const children = fields.map(({ type }, c) => {
      const kind = sheet.columns[c]!.type;
      const builder = arrow.makeBuilder({ type, nullValues: [null] });
      for (const cell of columns[c]!) builder.append(cell === null ? null : STORED[kind](cell));
      return builder.finish().flush() as Data;
    });
    const struct = new arrow.Struct(fields);
    return new arrow.RecordBatch(schema, arrow.makeData({ type: struct, length, nullCount: 0, children }));
  };

  let parts: Uint8Array[] = [];
  /** Takes what is written at once, instead of queueing it for a reader of its own. */
  class Parts extends arrow.AsyncByteQueue {
    override write(part: Uint8Array): void {
      // Buffers of the next batch may lie in the same memory.
      parts.push(Uint8Array.from(part));
    }
  }
  const writer = new arrow.RecordBatchFileWriter();
  writer.reset(new Parts(), schema);
  const taken = (): Uint8Array => {
    const bytes = Buffer.concat(parts);
    parts = [];
    return bytes;
  };
  for await (const some of rows) {
    if (some.length === 0) continue;
    writer.write(batchOf(some));
    yield taken();
  }
  writer.finish();
  yield taken();
}

/** A cell as a builder takes it. */
const STORED: Readonly<Record<CellType, (cell: Exclude<SheetCell, null>) => unknown>> = {
  text: (cell) => cell,
  whole: (cell) => BigInt(cell),
  decimal: (cell) => cell,
  date: (cell) => new Date(cell as number),
  instant: (cell) => cell,
  flag: (cell) => cell,
};
