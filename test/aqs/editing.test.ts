import assert from 'node:assert/strict';
import { after, before, describe, test } from 'node:test';
import { startGateway, type Gateway } from '../support/gateway.ts';

/* The families of edits, editors, edited pages, bytes and accounts. All numbers here are made up for the tests. */

let gateway: Gateway;
const iso = (date: string): string => `${date}T00:00:00.000Z`;
const results = (measure: string, rows: Record<string, number>): object[] =>
  Object.entries(rows).map(([date, value]) => ({ timestamp: iso(date), [measure]: value }));

const MARCH = { '2024-03-01': 3, '2024-03-02': 5, '2024-03-04': 9 };
const MONTHS = { '2024-01-01': 10, '2024-02-01': 20, '2024-03-01': 30 };
const kinds = { 'editor-type': 'user', 'page-type': 'content' };

async function load(metric: string, own: object, measure: string, complete = false): Promise<void> {
  await gateway.load(
    metric,
    [
      { project: 'en.wikipedia', ...own, granularity: 'daily', results: results(measure, MARCH) },
      { project: 'en.wikipedia', ...own, granularity: 'monthly', results: results(measure, MONTHS) },
    ],
    { complete },
  );
}

before(async () => {
  gateway = await startGateway();
  const page = { 'page-title': 'AC/DC', 'editor-type': 'user' };
  const editor = { 'user-text': 'Ada Lovelace', 'page-type': 'content' };
  const level = { 'activity-level': '5..24-edits' };
  await load('edits-per-page', page, 'edits');
  await load('edits-per-editor', editor, 'edits');
  await load('editors-aggregate', { ...kinds, ...level }, 'editors', true);
  await load('edited-pages-new', kinds, 'new_pages');
  await load('edited-pages-aggregate', { ...kinds, ...level }, 'edited_pages');
  for (const [kind, measure] of [
    ['net', 'net_bytes_diff'],
    ['absolute', 'abs_bytes_diff'],
  ] as const) {
    await load(`bytes-difference-${kind}-aggregate`, kinds, measure);
    await load(`bytes-difference-${kind}-per-page`, page, measure);
    await load(`bytes-difference-${kind}-per-editor`, editor, measure);
  }
  await load('registered-users-new', {}, 'new_registered_users');
  await gateway.load('bytes-difference-net-aggregate', [
    {
      project: 'de.wikipedia',
      ...kinds,
      granularity: 'monthly',
      results: results('net_bytes_diff', { '2024-01-01': -9007199254740991, '2024-02-01': 0 }),
    },
  ]);
  for (const by of ['edits', 'net-bytes-difference', 'absolute-bytes-difference']) {
    const measure = { edits: 'edits', 'net-bytes-difference': 'net_bytes_diff' }[by] ?? 'abs_bytes_diff';
    for (const [family, field] of [
      ['editors', 'user_text'],
      ['edited-pages', 'page_title'],
    ] as const) {
      const named = ['Ada', 'Bob', 'Cy'].map((name, i) => ({ [field]: name, [measure]: 90 - 30 * i }));
      const nameless = family === 'editors' ? [50, 50].map((n) => ({ user_text: null, [measure]: n })) : [];
      await gateway.load(`${family}-top-by-${by}`, [
        {
          project: 'en.wikipedia',
          ...kinds,
          granularity: 'monthly',
          results: [{ timestamp: iso('2024-03-01'), top: [...named, ...nameless] }],
        },
      ]);
    }
  }
  await gateway.load('editors-by-country', [
    {
      project: 'en.wikipedia',
      'activity-level': '5..99-edits',
      year: '2024',
      month: '03',
      countries: [
        { country: 'FR', 'editors-ceil': 112 },
        { country: 'DE', 'editors-ceil': 120 },
        { country: 'AT', 'editors-ceil': 1 },
      ],
    },
  ]);
});
after(() => gateway.close());

interface Nested {
  items: [{ results: Record<string, unknown>[] } & Record<string, unknown>];
}

async function itemOf(path: string): Promise<Nested['items'][0]> {
  const response = await gateway.get(`/metrics${path}`);
  assert.equal(response.status, 200, JSON.stringify(response.body));
  return (response.body as Nested).items[0];
}

async function detailOf(path: string, status = 400): Promise<string> {
  const response = await gateway.get(`/metrics${path}`);
  assert.equal(response.status, status, path);
  return (response.body as { detail: string }).detail;
}

