import assert from 'node:assert/strict';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import fc from 'fast-check';
import { publishable } from '../../src/core/metric/privacy.ts';
import type { Metric } from '../../src/core/metric/metric.ts';
import { tableOf } from '../../src/core/metric/metric-table.ts';
import type { ItemReader } from '../../src/load/item-reader.ts';
import { itemsOf } from '../../src/load/items.ts';
import { type Reading, readRows } from '../../src/load/read-files.ts';
import { editsAggregate } from '../../src/metrics/edits-aggregate.ts';
import { pageviewsPerArticle } from '../../src/metrics/pageviews-per-article.ts';
import { rowsAsText, temporaryFolder } from './files.ts';

/** Reads a file, and tells its rows and its mistakes. @param isAlike whether lines that are alike may be read faster */
async function read(metric: Metric, file: string, isAlike: boolean) {
  const reader = itemsOf(metric);
  let alikeRows = 0;
  const alike: ItemReader['alike'] = (fields) => {
    const row = reader.alike?.(fields);
    return (
      row && {
        isCount: row.isCount,
        setText: (field, text) => row.setText(field, text),
        append: (counts, rows) => {
          row.append(counts, rows);
          alikeRows++;
        },
      }
    );
  };
  const items: ItemReader = {
    columns: reader.columns,
    append: (item, rows, number) => reader.append(item, rows, number),
    appendGap: (item, rows) => reader.appendGap?.(item, rows),
    ...(isAlike ? { alike } : {}),
  };
  const kind = { name: metric.name, table: tableOf(metric), items, isPublishable: publishable(metric) };
  const reading: Reading = { rows: 0, bytes: 0, skipped: [] };
  const { signal } = new AbortController();
  const rows: string[] = [];
  let error: string | undefined;
  try {
    for await (const batch of readRows(kind, { files: [file], skipBad: 1000, reading, signal })) {
      rows.push(...rowsAsText(batch), ...(batch.gaps ?? []).map((gap) => JSON.stringify(gap)));
    }
  } catch (thrown) {
    error = (thrown as Error).message;
  }
  return { alikeRows, result: { rows, error, mistakes: reading.skipped.map(({ message }) => message) } };
}

/** Mostly `usual`, so that many lines are alike. */
const mostly = <T>(usual: readonly T[], unusual: readonly T[]): fc.Arbitrary<T> =>
  fc.oneof(
    { weight: 12, arbitrary: fc.constantFrom(...usual) },
    { weight: 1, arbitrary: fc.constantFrom(...unusual) },
  );

const TITLES = ['Cat', 'Cat_2', 'Ca', 'Über', '猫', '😀'];
const ODD_TITLES = [
  '',
  'a"b',
  'a,b',
  'a\tb',
  'a\nb',
  'a\\b',
  'a b',
  ' Cat',
  '"',
  'x'.repeat(2000),
  '\0',
  '\u0007',
];
const STAMPS = ['2024022900', '2024030100', '20240302'];
const ODD_STAMPS = ['2024-03-01', '2024023000', '', 'x', '2024022901'];

const jsonLine = fc
  .record({
    article: mostly<unknown>(TITLES, [...ODD_TITLES, 5, null]),
    granularity: mostly<unknown>(['daily'], ['monthly', 'hourly', 1]),
    timestamp: mostly<unknown>(STAMPS, [...ODD_STAMPS, 2024022900]),
    access: mostly<unknown>(['desktop', 'all-access'], ['Desktop', 'else']),
    views: mostly<unknown>([0, 5, 17, 123_456_789], [1.5, -1, '7', null, 1e3, 2 ** 53, 'x']),
    spaces: mostly([''], [' ']),
    more: mostly<object>([{}], [{ note: 1 }, { views_ceil: 5 }, { views: 3 }]),
    as: mostly<(line: string) => string>(
      [(line) => line],
      [
        (line) => `${line}\r`,
        (line) => line.slice(0, -1),
        (line) => `${line} `,
        () => '',
        (line) => line.replace('"views":', '"views":0'),
        (line) => line.replace('"views":', '"views":1,"views":'),
        (line) => line.replace(/"timestamp":"([^"]*)"/, '"timestamp":$1'),
        (line) => line.replace('Cat', 'C\\u0061t'),
        (line) => line + line,
      ],
    ),
  })
  .map(({ spaces, more, as, ...item }) =>
    as(
      JSON.stringify({ project: 'en.wikipedia', ...item, agent: 'user', ...more }).replaceAll(
        ',"',
        `,${spaces}"`,
      ),
    ),
  );

