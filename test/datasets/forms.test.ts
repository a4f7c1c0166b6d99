import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { mistakeLine } from '../../src/datasets/mistake.ts';
import { periodOf } from '../../src/datasets/dates.ts';
import { DateForm } from '../../src/datasets/forms/date-form.ts';
import { NumberEvidence } from '../../src/datasets/forms/number-evidence.ts';
import { NumberReader, type Thousands } from '../../src/datasets/forms/number-form.ts';
import { startGateway } from '../support/gateway.ts';
import { built, folderWith, mistakesOf, remove } from './folder.ts';
import { servedRows } from './served-rows.ts';

/** The YAML of shops' sales, with further lines. */
function sales(...more: string[]): string {
  return [
    'dataset: sales',
    'title: Sales',
    'licence: CC0-1.0',
    'file: sales.csv',
    ...(more.some((line) => line.startsWith('grain:')) ? [] : ['grain: daily']),
    ...(more.some((line) => line.startsWith('date:')) ? [] : ['date: day']),
    'dimensions: [shop]',
    ...(more.some((line) => line.startsWith('measures:')) ? [] : ['measures: { sales: { kind: decimal } }']),
    ...more,
    '',
  ].join('\n');
}

/** The rows that a gateway serves of a file, without the granularity. */
function served(csv: string | Buffer, ...more: string[]): Promise<string[]> {
  const files = { 'sales.csv': csv, 'sales.yaml': sales(...more) };
  return servedRows(files, '/datasets/sales/North%7CSouth/daily/20240101/20240201.csv');
}

function told(csv: string | Buffer, ...more: string[]): Promise<string[]> {
  return mistakesOf({ 'sales.csv': csv, 'sales.yaml': sales(...more) });
}

void test('a European file is read by what its owner declares', async () => {
  const lines = [
    'Umsatz je Filiale;;',
    '# vorläufig;;',
    'Tag;shop;Umsatz',
    '31.01.2024; North ;"12.345,50"',
    '01.02.2024;North;-',
    '01.02.2024;South;1.000',
    ';;',
    'Gesamt;;99.999',
  ];
  const form = [
    "separator: ';'",
    'encoding: windows-1252',
    'header: 3',
    "comment: '#'",
    "decimal: ','",
    "thousands: '.'",
    "missing: ['-']",
    'total: Gesamt',
    'date: { column: Tag, format: dd.mm.yyyy }',
  ];
  const columns = 'measures: { sales: { column: Umsatz, kind: decimal } }';
  const csv = Buffer.from(lines.join('\r\n'), 'latin1');
  assert.deepEqual(await served(csv, ...form, columns), [
    'North,2024-01-31,12345.5',
    'South,2024-02-01,1000',
  ]);
});

void test('a file without a header is read by the names that it is given', async () => {
  assert.deepEqual(await served('2024-01-01,North,1\n2024-01-02,North,2\n', 'header: [day, shop, sales]'), [
    'North,2024-01-01,1',
    'North,2024-01-02,2',
  ]);
  assert.deepEqual(await told('2024-01-01,North,1\n2024-01-02,North,2\n'), [
    'sales.yaml:4:7: sales.csv seems to have no header, because line 1 is a record already: name its columns, as in header: [column-1, column-2, column-3].',
  ]);
});

void test('blanks around values are no part of them, unless trim is false', async () => {
  const csv = 'day,shop,sales\n2024-01-01, North,1\n';
  assert.deepEqual(await served(csv), ['North,2024-01-01,1']);
  assert.deepEqual(await served(csv, 'trim: false'), []);
});