/** Each series, by its row of AQS: the path before the range, the item's own fields, the measure. */
const SERIES: readonly (readonly [string, string, readonly string[], string])[] = [
  [
    '[P14] edits/per-page',
    '/edits/per-page/en.wikipedia/AC%2FDC/user',
    ['project', 'editor-type', 'page-title', 'granularity'],
    'edits',
  ],
  [
    '[P15] edits/per-editor',
    '/edits/per-editor/en.wikipedia/Ada%20Lovelace/content',
    ['project', 'page-type', 'user-text', 'granularity'],
    'edits',
  ],
  [
    '[P16] editors/aggregate',
    '/editors/aggregate/en.wikipedia/user/content/5..24-edits',
    ['project', 'editor-type', 'page-type', 'activity-level', 'granularity'],
    'editors',
  ],
  [
    '[P19] edited-pages/new',
    '/edited-pages/new/en.wikipedia/user/content',
    ['project', 'editor-type', 'page-type', 'granularity'],
    'new_pages',
  ],
  [
    '[P20] edited-pages/aggregate',
    '/edited-pages/aggregate/en.wikipedia/user/content/5..24-edits',
    ['project', 'editor-type', 'page-type', 'activity-level', 'granularity'],
    'edited_pages',
  ],
  ...(['net', 'absolute'] as const).flatMap((kind) => {
    const measure = kind === 'net' ? 'net_bytes_diff' : 'abs_bytes_diff';
    const base = `/bytes-difference/${kind}`;
    return [
      [
        `[P22] bytes-difference/${kind}/aggregate`,
        `${base}/aggregate/en.wikipedia/user/content`,
        ['project', 'editor-type', 'page-type', 'granularity'],
        measure,
      ],
      [
        `[P23] bytes-difference/${kind}/per-page`,
        `${base}/per-page/en.wikipedia/AC%2FDC/user`,
        ['project', 'editor-type', 'page-title', 'granularity'],
        measure,
      ],
      [
        `[P24] bytes-difference/${kind}/per-editor`,
        `${base}/per-editor/en.wikipedia/Ada%20Lovelace/content`,
        ['project', 'page-type', 'user-text', 'granularity'],
        measure,
      ],
    ] as const;
  }),
  [
    '[P25] registered-users/new',
    '/registered-users/new/en.wikipedia',
    ['project', 'granularity'],
    'new_registered_users',
  ],
];

describe('series of the edit families', () => {
  for (const [title, path, fields, measure] of SERIES) {
    test(`${title}: its item, results with ISO timestamps, an end that is excluded [D5]`, async () => {
      const item = await itemOf(`${path}/monthly/20240101/20240301`);
      assert.deepEqual(Object.keys(item), [...fields, 'results']);
      assert.equal(item['granularity'], 'monthly');
      assert.deepEqual(item.results, results(measure, { '2024-01-01': 10, '2024-02-01': 20 }));
      const days = await itemOf(`${path}/daily/20240301/20240303`);
      assert.deepEqual(days.results, results(measure, { '2024-03-01': 3, '2024-03-02': 5 }));
      await detailOf(`${path}/hourly/20240301/20240303`);
    });
  }

  test('[R6] a day on which nothing happened is zero where the data are complete, else it has no row', async () => {
    const complete = await itemOf(
      '/editors/aggregate/en.wikipedia/user/content/5..24-edits/daily/20240301/20240305',
    );
    assert.deepEqual(complete.results.at(2), { timestamp: iso('2024-03-03'), editors: 0 });
    const unknown = await itemOf('/edited-pages/new/en.wikipedia/user/content/daily/20240301/20240305');
    assert.deepEqual(
      unknown.results.map(({ timestamp }) => timestamp),
      ['2024-03-01', '2024-03-02', '2024-03-04'].map(iso),
    );
  });

  test('[P22] differences may be negative, exact to -(2^53-1)', async () => {
    const item = await itemOf(
      '/bytes-difference/net/aggregate/de.wikipedia/user/content/monthly/20240101/20240301',
    );
    assert.deepEqual(
      item.results.map((row) => row['net_bytes_diff']),
      [-9007199254740991, 0],
    );
  });

  test('[D12] of a page or an editor at most 367 days are answered', async () => {
    const page = '/edits/per-page/en.wikipedia/AC%2FDC/user/daily';
    assert.equal((await gateway.get(`/metrics${page}/20230302/20240303`)).status, 200);
    assert.equal(
      await detailOf(`${page}/20230301/20240303`),
      'Query timespan is too long (max: ) 31708800 seconds',
    );
    const editor = '/bytes-difference/absolute/per-editor/en.wikipedia/Ada%20Lovelace/content/monthly';
    await detailOf(`${editor}/20200101/20240301`);
  });

  test('[N10] people are counted in one project at a time, and so are pages by activity', async () => {
    for (const path of ['/editors/aggregate', '/edited-pages/aggregate']) {
      assert.equal(
        await detailOf(`${path}/all-wikipedia-projects/user/content/5..24-edits/monthly/20240101/20240301`),
        '`all-...` project values are not accepted for this metric.',
      );
    }
    await detailOf('/editors/by-country/all-projects/5..99-edits/2024/03');
    const allowed = '/edited-pages/new/all-projects/user/content/monthly/20240101/20240301';
    assert.equal((await gateway.get(`/metrics${allowed}`)).status, 404);
  });

  test('people and edited pages have no years: they don’t add up', async () => {
    await detailOf('/editors/aggregate/en.wikipedia/user/content/5..24-edits/yearly/20240101/20250101');
    assert.equal(
      (await gateway.get('/metrics/edits/per-page/en.wikipedia/AC%2FDC/user/weekly/20240101/20240301'))
        .status,
      404,
    );
  });
});

