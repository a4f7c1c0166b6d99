import assert from 'node:assert/strict';
import { after, before, describe, test } from 'node:test';
import { startGateway, type Gateway } from '../support/gateway.ts';

/* Knowledge gaps and Commons' impact metrics. All numbers here are made up for the tests. */

let gateway: Gateway;
const MONTHS = ['2023-11', '2023-12', '2024-01'];
const iso = (month: string): string => `${month}-01T00:00:00.000Z`;
const SNAPSHOT = [
  'media-file-count',
  'media-file-count-deep',
  'used-media-file-count',
  'used-media-file-count-deep',
  'leveraging-wiki-count',
  'leveraging-wiki-count-deep',
  'leveraging-page-count',
  'leveraging-page-count-deep',
];
const LEVERAGE = ['leveraging-wiki-count', 'leveraging-page-count'];

/** Each series: its path before the range, what its rows are of, the fields of its items. */
const SERIES: readonly (readonly [string, string, object, readonly string[]])[] = [
  ['category-metrics-snapshot', 'Cats_%26_dogs', { category: 'Cats_&_dogs' }, SNAPSHOT],
  ['media-file-metrics-snapshot', 'A%2FB.jpg', { 'media-file': 'A/B.jpg' }, LEVERAGE],
  [
    'pageviews-per-category-monthly',
    'Cats%20%26%20dogs/deep/all-wikis',
    { category: 'Cats_&_dogs', 'category-scope': 'deep', wiki: 'all-wikis' },
    ['pageview-count'],
  ],
  [
    'pageviews-per-media-file-monthly',
    'A%2FB.jpg/en.wikipedia',
    { 'media-file': 'A/B.jpg', wiki: 'en.wikipedia' },
    ['pageview-count'],
  ],
  [
    'edits-per-category-monthly',
    'Cats_%26_dogs/shallow/create',
    { category: 'Cats_&_dogs', 'category-scope': 'shallow', 'edit-type': 'create' },
    ['edit-count'],
  ],
  [
    'edits-per-user-monthly',
    'Ada/all-edit-types',
    { 'user-name': 'Ada', 'edit-type': 'all-edit-types' },
    ['edit-count'],
  ],
];

/** Each list: its path before the month, what it is of, the fields of its entries, an entry but for its number. */
const LISTS: readonly (readonly [string, string, object, readonly string[], object])[] = [
  [
    'top-viewed-categories-monthly',
    'deep/all-wikis',
    { 'category-scope': 'deep', wiki: 'all-wikis' },
    ['category', 'pageview-count', 'rank'],
    { category: 'Cats' },
  ],
  [
    'top-edited-categories-monthly',
    'shallow/update',
    { 'category-scope': 'shallow', 'edit-type': 'update' },
    ['category', 'edit-count', 'rank'],
    { category: 'Cats' },
  ],
  [
    'top-viewed-media-files-monthly',
    'Cats/deep/de.wikipedia',
    { category: 'Cats', 'category-scope': 'deep', wiki: 'de.wikipedia' },
    ['media-file', 'pageview-count', 'rank'],
    { 'media-file': 'A.jpg' },
  ],
  [
    'top-pages-per-category-monthly',
    'Cats/deep/all-wikis',
    { category: 'Cats', 'category-scope': 'deep', wiki: 'all-wikis' },
    ['page-wiki', 'page-title', 'pageview-count', 'rank'],
    { 'page-wiki': 'de.wikipedia', 'page-title': 'Katze' },
  ],
  [
    'top-wikis-per-category-monthly',
    'Cats/shallow',
    { category: 'Cats', 'category-scope': 'shallow' },
    ['wiki', 'pageview-count', 'rank'],
    { wiki: 'de.wikipedia' },
  ],
  [
    'top-editors-monthly',
    'Cats/deep/all-edit-types',
    { category: 'Cats', 'category-scope': 'deep', 'edit-type': 'all-edit-types' },
    ['user-name', 'edit-count', 'rank'],
    { 'user-name': 'Ada' },
  ],
  [
    'top-pages-per-media-file-monthly',
    'A.jpg/all-wikis',
    { 'media-file': 'A.jpg', wiki: 'all-wikis' },
    ['page-wiki', 'page-title', 'pageview-count', 'rank'],
    { 'page-wiki': 'de.wikipedia', 'page-title': 'Katze' },
  ],
  [
    'top-wikis-per-media-file-monthly',
    'A.jpg',
    { 'media-file': 'A.jpg' },
    ['wiki', 'pageview-count', 'rank'],
    { wiki: 'de.wikipedia' },
  ],
];

const GAPS = ['article_count', 'pageviews_mean', 'quality_score'];
const gap = { project: 'en.wikipedia', content_gap: 'gender', category: 'all-categories' };

before(async () => {
  gateway = await startGateway();
  for (const [name, , own, measures] of SERIES) {
    await gateway.load(
      `commons-${name}`,
      MONTHS.map((month, i) => ({
        ...own,
        timestamp: iso(month),
        ...Object.fromEntries(measures.map((measure, m) => [measure, 100 * m + i])),
      })),
    );
  }
  for (const [name, , own, fields, entry] of LISTS) {
    const measure = fields.at(-2) as string;
    const first = Object.keys(entry)[0] as string;
    const top = [
      { ...entry, [measure]: 7 },
      { ...entry, [first]: 'other', [measure]: 9 },
    ];
    await gateway.load(`commons-${name}`, [{ ...own, year: '2023', month: '11', top }]);
  }
  await gateway.load(
    'knowledge-gap-per-category',
    ['20230101', '20230201', '20230301'].flatMap((dt, i) =>
      GAPS.map((metric, m) => ({ dt, ...gap, metric, value: m + i / 8 })),
    ),
  );
});
after(() => gateway.close());

