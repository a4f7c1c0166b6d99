import assert from 'node:assert/strict';
import { execFile } from 'node:child_process';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, test } from 'node:test';
import { promisify } from 'node:util';
import { DuckDBInstance } from '@duckdb/node-api';
import { tableFromIPC } from 'apache-arrow';
import { parquetMetadata, parquetReadObjects } from 'hyparquet';
import { FORMATS } from '../../src/formats/formats.ts';
import { writeWorkbook } from '../../src/formats/xlsx/xlsx.ts';
import { Package } from '../../src/datasets/sources/xlsx/package.ts';
import { sheetRows } from '../../src/datasets/sources/xlsx/sheet-rows.ts';
import { readWorkbook } from '../../src/datasets/sources/xlsx/workbook.ts';
import type { Sheet, SheetRows } from '../../src/formats/sheet.ts';
import { lacking, python } from '../support/python.ts';

/*
 * Typed files are opened by readers of others: DuckDB and hyparquet, apache-arrow and pyarrow, openpyxl. PYTHON names the
 * interpreter; without these packages, their tests are skipped.
 */
const skip = lacking('pyarrow', 'openpyxl');

const day = (text: string): number => Date.parse(text);

/** Everything that a file could get wrong. */
const SHEET: Sheet = {
  title: 'Hostile & <odd>',
  columns: [
    { name: 'text', type: 'text', doc: 'Anything.' },
    { name: 'count', type: 'whole', unit: 'views' },
    { name: 'share', type: 'decimal' },
    { name: 'day', type: 'date' },
    { name: 'hour', type: 'instant' },
    { name: 'provisional', type: 'flag' },
  ],
  about: { source: 'A test', licence: { spdx: 'CC0-1.0' }, coverage: [{ from: '2024-03-01' }] },
};
const ROWS = [
  ['=HYPERLINK("http://evil")', 2 ** 53 - 1, 0.1, day('2024-03-01'), day('2024-03-01T06:00Z'), true],
  ['+1', 0, -1.5e-7, day('2024-02-29'), day('2024-02-29T23:00Z'), null],
  ['a\0b\u0001 _x0041_ \r\n\t', -5, 1e300, day('1899-12-31'), day('1850-01-01T01:00Z'), null],
  ['\ud83d\ude00 ]]> & "\'', 999_999_999_999_999, 0, day('1900-02-28'), day('1900-03-01T00:00Z'), null],
  ['NA', null, null, null, null, null],
  [null, 1, 1, day('9999-12-31'), day('2024-12-31T23:00Z'), null],
  ['x'.repeat(40_000), 1, 1, day('1970-01-01'), day('1970-01-01'), null],
] as const;

const filled = (): SheetRows => ({
  length: ROWS.length,
  columns: SHEET.columns.map((_, c) => ROWS.map((row) => row[c] as string | number | null)),
});

async function bytesOf(parts: AsyncIterable<Uint8Array>): Promise<Buffer> {
  const all: Uint8Array[] = [];
  for await (const part of parts) all.push(part);
  return Buffer.concat(all);
}

let folder: string;
before(async () => {
  folder = await mkdtemp(join(tmpdir(), 'kraken-sheets-'));
});
after(() => rm(folder, { recursive: true }));

/** What a program in Python prints as JSON of a file. */
async function readByPython(file: string, program: string): Promise<unknown> {
  const { stdout } = await promisify(execFile)(python, ['-c', program, file]);
  return JSON.parse(stdout);
}

