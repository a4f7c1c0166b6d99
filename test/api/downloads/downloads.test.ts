import assert from 'node:assert/strict';
import { readdir, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { after, before, describe, test } from 'node:test';
import { DuckDBInstance } from '@duckdb/node-api';
import { tableFromIPC } from 'apache-arrow';
import { tableOf } from '../../../src/core/metric/metric-table.ts';
import type { Rows } from '../../../src/core/metric/table.ts';
import { ordinalAt } from '../../../src/core/time/time.ts';
import { pageviewsTopByCountry } from '../../../src/metrics/pageviews-top-by-country.ts';
import { startGateway, type Gateway } from '../../support/gateway.ts';

/** Rows of `unique-devices`: days of two months, and a month. */
const ITEMS = [
  ...['20240130', '20240131', '20240201'].flatMap((timestamp, i) =>
    ['all-sites', 'desktop-site'].map((site, s) => ({
      project: 'en.wikipedia',
      'access-site': site,
      granularity: 'daily',
      timestamp,
      devices: 1000 * (i + 1) - s,
      offset: i,
      underestimate: 2 ** 40 + i,
    })),
  ),
  {
    project: 'en.wikipedia',
    'access-site': 'all-sites',
    granularity: 'monthly',
    timestamp: '20240101',
    devices: 2 ** 53 - 1,
    offset: 1,
    underestimate: 5,
  },
];
const DAYS = '/downloads/unique-devices/daily';

void describe('downloads', () => {
  let gateway: Gateway;
  before(async () => {
    gateway = await startGateway();
    await gateway.load('unique-devices', ITEMS);
    await gateway.load('pageviews-top-by-country', [
      {
        project: 'en.wikipedia',
        access: 'all-access',
        year: '2024',
        month: '03',
        countries: [
          { country: '=FR', views: 5000 },
          { country: 'US', views: 50 },
        ],
      },
    ]);
  });
  after(() => gateway.close());

  /** The bytes of a file. */
  const bytesOf = async (path: string, headers: Record<string, string> = {}): Promise<Buffer> => {
    const answer = await gateway.get(path).set(headers).responseType('blob');
    assert.ok(answer.status === 200 || answer.status === 206, `${path}: ${answer.status}`);
    return answer.body as Buffer;
  };

  test('a whole grain and its pieces are CSV, Parquet, Arrow and Excel with the same rows', async () => {
    const csv = (await bytesOf(`${DAYS}.csv`)).toString();
    assert.equal(csv.split('\r\n')[0], 'project,access-site,timestamp,devices,offset,underestimate');
    assert.equal(csv.split('\r\n').length, 8);
    assert.match(csv, /en\.wikipedia,all-sites,2024-01-30,1000,0,1099511627776\r\n/);
    const january = (await bytesOf(`${DAYS}/2024-01.csv`)).toString();
    assert.equal(january.split('\r\n').length, 6);

    const file = join(gateway.folder, 'days.parquet');
    await writeFile(file, await bytesOf(`${DAYS}.parquet`));
    const duckdb = await (await DuckDBInstance.create(':memory:')).connect();
    const rows = await duckdb.runAndReadAll(
      `SELECT project, "access-site", CAST("timestamp" AS VARCHAR), devices FROM '${file}' ORDER BY ALL`,
    );
    assert.deepEqual(rows.getRows()[0], ['en.wikipedia', 'all-sites', '2024-01-30', 1000n]);
    assert.equal(rows.getRows().length, 6);
    const about = await duckdb.runAndReadAll(
      `SELECT decode(key), decode(value) FROM parquet_kv_metadata('${file}')`,
    );
    const told = new Map(about.getRows() as [string, string][]);
    assert.equal(told.get('licence'), '{"spdx":"CC0-1.0","url":"https://spdx.org/licenses/CC0-1.0.html"}');
    assert.equal(told.get('coverage'), '[{"from":"2024-01-30","to":"2024-02-01"}]');

    const arrow = tableFromIPC(await bytesOf(`${DAYS}.arrow`));
    assert.equal(arrow.numRows, 6);
    assert.equal(arrow.schema.metadata.get('source'), told.get('source'));
    assert.equal((await bytesOf(`${DAYS}.xlsx`)).subarray(0, 2).toString(), 'PK');
    const lines = (await bytesOf(`${DAYS}.ndjson`)).toString().trimEnd().split('\n');
    assert.equal(lines.length, 6);
  });

  test('months are dates, and counts are exact', async () => {
    const csv = (await bytesOf('/downloads/unique-devices/monthly/2024.csv')).toString();
    assert.match(csv, /all-sites,2024-01-01,9007199254740991,/);
    const [line = ''] = (await bytesOf('/downloads/unique-devices/monthly.ndjson')).toString().split('\n');
    assert.equal((JSON.parse(line) as { devices: number }).devices, 2 ** 53 - 1);
  });

  test('a program reads parts of a file in place', async () => {
    const whole = await bytesOf(`${DAYS}.parquet`);
    const head = await gateway.agent().head(`${DAYS}.parquet`);
    const { etag = '' } = head.headers;
    assert.deepEqual(
      [head.status, head.headers['accept-ranges'], Number(head.headers['content-length'])],
      [200, 'bytes', whole.length],
    );
    const asked: [string, number, number][] = [
      ['bytes=0-3', 0, 4],
      ['bytes=-8', whole.length - 8, whole.length],
      [`bytes=${whole.length - 4}-`, whole.length - 4, whole.length],
      [`bytes=4-${whole.length * 2}`, 4, whole.length],
    ];
    for (const [range, from, to] of asked) {
      const part = await gateway.get(`${DAYS}.parquet`).set({ range, 'if-range': etag }).responseType('blob');
      assert.equal(part.status, 206, range);
      assert.equal(part.headers['content-range'], `bytes ${from}-${to - 1}/${whole.length}`);
      assert.deepEqual(part.body, whole.subarray(from, to), range);
    }
    const beyond = await gateway.get(`${DAYS}.parquet`).set('range', `bytes=${whole.length}-`);
    assert.deepEqual([beyond.status, beyond.headers['content-range']], [416, `bytes */${whole.length}`]);
    const odd: Record<string, string>[] = [
      { range: 'bytes=0-3', 'if-range': '"another"' },
      { range: 'bytes=0-1,3-4' },
      { range: 'lines=1-2' },
    ];
    for (const headers of odd)
      assert.deepEqual(await bytesOf(`${DAYS}.parquet`, headers), whole, JSON.stringify(headers));
    const known = await gateway.get(`${DAYS}.parquet`).set('if-none-match', etag);
    assert.equal(known.status, 304);
  });

  test('a file changes with its rows, and the others stay', async () => {
    const etagOf = async (path: string): Promise<string | undefined> =>
      (await gateway.agent().head(path)).headers['etag'];
    const [january, february] = [`${DAYS}/2024-01.parquet`, `${DAYS}/2024-02.parquet`];
    const before = [await etagOf(january), await etagOf(february)];
    const [first] = ITEMS.slice(4, 5);
    await gateway.load('unique-devices', [{ ...first, devices: 7 }]);
    assert.equal(await etagOf(january), before[0]);
    assert.notEqual(await etagOf(february), before[1]);
    assert.match((await bytesOf(`${DAYS}/2024-02.csv`)).toString(), /,2024-02-01,7,/);
  });

  test('a file that is gone is made again, with the same bytes', async () => {
    const folder = join(gateway.folder, 'downloads');
    for (const ending of ['parquet', 'xlsx', 'arrow', 'csv']) {
      const first = await bytesOf(`${DAYS}.${ending}`);
      await rm(folder, { recursive: true });
      assert.deepEqual(await bytesOf(`${DAYS}.${ending}`), first, ending);
    }
    assert.equal((await readdir(folder)).length, 1);
  });

  test('what may not be published is in no file', async () => {
    for (const ending of ['csv', 'ndjson']) {
      const text = (await bytesOf(`/downloads/pageviews-top-by-country/monthly.${ending}`)).toString();
      assert.match(text, /=FR/);
      assert.doesNotMatch(text, /US/);
    }
  });

  test('rows that may not be published, and came into the table all the same, are left out of every file', async () => {
    const { warehouse } = gateway;
    const metric = pageviewsTopByCountry;
    const signal = new AbortController().signal;
    const lease = await warehouse.lease('a test', signal);
    const ordinal = ordinalAt('monthly', Date.UTC(2023, 0, 1));
    const rows = async function* (): AsyncGenerator<Rows> {
      yield await Promise.resolve({
        length: 2,
        grain: 'monthly' as const,
        ordinals: [ordinal, ordinal],
        dimensions: [
          ['en.wikipedia', 'en.wikipedia'],
          ['all-access', 'all-access'],
        ],
        entry: [['FR', 'US']],
        ranks: [1, 2],
        measures: [[5000, 7]],
      });
    };
    await warehouse.write({ table: tableOf(metric), remove: [], rows: rows(), covers: () => [] }, signal);
    await lease.release();
    await gateway.app.road.watch.refresh();
    const path = '/downloads/pageviews-top-by-country/monthly/2023';
    assert.equal((await bytesOf(`${path}.csv`)).toString().trimEnd().split('\r\n').length, 2);
    const file = join(gateway.folder, 'countries.parquet');
    await writeFile(file, await bytesOf(`${path}.parquet`));
    const duckdb = await (await DuckDBInstance.create(':memory:')).connect();
    const found = await duckdb.runAndReadAll(`SELECT country FROM '${file}'`);
    assert.deepEqual(found.getRows(), [['FR']]);
  });

  test('for a browser, texts of CSV can’t become formulas; a program gets them as they are', async () => {
    const path = '/downloads/pageviews-top-by-country/monthly.csv';
    const accept = 'text/html,application/xhtml+xml';
    assert.match((await bytesOf(path, { accept })).toString(), /,'=FR,/);
    assert.match((await bytesOf(path)).toString(), /,=FR,/);
    assert.equal((await gateway.get(path)).headers['vary'], 'Accept');
  });

  test('what there is not is told with what there is', async () => {
    const problem = async (path: string): Promise<[number, string]> => {
      const answer = await gateway.get(path);
      const { hint, detail } = answer.body as { hint?: string; detail: string };
      return [answer.status, hint ?? detail];
    };
    const [status, hint] = await problem(`${DAYS}/2025-01.parquet`);
    assert.equal(status, 404);
    assert.match(
      hint,
      /from daily to monthly\/2024: \/downloads\/unique-devices\/datapackage\.json lists them/,
    );
    assert.match((await problem(`${DAYS}.parket`))[1], /did you mean \.parquet\?/);
    assert.equal((await problem('/downloads/unique-device/daily.csv'))[0], 400);
    assert.equal((await problem('/downloads/pageviews-top/daily.csv'))[0], 404);
  });

  test('a data package describes each file, and one describes all', async () => {
    const described = (await gateway.get('/downloads/unique-devices/datapackage.json')).body as {
      resources: {
        path: string;
        schema: { fields: { name: string; type: string }[]; primaryKey: string[] };
      }[];
      licenses: { name: string }[];
    };
    assert.deepEqual(
      described.resources.map(({ path }) => path),
      [
        'daily.csv',
        'daily.parquet',
        'daily/2024-01.csv',
        'daily/2024-01.parquet',
        'daily/2024-02.csv',
        'daily/2024-02.parquet',
        'monthly.csv',
        'monthly.parquet',
        'monthly/2024.csv',
        'monthly/2024.parquet',
      ],
    );
    assert.equal(described.licenses[0]?.name, 'CC0-1.0');
    const [first] = described.resources;
    assert.deepEqual(
      first?.schema.fields.map(({ name, type }) => [name, type]),
      [
        ['project', 'string'],
        ['access-site', 'string'],
        ['timestamp', 'date'],
        ['devices', 'integer'],
        ['offset', 'integer'],
        ['underestimate', 'integer'],
      ],
    );
    assert.deepEqual(first?.schema.primaryKey, ['project', 'access-site', 'timestamp']);
    const all = (await gateway.get('/downloads/datapackage.json')).body as { resources: { path: string }[] };
    for (const { path } of all.resources)
      assert.equal((await gateway.get(`/downloads/${path}`)).status, 200, path);
    assert.ok(all.resources.some(({ path }) => path === 'unique-devices/daily.csv'));
  });
});