void test('what is not declared is recognised and told, all of it at once', async () => {
  assert.deepEqual(await told('Sales of shops\n\nday;shop;sales\n2024-01-01;North;1\n2024-01-02;North;2\n'), [
    "sales.yaml:4:7: sales.csv seems to be separated by semicolons: add separator: ';'. It seems to have its header in line 3: add header: 3.",
  ]);
  assert.deepEqual(await told('# of the shops\nday,shop,sales\n2024-01-01,North,1\n'), [
    "sales.yaml:4:7: sales.csv seems to have comments in lines that begin with #: add comment: '#'.",
  ]);
  assert.deepEqual(await told('day|shop|sales\n2024-01-01|North|1,5\n'), [
    "sales.yaml:4:7: sales.csv seems to be separated by vertical bars: add separator: '|'.",
  ]);
});

void test('twelve thousand or twelve and a bit: a number that may be either is never guessed', async () => {
  const ambiguous = 'day,shop,sales\n2024-01-01,North,12.345\n2024-01-02,North,1\n2024-01-03,North,7.000\n';
  assert.deepEqual(await told(ambiguous), [
    `sales.csv:2: the column sales "12.345" may be 12345 or 12.345; likewise in 1 other row: line 4 "7.000"; nobody can tell whether the point stands between thousands or before decimals: add thousands: '.' or decimal: '.'.`,
  ]);
  assert.deepEqual(await told(ambiguous, 'measures: { sales: }'), [
    `sales.csv:2: the column sales "12.345" is not a whole number from 0 to 2^53-1; likewise in 1 other row: line 4 "7.000"; nobody can tell whether the point stands between thousands or before decimals: add thousands: '.' or decimal: '.', and kind: decimal to the measure then.`,
  ]);
  assert.deepEqual(
    (await served(ambiguous, "thousands: '.'")).map((row) => row.split(',').at(-1)),
    ['12345', '1', '7000'],
  );
  assert.deepEqual(
    (await served(ambiguous, "decimal: '.'")).map((row) => row.split(',').at(-1)),
    ['12.345', '1', '7'],
  );
  // Another number shows it.
  assert.deepEqual(await told(`${ambiguous}2024-01-04,North,0.5\n`), []);
  assert.deepEqual(await told(`${ambiguous}2024-01-04,North,1.234.567\n`), [
    `sales.csv:5: the column sales "1.234.567" is not a number; likewise in 2 other rows: line 2 "12.345", line 4 "7.000"; add thousands: '.'.`,
  ]);
  assert.deepEqual(await told(`${ambiguous}2024-01-04,North,"1.234,50"\n`), [
    `sales.csv:5: the column sales "1.234,50" is not a number; likewise in 2 other rows: line 2 "12.345", line 4 "7.000"; add decimal: ',' and thousands: '.'.`,
  ]);
  assert.deepEqual(await told(`${ambiguous}2024-01-04,North,"1.234,50"\n2024-01-05,North,1.5\n`), [
    `sales.csv:5: the column sales "1.234,50" is not a number; likewise in 2 other rows: line 2 "12.345", line 4 "7.000"; "1.234,50" (line 5) and "1.5" (line 6) are written in different ways: write all numbers in one way, as in 1234.5.`,
  ]);
});

void test('a number of another form than the declared one is refused', async () => {
  assert.deepEqual(
    await told('day,shop,sales\n2024-01-01,North,1.5\n2024-01-02,North,"12.34,5"\n', "decimal: ','"),
    [
      `sales.csv:2: the column sales "1.5" is not a number with decimal: ','; likewise in 1 other row: line 3 "12.34,5".`,
    ],
  );
  assert.deepEqual(await told('day,shop,sales\n2024-01-01,North,1\n', "decimal: ','", "thousands: ','"), [
    "sales.yaml:10:12: ',' can't stand both between thousands and before decimals.",
  ]);
});

