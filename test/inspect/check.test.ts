import assert from 'node:assert/strict';
import { copyFileSync, readFileSync, rmSync, statSync, truncateSync, writeFileSync } from 'node:fs';
import { after, before, describe, test } from 'node:test';
import { DuckDBInstance } from '@duckdb/node-api';
import { open } from 'lmdb';
import { encodeSeriesCell } from '../../src/core/cell/cell.ts';
import { EMPTY_STATE } from '../../src/core/time/table-state.ts';
import { openLmdbStore } from '../../src/stores/lmdb/lmdb-store.ts';
import type { Cell } from '../../src/stores/series-store.ts';
import { Broken, kraken } from './broken.ts';

/* Each test breaks a part of a whole folder on purpose, reads what the check says, and does as it says. */

let whole: Broken;
before(() => {
  whole = Broken.whole();
});
after(() => whole.remove());

const JANUARY = ['pageviews_per_article', 'grain=daily', 'year=2024', 'month=1', 'version=1', '0.parquet'];
const FEBRUARY = JANUARY.map((part) => part.replace('month=1', 'month=2'));
const DEVICES = ['unique_devices', ...JANUARY.slice(1)];
const TOTALS = ['pageviews_per_article', '_totals', ...JANUARY.slice(1, -1), '0.totals'];

void test('nothing is wrong with what was imported and published', async () => {
  assert.deepEqual(await whole.findings(), []);
  const { status, stdout, stderr } = kraken('check', '--data', whole.data);
  assert.deepEqual([status, stdout], [0, '']);
  assert.equal(stderr, '3 tables checked: nothing is wrong.\n');
});

void test('the command says what is wrong and what mends it, and its exit code is 1', async () => {
  const broken = whole.copy();
  rmSync(broken.inLake(...DEVICES));
  const { status, stdout } = kraken('check', '--data', broken.data);
  assert.equal(status, 1);
  assert.equal(
    stdout,
    `unique_devices daily/2024-01: ${DEVICES.slice(1).join('/')} is missing.
  kraken retract unique-devices --grain daily --range 2024-01 --data ${broken.data}
  kraken import unique-devices FILES --data ${broken.data}
`,
  );
  const other = kraken('check', 'pageviews-top', '--json', '--data', broken.data);
  assert.deepEqual([other.status, other.stdout], [0, '']);
  const february = kraken('check', '--range', '2024-02', '--data', broken.data);
  assert.deepEqual([february.status, february.stdout], [0, '']);
  const [line] = kraken('check', '--range', '2024-01-03', '--json', '--data', broken.data).stdout.split('\n');
  assert.equal((JSON.parse(line as string) as { table: string }).table, 'unique_devices');
  broken.remove();
});

