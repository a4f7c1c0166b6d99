import assert from 'node:assert/strict';
import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { test, type TestContext } from 'node:test';
import fc from 'fast-check';
import { tableOf } from '../../src/core/metric/metric-table.ts';
import type { Rows } from '../../src/core/metric/table.ts';
import { Claims } from '../../src/load/claims.ts';
import { importFiles } from '../../src/load/import.ts';
import { readFiles } from '../../src/load/read-files.ts';
import { wholeFile } from '../../src/load/whole-file.ts';
import { pageviewsPerArticle } from '../../src/metrics/pageviews-per-article.ts';
import type { FileRows } from '../../src/warehouses/file-rows.ts';
import { Engine, queryAll } from '../../src/warehouses/lake/engine.ts';
import { Bindings } from '../../src/warehouses/lake/sql.ts';
import { stage } from '../../src/warehouses/lake/staging.ts';
import { newEngines } from './engines.ts';
import { fileWith, rowsAsText, temporaryFolder } from './files.ts';

const { signal } = new AbortController();
const HEADER = 'project,article,granularity,timestamp,access,agent,views';
const GOOD = ['en.wikipedia', 'Cat', 'daily', '2024022900', 'desktop', 'user', '5'];

/** Texts that some readers of CSV or of numbers read in another way than others. */
const ODD = {
  'a quoted field': (field: string) => `"${field}"`,
  'a quote in quotes': (field: string) => `"${field}""s"`,
  'a separator in quotes': (field: string) => `"${field},s"`,
  'a line end in quotes': (field: string) => `"${field}\ns"`,
  'a quote in an unquoted field': (field: string) => `${field}"s"`,
  'a quote at the start alone': (field: string) => `"${field}`,
  'text after a closing quote': (field: string) => `"${field}"s`,
  'a blank after a closing quote': (field: string) => `"${field}" `,
  'a blank before a quote': (field: string) => ` "${field}"`,
  'a backslash before a quote': (field: string) => `"${field}\\"s"`,
  'a backslash': (field: string) => `${field}\\`,
  'a single quote': (field: string) => `'${field}'`,
  'a blank around': (field: string) => ` ${field} `,
  nothing: () => '',
  'nothing in quotes': () => '""',
  'only a blank': () => ' ',
  'Hive\u2019s NULL': () => '\\N',
  NULL: () => 'NULL',
  NaN: () => 'NaN',
  'a comment': (field: string) => `#${field}`,
  'one field more': (field: string) => `${field},1`,
  'a separator at its end': (field: string) => `${field},`,
  'a tab': (field: string) => `${field}\t`,
  'a NUL': (field: string) => `${field}\0`,
  'a carriage return': (field: string) => `${field}\r`,
  'a semicolon': (field: string) => `${field};`,
  'a letter of two code points': (field: string) => `${field}e\u0301`,
  'a letter of four bytes': (field: string) => `${field}𝒳`,
  'leading zeros': (field: string) => `00${field}`,
  'a plus': (field: string) => `+${field}`,
  'a minus': (field: string) => `-${field}`,
  'a point': (field: string) => `${field}.0`,
  'an exponent': (field: string) => `${field}e3`,
  'an underscore': (field: string) => `${field}_000`,
  thousands: (field: string) => `"${field},000"`,
  'a hexadecimal number': () => '0x1F',
  '2^53': () => '9007199254740992',
  '2^63': () => '9223372036854775808',
  'fifteen digits': () => '999999999999999',
  'a date with hyphens': () => '2024-02-29',
  'a day that does not exist': () => '2024-02-30',
  'another granularity': () => 'monthly',
  'other letters': () => 'EN.Wikipedia.org',
} satisfies Record<string, (field: string) => string>;

