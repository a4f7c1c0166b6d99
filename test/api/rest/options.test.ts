import assert from 'node:assert/strict';
import { after, before, describe, test } from 'node:test';
import { startGateway, type Gateway } from '../../support/gateway.ts';

/* What AQS's users asked for and never got, on AQS's URLs. All numbers are made up for the tests. */

let gateway: Gateway;
const NOW = Date.parse('2024-03-10T12:00:00Z');
const day = (i: number): string =>
  `${new Date(Date.UTC(2024, 0, 1 + i)).toISOString().slice(0, 10).replaceAll('-', '')}00`;
const row = { project: 'en.wikipedia', granularity: 'daily', access: 'all-access', agent: 'user' };

before(async () => {
  gateway = await startGateway({ clock: { now: () => NOW } });
  await gateway.load(
    'pageviews-per-article',
    [
      ...Array.from({ length: 69 }, (_, i) => ({ ...row, article: 'Cat', timestamp: day(i), views: i + 1 })),
      ...[0, 2].map((i) => ({ ...row, article: 'Dog', timestamp: day(i), views: 100 })),
    ],
    { complete: true },
  );
  await gateway.load('pageviews-per-article', [
    { ...row, project: 'de.wikipedia', article: 'Katze', timestamp: day(0), views: 5 },
    { ...row, project: 'de.wikipedia', article: 'Katze', timestamp: day(2), views: 5 },
  ]);
  await gateway.load('pageviews-top', [
    {
      project: 'en.wikipedia',
      access: 'all-access',
      year: '2024',
      month: '02',
      day: '01',
      articles: [{ article: 'Cat', views: 9, rank: 1 }],
    },
  ]);
  await gateway.load('edits-aggregate', [
    {
      project: 'en.wikipedia',
      'editor-type': 'user',
      'page-type': 'content',
      granularity: 'monthly',
      results: [1, 2].map((month) => ({ timestamp: `2024-0${month}-01T00:00:00.000Z`, edits: month })),
    },
  ]);
});
after(() => gateway.close());

const url = (article: string, granularity: string, start: string, end: string, query = ''): string =>
  `/metrics/pageviews/per-article/en.wikipedia/all-access/user/${article}/${granularity}/${start}/${end}${query}`;

interface Item {
  article: string;
  timestamp: string;
  views: number | null;
}
async function items(path: string): Promise<Item[]> {
  const response = await gateway.get(path);
  assert.equal(response.status, 200, response.text);
  return (response.body as { items: Item[] }).items;
}
async function refusal(path: string): Promise<{ status: number; parameter: string }> {
  const response = await gateway.get(path);
  return { status: response.status, parameter: (response.body as { parameter: string }).parameter };
}

describe('several values', () => {
  test('come in the order asked, each once; the missing are left out', async () => {
    const found = await items(url('Dog%7CNo_such%7CCat%7CDog', 'daily', '20240101', '20240102'));
    assert.deepEqual(
      found.map(({ article, views }) => [article, views]),
      [
        ['Dog', 100],
        ['Cat', 1],
        ['Cat', 2],
      ],
    );
  });

  test('all missing is 404', async () => {
    assert.equal((await gateway.get(url('No_such%7CNor_this', 'daily', '20240101', '20240102'))).status, 404);
  });

  test('sum adds them into one series', async () => {
    const found = await items(url('Dog%7CCat', 'daily', '20240101', '20240102', '?sum=article'));
    assert.deepEqual(
      found.map(({ article, views }) => [article, views]),
      [
        ['Dog|Cat', 101],
        ['Dog|Cat', 2],
      ],
    );
  });

  test('cost points, one series does not', async () => {
    const small = await startGateway({ flags: { points: '50' } });
    try {
      await small.load(
        'pageviews-per-article',
        Array.from({ length: 40 }, (_, i) => ({ ...row, article: 'Cat', timestamp: day(i), views: i })),
      );
      assert.equal((await small.get(url('Cat', 'daily', '20240101', '20241231'))).status, 200);
      assert.equal((await small.get(url('Cat%7CDog', 'daily', '20240101', '20240120'))).status, 200);
      const refused = await small.get(url('Cat%7CDog', 'daily', '20240101', '20241231'));
      assert.equal(refused.status, 400);
      assert.equal((refused.body as { code: string }).code, 'too-many-points');
    } finally {
      await small.close();
    }
  });
});