void describe('a lake whose files', () => {
  const cases: Record<
    string,
    { breaks: (broken: Broken) => void | Promise<void>; says: RegExp; runs?: true }
  > = {
    'are missing': {
      breaks: (broken) => rmSync(broken.inLake(...JANUARY)),
      says: /month=1\/version=1\/0\.parquet is missing$/,
      runs: true,
    },
    'are cut': {
      breaks: (broken) => {
        const path = broken.inLake(...JANUARY);
        truncateSync(path, Math.floor(statSync(path).size / 2));
      },
      says: /0\.parquet is cut or damaged: /,
    },
    'are empty': {
      breaks: (broken) => truncateSync(broken.inLake(...JANUARY), 0),
      says: /0\.parquet is empty$/,
    },
    'have other rows, as many': {
      breaks: (broken) => copyFileSync(broken.inLake(...FEBRUARY), broken.inLake(...JANUARY)),
      says: /its rows were altered: they have another digest/,
      runs: true,
    },
    'have one number altered': {
      breaks: (broken) =>
        alter(broken.inLake(...JANUARY), `"views" + CASE WHEN "views" = 110 THEN 1 ELSE 0 END`),
      says: /its rows were altered: they have another digest/,
    },
    'have fewer rows': {
      breaks: (broken) => alter(broken.inLake(...JANUARY), `"views"`, `WHERE "views" > 110`),
      says: /its files have 9 rows, but the manifest says 20$/,
    },
    'have damaged pages': {
      breaks: (broken) => {
        const path = broken.inLake(...JANUARY);
        const bytes = readFileSync(path);
        bytes.fill(0xff, 20, 120);
        writeFileSync(path, bytes);
      },
      says: /its rows (can't be read: |were altered)/,
      runs: true,
    },
    'lack their totals': {
      breaks: (broken) => rmSync(broken.inLake(...TOTALS)),
      says: /_totals\/.*\/0\.totals is missing$/,
      runs: true,
    },
    'have totals of other rows': {
      breaks: (broken) =>
        copyFileSync(
          broken.inLake(...TOTALS.map((part) => part.replace('month=1', 'month=2'))),
          broken.inLake(...TOTALS),
        ),
      says: /_totals\/.* isn't the sum of the rows$/,
    },
  };
  for (const [name, { breaks, says, runs }] of Object.entries(cases)) {
    void test(`${name} is told with what mends it`, async () => {
      const broken = whole.copy();
      await breaks(broken);
      const found = await broken.findings();
      assert.deepEqual(
        found.map(({ kind, table, partition }) => [kind, table, partition]),
        [['lake', 'pageviews_per_article', 'daily/2024-01']],
      );
      assert.match(found[0]?.what ?? '', says);
      assert.deepEqual(found[0]?.mend, [
        `kraken retract pageviews-per-article --grain daily --range 2024-01 --data ${broken.data}`,
        `kraken import pageviews-per-article FILES --data ${broken.data}`,
      ]);
      // These commands take seconds: they are run where they meet other damage.
      if (runs) await broken.mend(found);
      broken.remove();
    });
  }

  void test('no manifest names are told when they are old enough to be of no change under way', async () => {
    const broken = whole.copy();
    copyFileSync(broken.inLake(...DEVICES), broken.inLake(...DEVICES).replace('0.parquet', "it's.parquet"));
    assert.deepEqual(await broken.findings(), []);
    const found = await broken.findings({}, 120_000);
    assert.match(found[0]?.what ?? '', /^the manifest doesn't name .*it's\.parquet: a killed import left it/);
    await broken.mend(found);
    assert.deepEqual(await broken.findings({}, 120_000), []);
    broken.remove();
  });
});

/** Writes a file's rows again with another value of `views`. */
async function alter(path: string, views: string, where = ''): Promise<void> {
  const instance = await DuckDBInstance.create(':memory:');
  const connection = await instance.connect();
  const other = `${path}.other`;
  await connection.run(
    `COPY (SELECT * REPLACE (${views} AS views) FROM '${path}' ${where}) TO '${other}' (FORMAT parquet)`,
  );
  connection.closeSync();
  instance.closeSync();
  copyFileSync(other, path);
  rmSync(other);
}

const CAT = { row: 'en.wikipedia\0Cat\0D2024', column: 'all-access\0user\x0001' };
const key = { row: Buffer.from(CAT.row), column: Buffer.from(CAT.column), periodBytes: 2 };

/** Publishes a cell as somebody would who has no lake. */
async function overwrite(
  broken: Broken,
  cells: readonly Cell[],
  clear: { row: string; column: string }[],
): Promise<void> {
  const store = openLmdbStore(broken.series);
  const { signal } = new AbortController();
  await store.lease('a test', signal);
  const state = (await store.states(signal)).tables.get('pageviews_per_article') ?? EMPTY_STATE;
  const batches = async function* (): AsyncGenerator<readonly Cell[]> {
    yield cells;
  };
  await store.publish({ table: 'pageviews_per_article', clear, cells: batches(), state }, signal);
  await store.close();
}

void describe('a series store that', () => {
  const cases: Record<string, { breaks: (broken: Broken) => Promise<void>; says: RegExp; runs?: true }> = {
    'has another number': {
      breaks: (broken) => {
        const presence = new Uint8Array(31);
        const views = new Float64Array(31);
        for (let day = 10; day < 20; day++) {
          presence[day - 1] = 1;
          views[day - 1] = 100 + day + (day === 13 ? 1 : 0);
        }
        return overwrite(broken, [{ ...key, value: encodeSeriesCell(presence, [views]) }], []);
      },
      says: /^2024-01-13 has 176 views in the lake, but 177 in the store$/,
    },
    'lacks days': {
      breaks: (broken) => overwrite(broken, [], [{ row: 'D2024', column: '01' }]),
      says: /^2024-01-10 is missing in the store, .* and 7 more$/,
    },
    'has a day too many': {
      breaks: (broken) => {
        const presence = new Uint8Array(31);
        presence[0] = 1;
        const value = encodeSeriesCell(presence, [new Float64Array(31)]);
        return overwrite(broken, [{ ...key, row: Buffer.from('x.wikipedia\0Owl\0D2024'), value }], []);
      },
      says: /^2024-01-01 is in the store, but not in the lake$/,
      runs: true,
    },
    'has a cell that is none': {
      breaks: (broken) => overwrite(broken, [{ ...key, value: Buffer.from('zebra') }], []),
      says: /^a cell can't be read: The cell /,
      runs: true,
    },
  };
  for (const [name, { breaks, says, runs }] of Object.entries(cases)) {
    void test(`${name} is told with what mends it`, async () => {
      const broken = whole.copy();
      await breaks(broken);
      const found = await broken.findings();
      assert.deepEqual(
        found.map(({ kind, table, partition }) => [kind, table, partition]),
        [['store', 'pageviews_per_article', 'daily/2024-01']],
      );
      assert.match(found[0]?.what ?? '', says);
      assert.deepEqual(found[0]?.mend, [
        `kraken publish pageviews-per-article --grain daily --range 2024-01 --again --data ${broken.data}`,
      ]);
      if (runs) await broken.mend(found);
      broken.remove();
    });
  }

  void test('is behind the lake is told by its versions, and publishing mends it', async () => {
    const broken = whole.copy();
    const more = `${broken.folder}/more.ndjson`;
    const row = {
      project: 'en.wikipedia',
      'access-site': 'all-sites',
      granularity: 'daily',
      timestamp: '20240301',
    };
    writeFileSync(more, JSON.stringify({ ...row, devices: 3, offset: 1, underestimate: 2 }));
    const elsewhere = `lmdb:${broken.folder}/other-series`;
    kraken('import', 'unique-devices', more, '--data', broken.data, '--series', elsewhere);
    const found = await broken.findings();
    assert.match(found[0]?.what ?? '', /other versions of daily\/2024-03 than the lake/);
    assert.equal(found.length, 1);
    await broken.mend(found);
    broken.remove();
  });

  void test('was never made is told for each table, and publishing mends it', async () => {
    const broken = whole.copy();
    rmSync(broken.series);
    const found = await broken.findings();
    assert.deepEqual(
      found.map(({ what }) => what),
      Array.from({ length: 3 }, () => 'nothing was ever published'),
    );
    await broken.mend(found);
    broken.remove();
  });

  void test('has damaged values is told, and is made again', async () => {
    const broken = whole.copy();
    const file = open<Uint8Array, Uint8Array>(broken.series, {
      noSubdir: true,
      keyEncoding: 'binary',
      encoding: 'binary',
      overlappingSync: false,
    });
    const [damaged] = [...file.getKeys()].filter((one) =>
      Buffer.from(one).toString().startsWith('unique_devices'),
    );
    await file.put(damaged as Uint8Array, Buffer.from([2, 48, 49, 250, 1]));
    await file.close();
    const found = await broken.findings();
    assert.match(found[0]?.what ?? '', /^the store can't be read: .*a value of the series store is damaged/);
    await broken.mend(found);
    broken.remove();
  });
});

void test('lists that disagree with the series they rank are told, with an example, and can be mended', async () => {
  const broken = whole.copy();
  const list = { project: 'en.wikipedia', access: 'all-access', year: '2024', month: '01', day: '12' };
  const articles = [
    { article: 'Owl', views: 500, rank: 1 },
    { article: 'Dog', views: 63, rank: 2 },
  ];
  const file = `${broken.folder}/other-top.json`;
  writeFileSync(file, JSON.stringify({ items: [{ ...list, articles }] }));
  kraken('import', 'pageviews-top', file, '--data', broken.data);
  const found = await broken.findings();
  assert.equal(found.length, 1);
  assert.equal(
    found[0]?.what,
    "the list of 2024-01-12 of en.wikipedia all-access isn't that of pageviews-per-article: 1 entry has another number, 1 with more than its last entry is not in it, for instance Cat: 112 in the series",
  );
  await broken.mend(found);
  broken.remove();
});