describe('lists of the edit families', () => {
  for (const [family, field, rows] of [
    ['editors', 'user_text', '[P17]'],
    ['edited-pages', 'page_title', '[P21]'],
  ] as const) {
    for (const [by, measure] of [
      ['edits', 'edits'],
      ['net-bytes-difference', 'net_bytes_diff'],
      ['absolute-bytes-difference', 'abs_bytes_diff'],
    ] as const) {
      test(`${rows} ${family}/top-by-${by}: results with a timestamp and the ranked top`, async () => {
        const item = await itemOf(`/${family}/top-by-${by}/en.wikipedia/user/content/2024/03/all-days`);
        assert.deepEqual(Object.keys(item), [
          'project',
          'editor-type',
          'page-type',
          'granularity',
          'results',
        ]);
        assert.equal(item['granularity'], 'monthly');
        const [result] = item.results as [{ timestamp: string; top: Record<string, unknown>[] }];
        assert.deepEqual(Object.keys(result), ['timestamp', 'top']);
        assert.equal(result.timestamp, iso('2024-03-01'));
        assert.deepEqual(Object.keys(result.top[0] ?? {}), [field, measure, 'rank']);
        const ranks = family === 'editors' ? [1, 2, 3, 3, 5] : [1, 2, 3];
        assert.deepEqual(
          result.top.map(({ rank }) => rank),
          ranks,
        );
      });
    }
  }

  test('[P17] [R7] editors without an account are null, each of them', async () => {
    const item = await itemOf('/editors/top-by-edits/en.wikipedia/user/content/2024/03/all-days');
    const [{ top }] = item.results as [{ top: { user_text: string | null; edits: number }[] }];
    assert.deepEqual(
      top.map(({ user_text, edits }) => [user_text, edits]),
      [
        ['Ada', 90],
        ['Bob', 60],
        [null, 50],
        [null, 50],
        ['Cy', 30],
      ],
    );
    const csv = await gateway
      .get('/metrics/editors/top-by-edits/en.wikipedia/user/content/2024/03/all-days?format=csv')
      .buffer();
    assert.match(csv.text, /^project,editor-type,page-type,granularity,timestamp,user_text,edits,rank\r\n/);
    assert.match(csv.text, /\r\nen\.wikipedia,user,content,monthly,2024-03-01,,50,3\r\n/);
  });

  test('[P18] editors/by-country: one item with countries of country and editors-ceil, most first', async () => {
    const response = await gateway.get('/metrics/editors/by-country/en.wikipedia/5..99-edits/2024/03');
    assert.deepEqual(response.body, {
      items: [
        {
          project: 'en.wikipedia',
          'activity-level': '5..99-edits',
          year: '2024',
          month: '03',
          countries: [
            { country: 'DE', 'editors-ceil': 120 },
            { country: 'FR', 'editors-ceil': 120 },
            { country: 'AT', 'editors-ceil': 10 },
          ],
        },
      ],
    });
    await detailOf('/editors/by-country/en.wikipedia/5..24-edits/2024/03');
  });
});
