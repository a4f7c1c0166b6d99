import assert from 'node:assert/strict';
import { after, before, describe, test } from 'node:test';
import { post } from '../graphql/ask.ts';
import { folderWith, remove } from '../../datasets/folder.ts';
import { startGateway, type Gateway } from '../../support/gateway.ts';

/* How rows are written on request: times, names, and texts that no spreadsheet evaluates. All numbers are made up. */

let gateway: Gateway;
let folder: string;

/** What browsers say where a person follows a link. */
const BROWSER = 'text/html,application/xhtml+xml,application/xml;q=0.9,*/*;q=0.8';
const FORMULA = '=HYPERLINK("http://example.org")';

before(async () => {
  folder = await folderWith({
    'staff.csv': 'month,land,staff\n2024-01,NA,3\n2024-02,NA,5\n2024-01,FR,4\n',
    'staff.yaml':
      'dataset: staff\ntitle: Staff\nlicence: CC0-1.0\nfile: staff.csv\ngrain: monthly\ndate: month\ndimensions: [{ name: land, names: country }]\nmeasures: { staff: {} }\n',
    'countries.yaml':
      'dataset: some-countries\ntitle: Some\nquestion:\n  metric: pageviews-top-per-country\n  where: { country: [NA, FR] }\n',
  });
  gateway = await startGateway({ datasets: [folder] });
  const row = { project: 'en.wikipedia', access: 'all-access', agent: 'user', granularity: 'daily' };
  await gateway.load(
    'pageviews-per-article',
    [FORMULA, '-', 'Cat', '@home'].map((article, i) => ({
      ...row,
      article,
      timestamp: '2024030100',
      views: i,
    })),
  );
  const hour = { ...row, agent: 'all-agents', granularity: 'hourly' };
  await gateway.load('pageviews-aggregate', [{ ...hour, timestamp: '2024030106', views: 7 }]);
  await gateway.load('edits-aggregate', [
    {
      project: 'en.wikipedia',
      'editor-type': 'user',
      'page-type': 'content',
      granularity: 'monthly',
      results: [{ timestamp: '2024-01-01T00:00:00.000Z', edits: 3 }],
    },
  ]);
  await gateway.load('bytes-difference-net-aggregate', [
    {
      project: 'en.wikipedia',
      'editor-type': 'user',
      'page-type': 'content',
      granularity: 'monthly',
      results: [{ timestamp: '2024-01-01T00:00:00.000Z', net_bytes_diff: -5 }],
    },
  ]);
  await gateway.load('edited-pages-top-by-edits', [
    {
      project: 'en.wikipedia',
      'editor-type': 'user',
      'page-type': 'content',
      granularity: 'monthly',
      results: [{ timestamp: '2024-01-01T00:00:00.000Z', top: [{ page_title: '+1', edits: 3, rank: 1 }] }],
    },
  ]);
  const list = { access: 'all-access', year: '2024', month: '03' };
  await gateway.load('pageviews-top-by-country', [
    {
      ...list,
      project: 'en.wikipedia',
      countries: [
        { country: 'NA', views: 5000, rank: 1 },
        { country: 'ZZ', views: 4000, rank: 2 },
      ],
    },
  ]);
  await gateway.load('pageviews-top-per-country', [
    {
      ...list,
      day: '01',
      country: 'NA',
      articles: [{ article: 'Cat', project: 'en.wikipedia', views: 150 }],
    },
  ]);
  await gateway.load('editors-by-country', [
    {
      project: 'en.wikipedia',
      'activity-level': '5..99-edits',
      year: '2024',
      month: '03',
      countries: [{ country: 'NA', 'editors-ceil': 20 }],
    },
  ]);
});
after(async () => {
  await gateway.close();
  await remove(folder);
});

const article = (title: string, ending: string): string =>
  `/metrics/pageviews/per-article/en.wikipedia/all-access/user/${encodeURIComponent(title)}/daily/20240301/20240301${ending}`;
