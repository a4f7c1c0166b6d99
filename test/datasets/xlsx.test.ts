import assert from 'node:assert/strict';
import { test } from 'node:test';
import { dateOfSerial } from '../../src/datasets/sources/xlsx/serial-date.ts';
import { built, CAKES, mistakesOf } from './folder.ts';
import { servedRows } from './served-rows.ts';
import { partsOf, rowOf, styled, type WorkbookText, zipOf } from './xlsx.ts';

const YAML = CAKES['cake.yaml']
  .replace('cake.csv', 'cake.xlsx')
  .replace('grain: monthly', 'grain: daily')
  .replace('  cakes:', '  cakes: { kind: decimal }');
const HEADER = rowOf(1, 'month', 'kitchen', 'cakes');

/** The rows that a gateway serves of a workbook. */
function served(workbook: WorkbookText | Buffer, yaml = YAML): Promise<string[]> {
  const xlsx = Buffer.isBuffer(workbook) ? workbook : zipOf(partsOf(workbook));
  const files = { 'cake.xlsx': xlsx, 'cake.yaml': yaml };
  return servedRows(files, '/datasets/cake/North%7CSouth/daily/20240101/20241231.csv');
}

function told(workbook: WorkbookText | Buffer, yaml = YAML): Promise<string[]> {
  const xlsx = Buffer.isBuffer(workbook) ? workbook : zipOf(partsOf(workbook));
  return mistakesOf({ 'cake.xlsx': xlsx, 'cake.yaml': yaml });
}

void test('dates are dates, whatever their format, and other numbers are numbers', async () => {
  const rows = [
    HEADER,
    rowOf(2, styled(45292, 1), 'North', 12.345),
    rowOf(3, styled(45293, 2), { xml: '<c t="s"><v>0</v></c>' }, styled(7, 3)),
    rowOf(5, '2024-01-03', 'North', '1.5'),
    rowOf(6, styled(45295, 1), 'North', null),
    rowOf(7, styled(45296, 1), 'North', { xml: '<c t="str"><f>1+1</f><v>2</v></c>' }),
  ].join('');
  assert.deepEqual(await served({ sheets: { Cakes: rows }, texts: ['<r><t>So</t></r><r><t>uth</t></r>'] }), [
    'North,2024-01-01,12.345',
    'North,2024-01-03,1.5',
    'North,2024-01-05,2',
    'South,2024-01-02,7',
  ]);
});

void test('days are counted from 1900 or 1904, as the workbook says', async () => {
  const rows = HEADER + rowOf(2, styled(45292 - 1462, 1), 'North', 1);
  assert.deepEqual(await served({ sheets: { Cakes: rows }, is1904: true }), ['North,2024-01-01,1']);
  assert.equal(dateOfSerial(1, false), '1900-01-01');
  assert.equal(dateOfSerial(59, false), '1900-02-28');
  assert.equal(dateOfSerial(60, false), undefined, 'the 29th of February, which 1900 did not have');
  assert.equal(dateOfSerial(61, false), '1900-03-01');
  assert.equal(dateOfSerial(45292 + 5 / 24, false), '2024-01-01 05:00:00');
  assert.equal(dateOfSerial(0, true), '1904-01-01');
});

void test('of several sheets, one is named', async () => {
  const sheets = { Notes: rowOf(1, 'x'), Cakes: HEADER + rowOf(2, '2024-01-01', 'North', 1) };
  assert.deepEqual(await told({ sheets }), [
    'cake.yaml:4:7: cake.xlsx has 2 sheets: write sheet: and the name of one of "Notes", "Cakes".',
  ]);
  assert.deepEqual(await told({ sheets }, `${YAML}sheet: Cake\n`), [
    'cake.yaml:4:7: cake.xlsx has no sheet "Cake": write sheet: and the name of one of "Notes", "Cakes".',
  ]);
  assert.deepEqual(await served({ sheets }, `${YAML}sheet: Cakes\n`), ['North,2024-01-01,1']);
});

void test('titles above the header are told, with the row of the header', async () => {
  const cells =
    rowOf(1, 'Cakes of 2024') + rowOf(3, 'month', 'kitchen', 'cakes') + rowOf(4, '2024-01-01', 'North', 1);
  const sheets = { Cakes: cells + rowOf(5, '2024-01-02', 'North', 1) };
  assert.deepEqual(await told({ sheets }), [
    'cake.yaml:4:7: cake.xlsx seems to have its header in row 3: add header: 3.',
  ]);
  assert.equal((await served({ sheets }, `${YAML}header: 3\n`)).length, 2);
});

