import type { SchemaElement } from 'hyparquet-writer';
import { DAY_MS } from '../core/time/time.ts';
import { sheetForm } from './sheet-form.ts';
import { aboutTexts, type CellType, type Sheet, type SheetCell, type SheetRows } from './sheet.ts';

/** Parquet for data frames and DuckDB: counts of 64 bits, dates as dates, and what is to be known in the file's metadata. */
export const parquet = sheetForm(
  {
    type: 'application/vnd.apache.parquet',
    suffix: '.parquet',
    label: 'Parquet',
    doc: 'for data frames and DuckDB: typed columns, with source and licence inside',
  },
  writeParquet,
);

/** How many rows are held until they are written: as many as a row group of DuckDB has. */
const GROUP_ROWS = 122_880;

type Written = Pick<SchemaElement, 'type' | 'converted_type' | 'logical_type'>;

const TYPES: Readonly<Record<CellType, Written>> = {
  text: { type: 'BYTE_ARRAY', converted_type: 'UTF8' },
  whole: { type: 'INT64' },
  decimal: { type: 'DOUBLE' },
  date: { type: 'INT32', converted_type: 'DATE' },
  instant: {
    type: 'INT64',
    converted_type: 'TIMESTAMP_MILLIS',
    logical_type: { type: 'TIMESTAMP', isAdjustedToUTC: true, unit: 'MILLIS' },
  },
  flag: { type: 'BOOLEAN' },
};

async function* writeParquet(
  sheet: Sheet,
  rows: AsyncIterable<SheetRows> | Iterable<SheetRows>,
): AsyncGenerator<Uint8Array> {
  // Loaded when the first file is asked for.
  const { ByteWriter, ParquetWriter } = await import('hyparquet-writer');
  const out = new ByteWriter();
  const { columns } = sheet;
  const writer = new ParquetWriter({
    writer: out,
    schema: [
      { name: 'root', num_children: columns.length },
      ...columns.map(({ name, type }): SchemaElement => ({
        name,
        repetition_type: 'OPTIONAL',
        ...TYPES[type],
      })),
    ],
    kvMetadata: aboutTexts(sheet).map(([key, value]) => ({ key, value })),
    createdBy: 'kraken',
  });
  const taken = (): Uint8Array => {
    const bytes = out.getBytes().slice();
    out.index = 0;
    return bytes;
  };
  for await (const { length, columns: cells } of inGroups(rows, columns.length)) {
    if (length === 0) continue;
    const columnData = columns.map(({ name, type }, c) => ({
      name,
      data: (cells[c] as readonly SheetCell[]).map(STORED[type]),
    }));
    await writer.write({ columnData, rowGroupSize: length });
    yield taken();
  }
  await writer.finish();
  yield taken();
}

/** A cell as the writer takes it. */
const STORED: Readonly<Record<CellType, (cell: SheetCell) => SheetCell | bigint>> = {
  text: (cell) => cell,
  whole: (cell) => (cell === null ? null : BigInt(cell)),
  decimal: (cell) => cell,
  date: (cell) => (cell === null ? null : Math.floor((cell as number) / DAY_MS)),
  instant: (cell) => (cell === null ? null : BigInt(cell)),
  flag: (cell) => cell,
};

/** Collects rows into groups that are worth a row group each. */
async function* inGroups(
  rows: AsyncIterable<SheetRows> | Iterable<SheetRows>,
  width: number,
): AsyncGenerator<SheetRows> {
  let held: SheetCell[][] = Array.from({ length: width }, () => []);
  let length = 0;
  for await (const some of rows) {
    some.columns.forEach((cells, c) => {
      const column = held[c] as SheetCell[];
      for (const cell of cells) column.push(cell);
    });
    length += some.length;
    if (length < GROUP_ROWS) continue;
    yield { length, columns: held };
    held = held.map(() => []);
    length = 0;
  }
  yield { length, columns: held };
}