test('values that combine into more than 5000 series are refused at once', async () => {
  const many = Array.from({ length: 1000 }, (_, i) => i.toString(36)).join('%7C');
  const response = await gateway.get(
    url(many, 'daily', '20240101', '20240102').replace('en.wikipedia', many),
  );
  assert.equal(response.status, 400);
  assert.equal((response.body as { allowed: string }).allowed, 'at most 5000 series');
});

describe('dates', () => {
  test('ISO dates, times before now, and latest', async () => {
    assert.equal((await items(url('Cat', 'daily', '2024-01-01', '2024-01-31'))).length, 31);
    const recent = await items(url('Cat', 'daily', '-3d', 'latest'));
    assert.deepEqual(
      recent.map(({ timestamp }) => timestamp),
      ['2024030700', '2024030800', '2024030900'],
    );
    assert.deepEqual(
      (await items(url('Cat', 'daily', 'latest', 'latest'))).map(({ timestamp }) => timestamp),
      ['2024030900'],
    );
  });

  test('latest is included where a family’s end is exclusive', async () => {
    const response = await gateway.get(
      '/metrics/edits/aggregate/en.wikipedia/user/content/monthly/20240101/latest',
    );
    assert.equal((response.body as { items: [{ results: unknown[] }] }).items[0].results.length, 2);
  });

  test('weeks are ISO weeks, whole ones, under their Monday', async () => {
    const weeks = await items(url('Cat', 'weekly', '20240101', '20240120'));
    assert.deepEqual(
      weeks.map(({ timestamp, views }) => [timestamp, views]),
      [
        ['2024010100', 28],
        ['2024010800', 77],
      ],
    );
  });

  test('a week of which a day was not loaded is not given', async () => {
    const response = await gateway.get(
      '/metrics/pageviews/per-article/de.wikipedia/all-access/user/Katze/weekly/20240101/20240131',
    );
    assert.equal(response.status, 404);
  });

  test('years are not given before all of their months were loaded', async () => {
    assert.equal((await gateway.get(url('Cat', 'yearly', '20240101', '20241231'))).status, 404);
  });
});

describe('forms', () => {
  test('fill=zero writes zeros where all was loaded, null where that is not known', async () => {
    assert.deepEqual(
      (await items(url('Dog', 'daily', '20240101', '20240104', '?fill=zero'))).map(({ views }) => views),
      [100, 0, 100, 0],
    );
    assert.deepEqual(
      (await items(url('Dog', 'daily', '20240101', '20240104', '?fill=null'))).map(({ views }) => views),
      [100, null, 100, null],
    );
    const single = await gateway.get(
      '/metrics/pageviews/per-article/de.wikipedia/all-access/user/Katze/daily/20240101/20240103?fill=zero',
    );
    assert.deepEqual(
      (single.body as { items: Item[] }).items.map(({ views }) => views),
      [5, null, 5],
    );
  });

  test('a period whose zero is known is answered also where the range has no other row', async () => {
    const edits = [1, 3].map((month) => ({ timestamp: `2023-0${month}-01T00:00:00.000Z`, edits: month }));
    const group = { project: 'fr.wikipedia', 'editor-type': 'user', 'page-type': 'content' };
    const item = { ...group, granularity: 'monthly', results: edits };
    await gateway.load('edits-aggregate', [item], { complete: true });
    const month = '/metrics/edits/aggregate/fr.wikipedia/user/content/monthly/20230201/20230301';
    assert.equal((await gateway.get(month)).status, 404);
    const { body } = (await gateway.get(`${month}?fill=zero`)) as {
      body: { items: { results: object[] }[] };
    };
    assert.deepEqual(body.items[0]?.results, [{ timestamp: '2023-02-01T00:00:00.000Z', edits: 0 }]);
    const before = month.replace('20230201/20230301', '20220201/20220301');
    assert.equal((await gateway.get(`${before}?fill=zero`)).status, 404);
  });

  test('fill makes no series of what has no row at all', async () => {
    assert.equal(
      (await gateway.get(url('No_such', 'daily', '20240101', '20240104', '?fill=zero'))).status,
      404,
    );
  });

  test('csv, tsv and ndjson', async () => {
    const path = url('Dog', 'daily', '20240101', '20240102');
    const csv = await gateway.get(`${path}?format=csv`);
    assert.equal(csv.headers['content-type'], 'text/csv; charset=utf-8');
    assert.equal(
      csv.text,
      'project,article,granularity,timestamp,access,agent,views\r\nen.wikipedia,Dog,daily,2024-01-01,all-access,user,100\r\n',
    );
    const tsv = await gateway.get(`${path}?format=tsv`);
    assert.equal(tsv.text.split('\n')[1], 'en.wikipedia\tDog\tdaily\t2024-01-01\tall-access\tuser\t100');
    const ndjson = await gateway.get(`${path}?format=ndjson`);
    assert.deepEqual(JSON.parse(ndjson.text), (await items(path))[0]);
  });

  test('shape=columns gives arrays', async () => {
    const response = await gateway.get(url('Cat', 'daily', '20240101', '20240103', '?shape=columns'));
    assert.deepEqual(response.body, {
      items: [
        {
          project: 'en.wikipedia',
          article: 'Cat',
          granularity: 'daily',
          access: 'all-access',
          agent: 'user',
          timestamps: ['2024010100', '2024010200', '2024010300'],
          views: [1, 2, 3],
        },
      ],
    });
  });

  test('a web page may add what it likes to an AQS URL, until it uses an option of ours', async () => {
    const path = url('Cat', 'daily', '20240101', '20240103');
    assert.equal((await gateway.get(`${path}?cachebuster=1&utm=x`)).status, 200);
    assert.deepEqual(await refusal(`${path}?format=csv&shpae=columns`), { status: 400, parameter: 'shpae' });
    assert.deepEqual(await refusal(`${path}?format=xml`), { status: 400, parameter: 'format' });
    assert.deepEqual(await refusal(`${path}?format=csv&format=json`), { status: 400, parameter: 'format' });
    assert.deepEqual(await refusal(`${path}?shape=round`), { status: 400, parameter: 'shape' });
    assert.deepEqual(await refusal(`${path}?format=csv&shape=columns`), { status: 400, parameter: 'shape' });
    assert.deepEqual(await refusal(`${path}?fill=7`), { status: 400, parameter: 'fill' });
    assert.deepEqual(await refusal(`${path}?sum=colour`), { status: 400, parameter: 'sum' });
  });
});