type Items = { items: Record<string, unknown>[] };

async function itemsOf(path: string): Promise<Items['items']> {
  const response = await gateway.get(`/metrics${path}`);
  assert.equal(response.status, 200, JSON.stringify(response.body));
  return (response.body as Items).items;
}

describe('series of commons-analytics', () => {
  for (const [name, path, , measures] of SERIES) {
    test(`[P27] ${name}: an item a month, the end excluded [D13]`, async () => {
      const items = await itemsOf(`/commons-analytics/${name}/${path}/20231101/20240101`);
      assert.deepEqual(
        items.map((item) => Object.keys(item)),
        [
          ['timestamp', ...measures],
          ['timestamp', ...measures],
        ],
      );
      assert.deepEqual(
        items.map((item) => [item['timestamp'], ...measures.map((measure) => item[measure])]),
        MONTHS.slice(0, 2).map((month, i) => [iso(month), ...measures.map((_, m) => 100 * m + i)]),
      );
    });
  }

  test('[P27] what several values are listed for is told apart; a CSV always says it', async () => {
    const path = '/commons-analytics/pageviews-per-category-monthly/Cats_%26_dogs%7CBirds/deep/all-wikis';
    const [item] = await itemsOf(`${path}/20231101/20231201`);
    assert.deepEqual(item, {
      category: 'Cats_&_dogs',
      'category-scope': 'deep',
      wiki: 'all-wikis',
      timestamp: iso('2023-11'),
      'pageview-count': 0,
    });
    const one = path.replace('%7CBirds', '');
    const csv = await gateway.get(`/metrics${one}/20231101/20231201?format=csv`).buffer();
    assert.equal(
      csv.text,
      'category,category-scope,wiki,timestamp,pageview-count\r\nCats_&_dogs,deep,all-wikis,2023-11-01,0\r\n',
    );
  });

  test('[E5] what isn’t loaded is a category', async () => {
    const response = await gateway.get(
      '/metrics/commons-analytics/category-metrics-snapshot/Nope/20231101/20240101',
    );
    assert.equal(response.status, 404);
    assert.match((response.body as { detail: string }).detail, /or the category you asked for is not loaded/);
  });

  test('[N9] scope and edit type are closed lists', async () => {
    for (const path of ['Cats/wide/create', 'Cats/deep/delete']) {
      const url = `/metrics/commons-analytics/edits-per-category-monthly/${path}/20231101/20240101`;
      assert.equal((await gateway.get(url)).status, 400, path);
    }
  });
});

describe('lists of commons-analytics', () => {
  for (const [name, path, , fields, entry] of LISTS) {
    test(`[P28] ${name}: the entries are the items, ranked`, async () => {
      const items = await itemsOf(`/commons-analytics/${name}/${path}/2023/11`);
      assert.deepEqual(
        items.map((item) => Object.keys(item)),
        [fields, fields],
      );
      assert.deepEqual(
        items.map((item) => [item['rank'], item[fields.at(-2) as string]]),
        [
          [1, 9],
          [2, 7],
        ],
      );
      const { rank: _rank, [fields.at(-2) as string]: _number, ...named } = items[1] ?? {};
      assert.deepEqual(named, entry);
    });
  }

  test('[P28] of several lists each entry says whose it is', async () => {
    const url = '/commons-analytics/top-wikis-per-category-monthly/Cats%7CDogs/shallow/2023/11';
    await gateway.load('commons-top-wikis-per-category-monthly', [
      {
        category: 'Dogs',
        'category-scope': 'shallow',
        year: '2023',
        month: '11',
        top: [{ wiki: 'fr.wikipedia', 'pageview-count': 3 }],
      },
    ]);
    const items = await itemsOf(url);
    assert.deepEqual(
      items.map(({ category, wiki }) => [category, wiki]),
      [
        ['Cats', 'other'],
        ['Cats', 'de.wikipedia'],
        ['Dogs', 'fr.wikipedia'],
      ],
    );
  });
});

describe('knowledge gaps', () => {
  const path = '/knowledge-gap/per-category/en.wikipedia/gender/all-categories';

  test('[P26] knowledge-gap/per-category: every metric, month by month; the start is left out, the end is not [D14]', async () => {
    const items = await itemsOf(`${path}/20230101/20230301`);
    assert.deepEqual(
      items.map((item) => Object.keys(item)),
      items.map(() => ['dt', 'project', 'content_gap', 'category', 'metric', 'value']),
    );
    assert.deepEqual(
      items.map(({ dt, metric, value }) => [dt, metric, value]),
      [
        ['20230201', 'article_count', 0.125],
        ['20230201', 'pageviews_mean', 1.125],
        ['20230201', 'quality_score', 2.125],
        ['20230301', 'article_count', 0.25],
        ['20230301', 'pageviews_mean', 1.25],
        ['20230301', 'quality_score', 2.25],
      ],
    );
    const csv = await gateway.get(`/metrics${path}/20230201/20230301?format=csv`).buffer();
    assert.match(
      csv.text,
      /^dt,project,content_gap,category,metric,value\r\n2023-03-01,en\.wikipedia,gender,all-categories,article_count,0\.25\r\n/,
    );
  });

  test('[P26] values are numbers of any kind', async () => {
    await gateway.load('knowledge-gap-per-category', [
      { dt: '20230401', ...gap, metric: 'quality_score', value: -1.25e-7 },
    ]);
    const [item] = await itemsOf(`${path}/20230301/20230401`);
    assert.equal(item?.['value'], -1.25e-7);
  });
});