const HOURS = '/metrics/pageviews/aggregate/en.wikipedia/all-access/all-agents/hourly/2024030106/2024030106';
const EDITS = '/metrics/edits/aggregate/en.wikipedia/user/content/monthly/20240101/20240201';
const BYTES = '/metrics/bytes-difference/net/aggregate/en.wikipedia/user/content/monthly/20240101/20240201';
const TOP_PAGES = '/metrics/edited-pages/top-by-edits/en.wikipedia/user/content/2024/01/all-days';
const BY_COUNTRY = '/metrics/pageviews/top-by-country/en.wikipedia/all-access/2024/03';
const PER_COUNTRY = '/metrics/pageviews/top-per-country/NA/all-access/2024/03/01';
const EDITORS = '/metrics/editors/by-country/en.wikipedia/5..99-edits/2024/03';

async function textOf(path: string, accept?: string): Promise<string> {
  const asked = gateway.get(path).buffer(true);
  const response = await (accept === undefined ? asked : asked.set('accept', accept));
  assert.equal(response.status, 200, response.text);
  return response.text;
}
async function lines(path: string, accept?: string): Promise<string[]> {
  return (await textOf(path, accept)).trim().split(/\r?\n/);
}
async function fault(path: string): Promise<{ status: number; parameter: string; allowed: unknown }> {
  const response = await gateway.get(path);
  const { parameter, allowed } = response.body as { parameter: string; allowed: unknown };
  return { status: response.status, parameter, allowed };
}

describe('time=iso', () => {
  test('writes dates that every program reads, in every form of rows', async () => {
    for (const [path, aqs, iso] of [
      [article('Cat', ''), '"timestamp":"2024030100"', '"timestamp":"2024-03-01"'],
      [HOURS, '"timestamp":"2024030106"', '"timestamp":"2024-03-01T06:00:00Z"'],
      [EDITS, '"timestamp":"2024-01-01T00:00:00.000Z"', '"timestamp":"2024-01-01"'],
      [TOP_PAGES, '"timestamp":"2024-01-01T00:00:00.000Z"', '"timestamp":"2024-01-01"'],
    ] as const) {
      for (const form of ['json', 'ndjson']) {
        const plain = await textOf(`${path}?format=${form}`);
        assert.ok(plain.includes(aqs), plain);
        // Nothing else of it is another.
        assert.equal(await textOf(`${path}?format=${form}&time=iso`), plain.replace(aqs, iso));
      }
    }
    assert.match(await textOf(`${HOURS}?shape=columns&time=iso`), /"timestamps":\["2024-03-01T06:00:00Z"\]/);
    assert.match(await textOf(`${HOURS}?shape=columns`), /"timestamps":\["2024030106"\]/);
  });

  test('of CSV and TSV says hours in full; their dates are ISO dates anyway', async () => {
    assert.equal((await lines(`${HOURS}.csv`))[1]?.split(',')[4], '2024-03-01T06Z');
    assert.equal((await lines(`${HOURS}.csv?time=iso`))[1]?.split(',')[4], '2024-03-01T06:00:00Z');
    assert.equal((await lines(`${HOURS}.tsv?time=iso`))[1]?.split('\t')[4], '2024-03-01T06:00:00Z');
    const csv = article('Cat', '.csv');
    assert.equal(await textOf(`${csv}?time=iso`), await textOf(csv));
  });

  test('is refused where there is no row to have it, and takes nothing else', async () => {
    for (const query of ['.svg?time=iso', '?time=unix', '?time=', '?time=iso&time=iso'])
      assert.equal((await fault(article('Cat', query))).parameter, 'time', query);
    assert.deepEqual(await fault(`${HOURS}?time=unix`), { status: 400, parameter: 'time', allowed: ['iso'] });
  });
});

test('a number as time is none of ours: clients of AQS get around caches with it', async () => {
  assert.equal(await textOf(article('Cat', '?time=1732854530123')), await textOf(article('Cat', '')));
});

test('wide tables take both: columns are called by names, and hours name their zone', async () => {
  const staff = '/metrics/datasets/staff/NA%7CFR/monthly/20240101/20240201.csv?shape=wide';
  assert.deepEqual(await lines(staff), ['date,NA,FR', '2024-01-01,3,4', '2024-02-01,5,']);
  assert.equal((await lines(`${staff}&names=land`))[0], 'date,Namibia,France');
  assert.deepEqual(await fault(`${staff}&names=country`), {
    status: 400,
    parameter: 'names',
    allowed: ['land'],
  });
  const hours = `${HOURS}.tsv?shape=wide`;
  assert.deepEqual(await lines(hours), ['date\tviews', '2024-03-01T06:00:00\t7']);
  assert.equal((await lines(`${hours}&time=iso`))[1], '2024-03-01T06:00:00Z\t7');
  assert.equal((await lines(`${staff}&time=iso`))[1], '2024-01-01,3,4');
});