void test('a number that is stored as text, merged cells, an error and a formula without a value are told', async () => {
  const rows = [
    HEADER,
    rowOf(2, '2024-01-01', 'North', '12.345'),
    rowOf(3, '2024-01-02', 'North', { xml: '<c t="e"><v>#N/A</v></c>' }),
    rowOf(4, '2024-01-03', 'North', { xml: '<c><f>SUM(A1:A3)</f></c>' }),
    rowOf(5, '2024-01-04', 'North', 1),
    rowOf(6, '2024-01-05', null, 1),
  ].join('');
  const parts = partsOf({ sheets: { Cakes: rows } });
  const sheet = 'xl/worksheets/sheet1.xml';
  parts[sheet] = (parts[sheet] as string).replace(
    '</sheetData>',
    '</sheetData><mergeCells count="1"><mergeCell ref="B5:B6"/></mergeCells>',
  );
  assert.deepEqual(
    await told(zipOf(parts)),
    [
      'row 3: the column cakes "#N/A" is not a number; if it stands for a gap, declare missing: ["#N/A"].',
      'row 4: the column cakes "=SUM(A1:A3)" is not a number.',
      'row 6: the column kitchen is missing.',
      'row 5: the row has the merged cells B5:B6, of which only the first has a value: unmerge them, and fill each.',
      `row 2: the column cakes "12.345" may be 12345 or 12.345; nobody can tell whether the point stands between thousands or before decimals: add thousands: '.' or decimal: '.'.`,
    ].map((line) => `cake.xlsx: ${line}`),
  );
});

void test('numbers and dates that Excel holds as text are read, and told once for each column', async () => {
  const rows = [
    HEADER,
    rowOf(2, styled(45292, 1), 'North', 3),
    rowOf(3, '2024-01-02', 'North 2', '1.5'),
    rowOf(4, '2024-01-03', 'North 2', '2'),
    rowOf(5, styled(45295, 1), 'North', '-'),
  ].join('');
  const xlsx = zipOf(partsOf({ sheets: { Cakes: rows } }));
  const yaml = `${YAML}missing: ['-']\n`;
  const { warnings, mistakes } = await built({ 'cake.xlsx': xlsx, 'cake.yaml': yaml });
  assert.deepEqual(mistakes, []);
  assert.deepEqual(
    warnings.map(({ file, message }) => `${file}: ${message}`),
    [
      'cake.xlsx: the spreadsheet holds 2 of the dates of the column month as text, first "2024-01-02" in row 3. They are read as dates, but they sort as texts there.',
      'cake.xlsx: the spreadsheet holds 2 of the numbers of the column cakes as text, first "1.5" in row 3. They are read as numbers, but sums there leave them out.',
    ],
  );
  assert.deepEqual(
    (await served(xlsx, yaml)).map((row) => row.split(',').at(-1)),
    ['3'],
  );
});

void test('a zip bomb is refused before it is unpacked, and one that lies about its size while it is', async () => {
  const rows = `${HEADER}<row r="2">${'<c/>'.repeat(8_000_000)}</row>`;
  const parts = partsOf({ sheets: { Cakes: rows } });
  assert.match(
    (await told(zipOf(parts)))[0] as string,
    /isn't read, because xl\/worksheets\/sheet1\.xml unpacks to \d+ bytes/,
  );
  assert.match(
    (await told(zipOf(parts, 100_000)))[0] as string,
    /can't be read as Excel: too many bytes in the stream/,
  );
});

void test('what is no Excel file is told so', async () => {
  for (const other of [
    Buffer.from('month,kitchen,cakes\n'),
    Buffer.from('d0cf11e0a1b11ae1', 'hex'),
    zipOf({ 'a.txt': 'x' }),
  ])
    assert.match((await told(other))[0] as string, /cake\.xlsx can't be read as Excel: /);
  const parts = partsOf({ sheets: { Cakes: HEADER } });
  parts['xl/worksheets/sheet1.xml'] =
    '<!DOCTYPE x [<!ENTITY a "b">]><worksheet><sheetData><row><c t="str"><v>&a;</v></c>';
  assert.match((await told(zipOf(parts)))[0] as string, /sheet1\.xml is not XML/);
});