/** The rows as they are staged, in their order, and the coverage that they claim. */
async function staged(
  t: TestContext,
  rows: AsyncIterable<Rows | FileRows>,
  distinct?: Rows,
): Promise<{ rows: unknown[][]; covers: unknown }> {
  const claims = new Claims(pageviewsPerArticle, true);
  if (distinct) claims.add(distinct);
  async function* claimed(): AsyncGenerator<Rows | FileRows> {
    for await (const batch of rows) {
      if (!('from' in batch)) claims.add(batch);
      yield batch;
    }
  }
  const folder = join(temporaryFolder(t), 'staged');
  mkdirSync(folder);
  const engine = await Engine.open(folder);
  try {
    const made = await stage(engine, tableOf(pageviewsPerArticle), claimed(), folder, signal);
    const bindings = new Bindings();
    const select = made.select(bindings);
    const texts = ['project', 'access', 'agent', 'article', 'timestamp'].map(
      (name) => `CAST("${name}" AS VARCHAR)`,
    );
    const found = await engine.use(signal, (connection) =>
      select === undefined
        ? Promise.resolve([])
        : queryAll(
            connection,
            `SELECT CAST(_seq AS INTEGER), ${texts.join(', ')}, CAST(views AS DOUBLE) FROM (${select}) AS staged ORDER BY _seq`,
            bindings,
          ),
    );
    return {
      rows: found,
      covers: [...made.partitions, ...claims.covers()].map((one) => JSON.stringify(one)).toSorted(),
    };
  } finally {
    await engine.close();
  }
}

/** Reads a file row by row, and as a whole. @returns whether it was read as a whole */
async function readBothWays(t: TestContext, content: string | Buffer): Promise<boolean> {
  const path = fileWith(t, 'rows.csv', content);
  const whole = await wholeFile(pageviewsPerArticle, path, signal, 0);
  if (!whole) return false;
  async function* rows(): AsyncGenerator<FileRows> {
    if (whole) yield whole.rows;
  }
  const reading = { rows: 0, bytes: 0, skipped: [] };
  const each = readFiles({ metric: pageviewsPerArticle, files: [path], skipBad: 0, reading, signal });
  const expected = await staged(t, each);
  assert.deepEqual(await staged(t, rows(), whole.distinct), expected);
  assert.equal(whole.rows.length, reading.rows);
  return true;
}

