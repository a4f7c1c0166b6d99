import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { join } from 'node:path';
import { test } from 'node:test';
import { fileURLToPath } from 'node:url';
import { pageviewsAggregate } from '../../src/metrics/pageviews-aggregate.ts';
import { pageviewsTop } from '../../src/metrics/pageviews-top.ts';
import { openDuckdbWarehouse } from '../../src/warehouses/duckdb/duckdb-warehouse.ts';
import { storedList } from '../load/engines.ts';
import { temporaryFolder } from '../load/files.ts';
import { importTo, linesFile, loadedAs, newPlace, rowsOf } from './dumps.ts';

const CLI = fileURLToPath(new URL('../../src/cli.js', import.meta.url));

test('a list has 1,000 entries; those that are tied with the first one beyond are left out', async (t) => {
  const place = await newPlace(t);
  // 998 pages of different numbers, then five of one.
  const lines = [
    ...Array.from({ length: 998 }, (_, i) => `en.wikipedia Page_${i} null desktop ${2000 - i} A${2000 - i}`),
    ...Array.from({ length: 5 }, (_, i) => `en.wikipedia Tied_${i} null desktop 7 B7`),
  ];
  await importTo(place, [linesFile(place, 'pageviews-20210101-user', lines)]);
  const list = await storedList(
    place.store,
    pageviewsTop,
    ['en.wikipedia', 'desktop'],
    'daily',
    '2021-01-01',
  );
  assert.equal(list?.length, 998);
  assert.equal(list?.at(-1), 'Page_997 998 1003');

  const ties = await newPlace(t);
  const pages = ['A 5', 'B 9', 'C 5', 'D 1'].map((page) => {
    const [title, views] = page.split(' ');
    return `en.wikipedia ${title} null desktop ${views} A${views}`;
  });
  await importTo(ties, [linesFile(ties, 'pageviews-20210101-user', pages)]);
  assert.deepEqual(
    await storedList(ties.store, pageviewsTop, ['en.wikipedia', 'desktop'], 'daily', '2021-01-01'),
    ['B 1 9', 'A 2 5', 'C 2 5', 'D 4 1'],
  );
});

test('a month is made of its days once the last of them is there', async (t) => {
  const place = await newPlace(t);
  // In 2014 there are files of people alone, so each day is whole.
  const files = Array.from({ length: 28 }, (_, day) =>
    linesFile(place, `pageviews-201402${String(day + 1).padStart(2, '0')}-user`, [
      `de.wikipedia Hafen null desktop ${day + 1} A${day + 1}`,
      ...(day === 3 ? ['de.wikipedia Boot null mobile-web 1000 X1000'] : []),
    ]),
  );
  const last = files.pop() as string;
  const monthly = () => rowsOf(place.warehouse, pageviewsTop, 'monthly');
  await importTo(place, files);
  assert.deepEqual(await monthly(), {});

  await importTo(place, [last]);
  assert.deepEqual(await monthly(), {
    'de.wikipedia all-access 2014020100 Boot 1': '1000',
    'de.wikipedia all-access 2014020100 Hafen 2': '406',
    'de.wikipedia desktop 2014020100 Hafen 1': '406',
    'de.wikipedia mobile-web 2014020100 Boot 1': '1000',
  });
  const projects = await rowsOf(place.warehouse, pageviewsAggregate, 'monthly');
  assert.equal(projects['all-projects all-access all-agents 2014020100'], '1406');
  assert.equal(
    await loadedAs(place.warehouse, pageviewsAggregate, 'monthly', 'de.wikipedia', '2014-02-01'),
    'complete',
  );
});

test('a folder is read with those in it, and files of other names are passed over', async (t) => {
  const place = await newPlace(t);
  linesFile(place, 'pageviews-20210101-010000', ['en A 1 0']);
  linesFile(place, 'SHA256SUMS', ['no dump']);
  const { read, notices } = await importTo(place, [place.folder]);
  assert.deepEqual([read.length, notices.length], [1, 1]);
  await assert.rejects(importTo(place, [join(place.folder, 'SHA256SUMS')]), /its name is of no dump/);
});

test('standard input is read with a period, and refused without', async (t) => {
  const data = join(temporaryFolder(t), 'data');
  const run = (...args: string[]) =>
    spawnSync(process.execPath, [CLI, 'import', 'pageviews-hourly', '-', '--data', data, ...args], {
      input: 'en A 1 0\nen B 2 0\n',
      encoding: 'utf8',
    });
  assert.match(run().stderr, /standard input has no name.*--period/);
  const { status, stderr } = run('--period', '2021-01-01T05');
  assert.equal(status, 0, stderr);
  const warehouse = await openDuckdbWarehouse(join(data, 'lake'));
  t.after(() => warehouse.close());
  const rows = await rowsOf(warehouse, pageviewsAggregate, 'hourly');
  assert.equal(rows['en.wikipedia desktop user 2021010105'], '3');
});