describe('names=country', () => {
  test('puts the name behind the code wherever a country is a column', async () => {
    assert.deepEqual(await lines(`${BY_COUNTRY}.csv?names=country`), [
      'project,access,year,month,country,country_name,views,rank,views_ceil',
      'en.wikipedia,all-access,2024,03,NA,Namibia,1000-9999,1,5000',
      'en.wikipedia,all-access,2024,03,ZZ,,1000-9999,2,4000',
    ]);
    assert.deepEqual(await lines(`${PER_COUNTRY}.tsv?names=country`), [
      'country\tcountry_name\taccess\tyear\tmonth\tday\tarticle\tproject\tviews_ceil\trank',
      'NA\tNamibia\tall-access\t2024\t03\t01\tCat\ten.wikipedia\t200\t1',
    ]);
    const { items } = JSON.parse(await textOf(`${BY_COUNTRY}?names=country`)) as {
      items: { countries: object[] }[];
    };
    assert.deepEqual(items[0]?.countries[0], {
      country: 'NA',
      country_name: 'Namibia',
      views: '1000-9999',
      rank: 1,
      views_ceil: 5000,
    });
    assert.match(await textOf(`${BY_COUNTRY}.ndjson?names=country`), /"country":"ZZ","country_name":null,/);
    assert.match(
      await textOf(`${PER_COUNTRY}?names=country`),
      /^\{"items":\[\{"country":"NA","country_name":"Namibia",/,
    );
    assert.match(
      await textOf(`${EDITORS}?names=country`),
      /\{"country":"NA","country_name":"Namibia","editors-ceil":20\}/,
    );
    assert.match(
      await textOf(`${BY_COUNTRY}?shape=columns&names=country`),
      /"country_name":\["Namibia",null\]/,
    );
    assert.match(
      await textOf(`${PER_COUNTRY}?shape=columns&names=country`),
      /"country":"NA","country_name":"Namibia"/,
    );
  });

  test('is the same of a data set that narrows the countries', async () => {
    const path = '/metrics/datasets/some-countries/NA/all-access/2024/03/01';
    assert.match((await lines(`${path}.csv?names=country`))[1] ?? '', /^NA,Namibia,/);
  });

  test('is that of a series, too, where the owner of a data set says that its values are countries', async () => {
    const path = '/metrics/datasets/staff/NA%7CFR/monthly/20240101/20240201';
    assert.deepEqual(await lines(`${path}.csv?names=land`), [
      'land,land_name,granularity,timestamp,staff',
      'NA,Namibia,monthly,2024-01-01,3',
      'NA,Namibia,monthly,2024-02-01,5',
      'FR,France,monthly,2024-01-01,4',
    ]);
    const { items } = JSON.parse(await textOf(`${path}?names=land&time=iso`)) as { items: unknown[] };
    assert.deepEqual(items[1], {
      land: 'NA',
      land_name: 'Namibia',
      granularity: 'monthly',
      timestamp: '2024-02-01',
      staff: 5,
    });
    assert.match(await textOf(`${path}?shape=columns&names=land`), /"land":"FR","land_name":"France",/);
    assert.doesNotMatch(await textOf(path), /France/);
    const { data } = await post(
      gateway,
      '{ staff(land: "NA", start: "2024-01-01", end: "2024-02-01") { land landName staff } }',
    );
    assert.deepEqual(data, { staff: { land: 'NA', landName: 'Namibia', staff: [3, 5] } });
  });

  test('leaves what there is as it is', async () => {
    assert.doesNotMatch(await textOf(BY_COUNTRY), /Namibia/);
    await textOf(`${BY_COUNTRY}.csv?names=country`);
    assert.equal(
      (await lines(`${BY_COUNTRY}.csv`))[1],
      'en.wikipedia,all-access,2024,03,NA,1000-9999,1,5000',
    );
  });

  test('is refused where there is none, with what there is', async () => {
    assert.deepEqual(await fault(`${BY_COUNTRY}?names=countri`), {
      status: 400,
      parameter: 'names',
      allowed: ['country'],
    });
    for (const path of [
      `${BY_COUNTRY}?names=`,
      `${BY_COUNTRY}.svg?names=country`,
      article('Cat', '?names=article'),
    ])
      assert.equal((await fault(path)).parameter, 'names', path);
  });

  test('is a column of the metadata of the same address', async () => {
    const { columns, links, tableSchema, url } = JSON.parse(
      await textOf(`${BY_COUNTRY}.metadata.json?names=country&time=iso`),
    ) as {
      columns: { name: string; null: string[] }[];
      links: Record<string, string>;
      url: string;
      tableSchema: { columns: { name: string; titles: string; datatype: string; null: string[] }[] };
    };
    const header = (await lines(`${BY_COUNTRY}.csv?names=country`))[0]?.split(',');
    assert.deepEqual(
      columns.map(({ name }) => name),
      header,
    );
    assert.deepEqual(
      tableSchema.columns.map(({ titles }) => titles),
      header,
    );
    assert.equal(url, links['csv']);
    for (const link of Object.values(links)) await textOf(link);
    assert.equal((await lines(url)).length, 3);
    const nulls = Object.fromEntries(columns.map((column) => [column.name, column.null]));
    assert.deepEqual([nulls['country'], nulls['country_name'], nulls['views_ceil']], [[], [''], ['']]);
  });
});

describe('what a spreadsheet opens', () => {
  const titles = [FORMULA, '-', 'Cat', '@home'];
  const all = (ending: string): string => article(titles.join('|'), ending);
  const exact = ['"=HYPERLINK(""http://example.org"")"', '-', 'Cat', '@home'];
  const guarded = ['"\'=HYPERLINK(""http://example.org"")"', "'-", 'Cat', "'@home"];
  const cells = async (path: string, accept?: string): Promise<string[]> =>
    (await lines(path, accept)).slice(1).map((line) => line.split(/[,\t]/)[1] as string);

  test('has no formula where it is to be saved, or opened in a browser', async () => {
    for (const form of ['csv', 'tsv']) {
      assert.deepEqual(await cells(all(`.${form}?download`)), guarded);
      assert.deepEqual(await cells(all(`.${form}`), BROWSER), guarded);
      assert.deepEqual(await cells(all(`?format=${form}`), BROWSER), guarded);
      // Asked again, and by turns.
      assert.deepEqual(await cells(all(`.${form}`)), exact);
      assert.deepEqual(await cells(all(`.${form}`), BROWSER), guarded);
    }
    assert.match((await lines(`${TOP_PAGES}.csv?download`))[1] ?? '', /,'\+1,/);
  });

  test('is exact for programs, whatever they take', async () => {
    const java = 'text/html, image/gif, image/jpeg, */*; q=0.2';
    for (const accept of [undefined, '*/*', 'text/csv', java])
      assert.deepEqual(await cells(all('.csv'), accept), exact, accept);
  });

  test('has guarded headers too, and bare numbers', async () => {
    const [header] = await lines(all('.csv?shape=wide&download'));
    assert.equal(header, `date,${guarded.join(',')}`);
    assert.equal((await lines(all('.csv?shape=wide')))[0], `date,${exact.join(',')}`);
    assert.equal((await lines(all('.tsv?shape=wide'), BROWSER))[0]?.split('\t')[2], "'-");
    assert.match((await lines(`${BYTES}.csv?download`))[1] ?? '', /,-5$/);
  });

  test('has an ETag of its own, and says what it depends on', async () => {
    const plain = await gateway.get(all('.csv'));
    const opened = await gateway.get(all('.csv')).set('accept', BROWSER);
    assert.equal(plain.headers['vary'], 'Accept, Accept-Encoding');
    assert.equal(opened.headers['vary'], 'Accept, Accept-Encoding');
    const etag = plain.headers['etag'] ?? '';
    assert.notEqual(opened.headers['etag'], etag);
    const again = await gateway.get(all('.csv')).set({ accept: BROWSER, 'if-none-match': etag });
    assert.equal(again.status, 200);
  });

  test('is not JSON, nor what dashboards read', async () => {
    const datafile = `/data/datafiles${all('.csv').slice('/metrics'.length)}`;
    assert.match((await lines(datafile, BROWSER))[0] ?? '', /^date,=HYPERLINK/);
    const json = await textOf(all(''), BROWSER);
    assert.ok(json.includes(JSON.stringify(FORMULA)));
    assert.equal(json, await textOf(all('?download')));
  });
});