describe('new data', () => {
  test('is served as soon as it is there, and its ETag is another one', async () => {
    const path = url('Emu', 'daily', '20240101', '20240131');
    assert.equal((await gateway.get(path)).status, 404);
    await gateway.load('pageviews-per-article', [{ ...row, article: 'Emu', timestamp: day(0), views: 1 }]);
    const first = await gateway.get(path);
    assert.equal(first.status, 200);
    await gateway.load('pageviews-per-article', [{ ...row, article: 'Emu', timestamp: day(0), views: 2 }]);
    const second = await gateway.get(path).set('if-none-match', first.headers['etag'] ?? '');
    assert.equal(second.status, 200);
    assert.equal((second.body as { items: Item[] }).items[0]?.views, 2);
  });

  test('of one month leaves the kept answers of others', async () => {
    const path = url('Cat', 'daily', '20240201', '20240205');
    await gateway.get(path);
    await gateway.load('pageviews-per-article', [{ ...row, article: 'Emu', timestamp: day(1), views: 1 }]);
    const again = await gateway.get(path);
    assert.equal(again.headers['cache-status'], 'kraken; hit');
  });
});

describe('shape=wide', () => {
  test('has a row a date and a column a series, gaps empty, in CSV and TSV', async () => {
    const csv = await gateway.get(
      url('Cat%7CDog', 'daily', '20240101', '20240104', '?format=csv&shape=wide'),
    );
    assert.equal(csv.headers['content-type'], 'text/csv; charset=utf-8');
    assert.equal(
      csv.text,
      'date,Cat,Dog\r\n2024-01-01,1,100\r\n2024-01-02,2,\r\n2024-01-03,3,100\r\n2024-01-04,4,\r\n',
    );
    const tsv = await gateway.get(url('Cat', 'daily', '20240101', '20240102', '?format=tsv&shape=wide'));
    assert.equal(tsv.text, 'date\tviews\n2024-01-01\t1\n2024-01-02\t2\n');
  });

  test('is refused for JSON, for lists, and for more columns than it may have', async () => {
    const range = ['daily', '20240101', '20240101'] as const;
    for (const path of [
      url('Cat', ...range, '?shape=wide'),
      '/metrics/pageviews/top/en.wikipedia/all-access/2024/02/01?format=csv&shape=wide',
    ]) {
      assert.deepEqual(await refusal(path), { status: 400, parameter: 'shape' }, path);
    }
    const many = Array.from({ length: 501 }, (_, i) => `A${i}`).join('%7C');
    const wide = await refusal(url(many, ...range, '?format=csv&shape=wide'));
    assert.deepEqual(wide, { status: 400, parameter: 'article' });
  });
});