void test('dates are recognised by all rows together, and by the period of a row', async () => {
  const days = 'day,shop,sales\n01/02/2024,North,1\n31/01/2024,North,2\n';
  assert.deepEqual(await told(days), [
    'sales.csv:2: the column day "01/02/2024" is not a date such as 2024-03-01, 2024/03/01 or 20240301; likewise in 1 other row: line 3 "31/01/2024"; these dates seem to be dd/mm/yyyy: write date: { column: day, format: dd/mm/yyyy }.',
  ]);
  const either = 'day,shop,sales\n01/02/2024,North,1\n02/02/2024,North,2\n';
  assert.deepEqual(await told(either), [
    'sales.csv:2: the column day "01/02/2024" is not a date such as 2024-03-01, 2024/03/01 or 20240301; likewise in 1 other row: line 3 "02/02/2024"; nobody can tell whether these dates are dd/mm/yyyy or mm/dd/yyyy: write which, as in date: { column: day, format: dd/mm/yyyy }.',
  ]);
  // Months begin on their first day.
  const months = 'day,shop,sales\n01/02/2024,North,1\n01/03/2024,North,2\n';
  assert.match((await told(months, 'grain: monthly'))[0] as string, /these dates seem to be dd\/mm\/yyyy/);
  assert.deepEqual(
    (await served(days, 'date: { column: day, format: dd/mm/yyyy }')).map((row) => row.split(',')[1]),
    ['2024-01-31', '2024-02-01'],
  );
  assert.deepEqual(await told(days, 'date: { column: day, format: dd/MM/jjjj }'), [
    'sales.yaml:8:30: dd/MM/jjjj has j, which stands for nothing: dd is the day, mm the month, mmm its name, yyyy or yy the year, hh:mm the hour, as in dd/mm/yyyy.',
  ]);
});

void test('dates are read by their form', () => {
  const read = (form: string, text: string, grain: 'daily' | 'hourly' | 'monthly' = 'daily') => {
    const ordinal = periodOf(text, grain, DateForm.of(form) as DateForm);
    return typeof ordinal === 'string'
      ? ordinal
      : new Date(
          grain === 'monthly'
            ? Date.UTC(1970, ordinal)
            : ordinal * (grain === 'daily' ? 86_400_000 : 3_600_000),
        )
          .toISOString()
          .slice(0, 13);
  };
  assert.equal(read('dd/mm/yyyy', '1/2/2024'), '2024-02-01T00');
  assert.equal(read('mm/dd/yy', '01/31/99'), '1999-01-31T00');
  assert.equal(read('dd.mm.yyyy hh:mm', '31.12.2024 05:00', 'hourly'), '2024-12-31T05');
  assert.equal(read('dd.mm.yyyy hh:mm', '31.12.2024 05:30', 'hourly'), 'is not the start of an hour');
  assert.equal(read('mmm yyyy', 'März 2024', 'monthly'), '2024-03-01T00');
  assert.equal(read('dd mmm yyyy', '3 févr. 2024'), '2024-02-03T00');
  assert.equal(read('dd-mmm-yy', '03-Sep-24'), '2024-09-03T00');
  assert.equal(read('dd/mm/yyyy', '30/02/2024'), 'is not a date');
  assert.equal(read('dd/mm/yyyy', '13/13/2024'), 'is not a date');
  assert.equal(read('dd/mm/yyyy', '2024-02-03'), '2024-02-03T00');
  assert.equal(read('dd/mm/yyyy', '3.2.2024'), 'is not a date dd/mm/yyyy, or such as 2024-03-01');
});

void test('a number that is written in a form is read as the same number', () => {
  const signs = fc.constantFrom<[decimal: '.' | ',', thousands: Thousands | undefined]>(
    ['.', ','],
    [',', '.'],
    ['.', "'"],
    [',', 'space'],
    [',', undefined],
  );
  fc.assert(
    fc.property(
      signs,
      fc.integer({ min: -1e12, max: 1e12 }),
      fc.nat(99),
      ([decimal, thousands], whole, part) => {
        const sign = thousands === 'space' ? ' ' : (thousands ?? '');
        const grouped = String(Math.abs(whole)).replace(/\B(?=(\d{3})+$)/g, sign);
        const minus = whole < 0 ? '-' : '';
        const digits = String(part).padStart(2, '0');
        const reader = new NumberReader({ decimal, ...(thousands ? { thousands } : {}) });
        const plain = `${minus}${Math.abs(whole)}.${digits}`;
        assert.equal(reader.plain(`${minus}${grouped}${decimal}${digits}`), plain);
        // What shows a form is read by that form as the same number.
        const evidence = new NumberEvidence();
        evidence.add(`${minus}${grouped}${decimal}${digits}`, 1);
        const { verdict } = evidence;
        if (verdict.kind === 'shown')
          assert.equal(
            new NumberReader({ decimal: '.', ...verdict.form }).plain(
              `${minus}${grouped}${decimal}${digits}`,
            ),
            plain,
          );
        else assert.notEqual(verdict.kind, 'contradictory');
      },
    ),
  );
});