void test('Parquet has counts of 64 bits, dates as dates, and what is to be known in its metadata', async () => {
  const bytes = await bytesOf(FORMATS.parquet.write(SHEET, [filled()]));
  const file = join(folder, 'sheet.parquet');
  await writeFile(file, bytes);
  const duckdb = await (await DuckDBInstance.create(':memory:')).connect();
  const schema = await duckdb.runAndReadAll(`DESCRIBE FROM '${file}'`);
  assert.deepEqual(
    schema.getRowObjects().map(({ column_name, column_type }) => [column_name, column_type]),
    [
      ['text', 'VARCHAR'],
      ['count', 'BIGINT'],
      ['share', 'DOUBLE'],
      ['day', 'DATE'],
      ['hour', 'TIMESTAMP WITH TIME ZONE'],
      ['provisional', 'BOOLEAN'],
    ],
  );
  const found = await duckdb.runAndReadAll(
    `SELECT text, count, share, CAST(day AS VARCHAR) AS day, epoch_ms(hour) AS hour, provisional FROM '${file}'`,
  );
  assert.deepEqual(
    found.getRows(),
    ROWS.map(([text, count, share, date, hour, flag]) => [
      text,
      count === null ? null : BigInt(count),
      share,
      date === null ? null : new Date(date).toISOString().slice(0, 10),
      hour === null ? null : BigInt(hour),
      flag,
    ]),
  );
  const buffer = Uint8Array.from(bytes).buffer;
  const about = parquetMetadata(buffer).key_value_metadata ?? [];
  assert.deepEqual(
    about.map(({ key, value }) => [key, value]),
    [
      ['source', 'A test'],
      ['licence', '{"spdx":"CC0-1.0"}'],
      ['coverage', '[{"from":"2024-03-01"}]'],
    ],
  );
  const objects = await parquetReadObjects({ file: buffer });
  assert.equal(objects[0]?.['text'], ROWS[0][0]);
  assert.equal(objects[0]?.['count'], BigInt(2 ** 53 - 1));
});

void test('Arrow has the same types, and is read without parsing', async () => {
  const bytes = await bytesOf(FORMATS.arrow.write(SHEET, [filled(), filled()]));
  const table = tableFromIPC(bytes);
  assert.equal(table.numRows, 2 * ROWS.length);
  assert.deepEqual(table.schema.fields.map(String), [
    'text: Utf8',
    'count: Int64',
    'share: Float64',
    'day: Date32<DAY>',
    'hour: Timestamp<MILLISECOND, UTC>',
    'provisional: Bool',
  ]);
  assert.equal(table.schema.metadata.get('source'), 'A test');
  assert.equal(table.schema.fields[1]?.metadata.get('unit'), 'views');
  const texts = [...(table.getChild('text') ?? [])];
  assert.deepEqual(
    texts.slice(ROWS.length),
    ROWS.map(([text]) => text),
  );
  assert.equal(table.getChild('count')?.get(0), BigInt(2 ** 53 - 1));
  assert.equal(table.getChild('count')?.get(4), null);
});

void test('rows beyond a worksheet’s limit are on further ones, each with its headings', async () => {
  const numbers: SheetRows = { length: 5, columns: [[1, 2, 3, 4, 5]] };
  const sheet: Sheet = { title: 'Numbers', columns: [{ name: 'n', type: 'whole' }], about: {} };
  const file = join(folder, 'sheets.xlsx');
  await writeFile(file, await bytesOf(writeWorkbook(sheet, [numbers, numbers], 4)));
  // Our own reader of Excel files, which is code of another kind.
  const parts = await Package.open(file);
  try {
    const workbook = await readWorkbook(parts, file);
    const found: Record<string, unknown> = {};
    for (const [name, part] of workbook.sheets) {
      if (name === 'About') continue;
      const cells: unknown[] = [];
      for await (const batch of sheetRows(parts, part, workbook, file, () => undefined))
        cells.push(...batch.map((row) => row.cells[0]));
      found[name] = cells;
    }
    assert.deepEqual(found, {
      Data: ['n', 1, 2, 3, 4],
      'Data 2': ['n', 5, 1, 2, 3],
      'Data 3': ['n', 4, 5],
    });
  } finally {
    parts.close();
  }
});

void test('a reader who leaves ends the rows', async () => {
  for (const name of ['xlsx', 'parquet', 'arrow', 'csv', 'ndjson'] as const) {
    let ended = false;
    const endless = async function* (): AsyncGenerator<SheetRows> {
      try {
        for (;;) {
          await Promise.resolve();
          yield { length: 2048, columns: [Array.from({ length: 2048 }, (_, i) => `text ${i * 7919}`)] };
        }
      } finally {
        ended = true;
      }
    };
    const sheet: Sheet = { title: 'Endless', columns: [{ name: 'text', type: 'text' }], about: {} };
    let bytes = 0;
    for await (const part of FORMATS[name].write(sheet, endless()))
      if ((bytes += part.length) > 100_000) break;
    for (let i = 0; i < 100 && !ended; i++) await new Promise((resolve) => setTimeout(resolve, 10));
    assert.ok(ended, name);
  }
});