void test('a file is read as a whole only if reading row by row gives the same rows, and finds no mistake', async (t) => {
  const odd = fc.constantFrom(...(Object.keys(ODD) as (keyof typeof ODD)[]));
  const line = fc.record({
    fields: fc.tuple(
      fc.constantFrom('en.wikipedia', 'de.wikipedia'),
      fc.constantFrom('Cat', 'Dog', 'Café', 'A_"b"', 'A,_b'),
      fc.constant('daily'),
      fc.constantFrom('2024022900', '20240301', '2025-01-01'),
      fc.constantFrom('desktop', 'mobile-web'),
      fc.constant('user'),
      fc.nat(20).map(String),
    ),
    oddity: fc.oneof(
      { weight: 6, arbitrary: fc.constant(undefined) },
      { weight: 1, arbitrary: fc.tuple(fc.nat(6), odd) },
    ),
    end: fc.oneof(
      { weight: 15, arbitrary: fc.constant(undefined) },
      { weight: 1, arbitrary: fc.constantFrom('\n', '\r\n', '\n\n', '\r', '\n \n') },
    ),
  });
  let whole = 0;
  let all = 0;
  await fc.assert(
    fc.asyncProperty(
      fc.array(line, { minLength: 1, maxLength: 6 }),
      fc.constantFrom('', '\ufeff'),
      fc.boolean(),
      fc.constantFrom('\n', '\r\n'),
      async (lines, mark, isEnded, lineEnd) => {
        const text = lines.map(({ fields, oddity, end }) => {
          const written = fields.map((field, at) => {
            if (oddity?.[0] === at) return ODD[oddity[1]](field);
            return /[",]/.test(field) ? `"${field.replaceAll('"', '""')}"` : field;
          });
          return written.join(',') + (end ?? lineEnd);
        });
        const content = `${mark}${HEADER}${lineEnd}${text.join('')}`;
        all++;
        if (await readBothWays(t, isEnded ? content : content.trimEnd())) whole++;
      },
    ),
    { numRuns: 60 },
  );
  assert.ok(whole > all / 10 && whole < all, `${whole} of ${all} files were read as a whole`);
});

void test('each oddity is read as it is row by row', async (t) => {
  let whole = 0;
  for (const [what, made] of Object.entries(ODD))
    for (const at of [0, 1, 6]) {
      const odd = GOOD.map((field, i) => (i === at ? made(field) : field));
      await t.test(`${what} in field ${at}`, async (t) => {
        for (const end of ['\n', '\r\n'])
          if (await readBothWays(t, [HEADER, GOOD.join(','), odd.join(','), ''].join(end))) whole++;
      });
    }
  assert.ok(whole > 15, `${whole} files were read as a whole`);
});

/** Rows of two projects and two months, of which one stands twice: more than a MiB of CSV. */
function largeFile(): string[] {
  const lines = Array.from({ length: 20_000 }, (_, i) => {
    const project = i % 3 === 0 ? 'de.wikipedia' : 'en.wikipedia';
    const day = String(1 + ((i >> 1) % 28)).padStart(2, '0');
    const article = `"Article, number_${i >> 6}"`;
    return `${project},${article},daily,2024${i % 2 === 0 ? '02' : '03'}${day},desktop,user,${i % 64}`;
  });
  const [row = ''] = lines;
  return [
    HEADER,
    ...new Map(lines.map((line) => [line.slice(0, line.lastIndexOf(',')), line])).values(),
    row,
  ];
}

/** Imports CSV files into a new lake. @returns what is told, or the mistake's message, and all of the lake's rows */
async function imported(t: TestContext, all: readonly (readonly string[])[], skipBad = 0): Promise<unknown> {
  const files = all.map((lines) => fileWith(t, 'rows.csv', lines.join('\n')));
  const engines = await newEngines(t);
  const options = { ...engines, metric: pageviewsPerArticle, files, holder: 'a test', waitMs: 1000 };
  const report = await importFiles({ ...options, complete: true, skipBad, signal }).catch((error: unknown) =>
    (error as Error).message.replaceAll(/\S*rows.csv/g, 'rows.csv'),
  );
  const table = tableOf(pageviewsPerArticle);
  const state = (await engines.warehouse.states(signal)).tables.get(table.name);
  const span = { grain: 'daily', first: 0, last: 40_000 } as const;
  const rows: string[] = [];
  for await (const batch of engines.warehouse.select({ table, ...span, where: [] }, signal))
    rows.push(...rowsAsText(batch));
  const { partitions, coverage } = state ?? {};
  if (typeof report === 'string') return { report, rows };
  const { rows: count, repeated, changed, published, skipped } = report;
  return {
    report: { count, repeated, changed, published },
    skipped: skipped.length,
    partitions,
    coverage,
    rows,
  };
}

void test('a large file gives the lake, the store and the report that it gives row by row', async (t) => {
  const lines = largeFile();
  const path = fileWith(t, 'rows.csv', lines.join('\n'));
  assert.ok(await wholeFile(pageviewsPerArticle, path, signal), 'it is read as a whole');
  const whole = await imported(t, [lines]);
  // A blank line is skipped, and such a file is read row by row.
  assert.deepEqual(whole, await imported(t, [[...lines, '', '']]));
  assert.equal((whole as { report: { repeated: number } }).report.repeated, 1);
});

void test('a mistake in a large file is told as it is row by row', async (t) => {
  const lines = largeFile();
  const [row = ''] = lines.slice(1);
  const bad = await imported(t, [[...lines, row.replace(/\d+$/, 'many')]]);
  assert.match(
    JSON.stringify(bad),
    new RegExp(`rows.csv:${lines.length + 1}: field .*many.* is not a whole number`),
  );
  const skipped = await imported(t, [[...lines, row.replace(/\d+$/, 'many')]], 1);
  assert.equal((skipped as { skipped: number }).skipped, 1);
  const differing = await imported(t, [[...lines, row.replace(/\d+$/, '999')]]);
  assert.match(JSON.stringify(differing), /two rows for .* differ: views 0 in .*rows.csv, then views 999 in/);
  assert.deepEqual(differing, await imported(t, [[...lines, row.replace(/\d+$/, '999'), '', '']]));
});

void test('several files give what they give row by row, whichever of them are large, and have how many texts', async (t) => {
  const few = largeFile();
  // More than half of them differ, so that no more are numbered; some are stored in another spelling.
  const many = few.map((line, i) => (i === 0 ? line : line.replace(/"Article.*"/, `"Many ${i}"`)));
  const others = many.map((line) => line.replace('Many ', 'Other_').replace('2024', '2023'));
  const blank = ['', ''];
  assert.deepEqual(
    await imported(t, [few, many, [...few, ...blank], others.slice(0, 3), others]),
    await imported(
      t,
      [few, many, few, others.slice(0, 3), others].map((lines) => [...lines, ...blank]),
    ),
  );
  const spelled = others.map((line) => line.replace('Other_', 'Other '));
  assert.deepEqual(
    await imported(t, [many, spelled]),
    await imported(t, [
      [...many, ...blank],
      [...spelled, ...blank],
    ]),
  );
});