void test('values that look alike and totals among the parts are warned of', async () => {
  const csv =
    'day,shop,sales\n2024-01-01,north ,1\n2024-01-01,North,2\n2024-01-01,Total,3\n2024-01-02,North,1\n';
  const warned = async (...more: string[]): Promise<string[]> =>
    (await built({ 'sales.csv': csv, 'sales.yaml': sales(...more) })).warnings.map(mistakeLine);
  assert.deepEqual(await warned(), [
    'sales.csv:3: the values "north" (line 2, 1 row) and "North" (line 3, 2 rows) of shop look alike, but are different series. If they mean the same, write them alike.',
    'sales.csv:4: "Total" is a value of shop like the others, so whoever adds them up counts twice. If it is their total, write total: Total beside name: shop, or leave its rows out with total: Total on a line of its own.',
  ]);
  assert.equal((await warned('total: Total')).length, 1);
});

void test('a row of totals among the dates is told as such', async () => {
  assert.deepEqual(await told('day,shop,sales\n2024-01-01,North,1\nTotal,,1\n'), [
    'sales.csv:3: the column day "Total" is not a date such as 2024-03-01, 2024/03/01 or 20240301; if these are rows of totals, leave them out with total: ["Total"].',
    'sales.csv:3: the column shop is missing.',
  ]);
});

void test('JSON lines have columns, numbers as they are, and texts whose meaning is asked', async () => {
  const yaml = sales().replace('sales.csv', 'sales.ndjson');
  const lines = (...rows: object[]): Record<string, string> => ({
    'sales.ndjson': rows.map((row) => JSON.stringify(row)).join('\n'),
    'sales.yaml': yaml,
  });
  const folder = await folderWith(
    lines(
      { day: '2024-01-01', shop: 'North', sales: 12.345 },
      { shop: 7, day: '2024-01-02', sales: null },
      { day: '2024-01-03', shop: 7, sales: '1.5' },
    ),
  );
  const gateway = await startGateway({ datasets: [folder] });
  try {
    const { text } = await gateway.get('/metrics/datasets/sales/North%7C7/daily/20240101/20240201.csv');
    assert.deepEqual(text.trim().split('\r\n').slice(1).sort(), [
      '7,daily,2024-01-03,1.5',
      'North,daily,2024-01-01,12.345',
    ]);
  } finally {
    await gateway.close();
    await remove(folder);
  }
  const row = { day: '2024-01-01', shop: 'North' };
  assert.deepEqual(await mistakesOf(lines({ ...row, sales: '12.345' })), [
    `sales.ndjson:1: the column sales "12.345" may be 12345 or 12.345; nobody can tell whether the point stands between thousands or before decimals: add thousands: '.' or decimal: '.'.`,
  ]);
  assert.deepEqual(await mistakesOf(lines({ ...row, sales: [1] })), [
    'sales.ndjson:1: the column sales [1] is not a number.',
  ]);
  assert.deepEqual(await mistakesOf(lines({ ...row, sale: 1 })), [
    'sales.yaml:8:20: there is no column sales: did you mean sale?',
  ]);
});

void test('members about texts are refused where there is no text', async () => {
  assert.deepEqual(
    await mistakesOf({ 'sales.yaml': sales("separator: ';'").replace('sales.csv', 'sales.parquet') }),
    ['sales.yaml:9:1: a Parquet file says by itself what separator would say: leave it out.'],
  );
});