void test('a failure of the rows is that of the file', async () => {
  for (const name of ['xlsx', 'parquet', 'arrow', 'csv', 'ndjson'] as const) {
    const failing = async function* (): AsyncGenerator<SheetRows> {
      yield await Promise.resolve({ length: 1, columns: [['text']] });
      throw new Error('the engine went away');
    };
    const sheet: Sheet = { title: 'Failing', columns: [{ name: 'text', type: 'text' }], about: {} };
    await assert.rejects(bytesOf(FORMATS[name].write(sheet, failing())), /the engine went away/, name);
  }
});

void test('pyarrow reads both files alike', { skip }, async () => {
  const program = (read: string): string => `
import json, sys, pyarrow.parquet, pyarrow.feather
table = ${read}
print(json.dumps([[str(f.type) for f in table.schema], [[None if v is None else str(v) for v in c] for c in table.to_pydict().values()], table.schema.metadata[b'source'].decode()]))`;
  const read = async (name: 'parquet' | 'arrow', how: string): Promise<unknown> => {
    const file = join(folder, `python.${name}`);
    await writeFile(file, await bytesOf(FORMATS[name].write(SHEET, [filled()])));
    return readByPython(file, program(how));
  };
  const parquet = await read('parquet', 'pyarrow.parquet.read_table(sys.argv[1])');
  const arrow = await read('arrow', 'pyarrow.feather.read_table(sys.argv[1])');
  assert.deepEqual(parquet, arrow);
});

void test(
  'a workbook has texts that are never formulas, dates, exact numbers, and a sheet about itself',
  { skip },
  async () => {
    const file = join(folder, 'sheet.xlsx');
    await writeFile(file, await bytesOf(FORMATS.xlsx.write(SHEET, [filled()])));
    const program = `
import json, sys, openpyxl
book = openpyxl.load_workbook(sys.argv[1])
data = book['Data']
rows = [[(c.data_type, None if c.value is None else str(c.value), c.number_format) for c in row] for row in data.iter_rows()]
about = {row[0].value: row[1].value for row in book['About'].iter_rows()}
print(json.dumps([book.sheetnames, rows, about, book.properties.title, book.properties.description]))`;
    const [names, rows, about, title, description] = (await readByPython(file, program)) as [
      string[],
      [string, string | null, string][][],
      Record<string, string>,
      string,
      string,
    ];
    assert.deepEqual(names, ['Data', 'About']);
    const column = (c: number): [string, string | null][] =>
      rows.slice(1).map((row) => [row[c]![0], row[c]![1]]);
    const cut = `${'x'.repeat(32_766)}…`;
    assert.deepEqual(
      column(0).map(([, text]) => text),
      // openpyxl leaves the escapes of control characters as they are; Excel and LibreOffice read them.
      [ROWS[0][0], '+1', 'a_x0000_b_x0001_ _x005F_x0041_ _x000D_\n\t', ROWS[3][0], 'NA', null, cut],
    );
    assert.ok(
      column(0).every(([type, text]) => text === null || type === 's' || type === 'inlineStr'),
      'no formula',
    );
    assert.deepEqual(column(1).slice(0, 4), [
      ['s', '9007199254740991'],
      ['n', '0'],
      ['n', '-5'],
      ['n', '999999999999999'],
    ]);
    assert.deepEqual(column(3).slice(0, 6), [
      ['d', '2024-03-01 00:00:00'],
      ['d', '2024-02-29 00:00:00'],
      ['s', '1899-12-31'],
      ['s', '1900-02-28'],
      ['n', null],
      ['d', '9999-12-31 00:00:00'],
    ]);
    assert.deepEqual(column(4).slice(0, 4), [
      ['d', '2024-03-01 06:00:00'],
      ['d', '2024-02-29 23:00:00'],
      ['s', '1850-01-01T01:00:00'],
      ['d', '1900-03-01 00:00:00'],
    ]);
    assert.equal(about['source'], 'A test');
    assert.match(about['note'] as string, /characters end in …|more than 15 digits/);
    assert.equal(title, 'Hostile & <odd>');
    assert.match(description, /source: A test\nlicence: {"spdx":"CC0-1.0"}/);
  },
);