const csvField =
  (separator: string) =>
  (value: string): string =>
    value.includes(separator) || /["\r\n]/.test(value) ? `"${value.replaceAll('"', '""')}"` : value;

const csvLine = (separator: string): fc.Arbitrary<string> =>
  fc
    .record({
      article: mostly(TITLES, ODD_TITLES),
      granularity: mostly(['daily'], ['monthly', 'hourly', '']),
      timestamp: mostly(STAMPS, ODD_STAMPS),
      access: mostly(['desktop', 'all-access'], ['Desktop', 'else']),
      views: mostly(
        ['0', '5', '17', '123456789'],
        ['', '007', '1.5', '-1', '1e3', '9007199254740993', 'x', ' 5'],
      ),
      as: mostly<(line: string) => string>(
        [(line) => line],
        [
          (line) => `${line}\r`,
          (line) => `${line}${separator}`,
          (line) => line.slice(0, -3),
          () => '',
          (line) => `"${line}`,
          (line) => line.replace('Cat', '"Cat"'),
          (line) => line.replace('Cat', 'C"t'),
        ],
      ),
    })
    .map(({ as, article, granularity, timestamp, access, views }) =>
      as(
        ['en.wikipedia', article, granularity, timestamp, access, 'user', views]
          .map(csvField(separator))
          .join(separator),
      ),
    );

const HEADER = ['project', 'article', 'granularity', 'timestamp', 'access', 'agent', 'views'];
const contents: Readonly<Record<string, fc.Arbitrary<string>>> = {
  NDJSON: fc.array(jsonLine, { minLength: 30, maxLength: 80 }).map((lines) => `${lines.join('\n')}\n`),
  CSV: fc
    .array(csvLine(','), { minLength: 30, maxLength: 80 })
    .map((lines) => `${[HEADER.join(','), ...lines].join('\n')}\n`),
  'CSV with carriage returns': fc
    .array(csvLine(','), { minLength: 30, maxLength: 80 })
    .map((lines) => `${[HEADER.join(','), ...lines].join('\r\n')}\r\n`),
  'TSV without a last line end': fc
    .array(csvLine('\t'), { minLength: 30, maxLength: 80 })
    .map((lines) => [HEADER.join('\t'), ...lines].join('\n')),
};

for (const [what, content] of Object.entries(contents)) {
  void test(`lines that are alike give the rows and the mistakes that any lines give: ${what}`, async (t) => {
    const file = join(temporaryFolder(t), 'lines.txt');
    let alikeRows = 0;
    const property = fc.asyncProperty(content, async (text) => {
      writeFileSync(file, text);
      const fast = await read(pageviewsPerArticle, file, true);
      alikeRows += fast.alikeRows;
      assert.deepEqual(fast.result, (await read(pageviewsPerArticle, file, false)).result);
    });
    await fc.assert(property, { numRuns: 150 });
    assert.ok(alikeRows > 150 * 10, `${alikeRows} rows were alike`);
  });
}

void test('a record that goes on over lines is read whole, even if its lines look like others', async (t) => {
  const file = join(temporaryFolder(t), 'lines.csv');
  const line = (article: string): string => `en.wikipedia,${article},daily,2024022900,desktop,user,5`;
  const lines = [
    HEADER.join(','),
    line('Cat'),
    line('Dog'),
    `"en`,
    line('Emu'),
    `wikipedia",Fly,daily,2024022900,desktop,user,5`,
  ];
  writeFileSync(file, `${lines.join('\n')}\n`);
  const { alikeRows, result } = await read(pageviewsPerArticle, file, true);
  assert.equal(alikeRows, 1);
  assert.deepEqual(result, (await read(pageviewsPerArticle, file, false)).result);
});

void test('items of another order of fields, and those with a list, are read among those that are alike', async (t) => {
  const file = join(temporaryFolder(t), 'items.ndjson');
  const names = {
    project: 'en.wikipedia',
    'editor-type': 'user',
    'page-type': 'content',
    granularity: 'daily',
  };
  const flat = (day: number): string =>
    JSON.stringify({ ...names, timestamp: `2024-03-0${day}T00:00:00.000Z`, edits: day });
  const turned = (day: number): string =>
    JSON.stringify({ edits: day, timestamp: `2024-04-0${day}T00:00:00.000Z`, ...names });
  const nested = JSON.stringify({ ...names, results: [{ timestamp: '2024-05-01T00:00:00.000Z', edits: 9 }] });
  const lines = [
    flat(1),
    flat(2),
    turned(1),
    turned(2),
    nested,
    flat(3),
    turned(3),
    turned(4),
    nested,
    flat(4),
    flat(5),
  ];
  writeFileSync(file, `${lines.join('\n')}\n`);
  const { alikeRows, result } = await read(editsAggregate, file, true);
  assert.ok(alikeRows >= 3, `${alikeRows} rows were alike`);
  assert.deepEqual(result, (await read(editsAggregate, file, false)).result);
  assert.equal(result.rows.length, lines.length);
});
