import assert from 'node:assert/strict';
import { after, before, describe, test } from 'node:test';
import { startGateway, type Gateway } from '../support/gateway.ts';

/* All numbers here are made up for the tests. */

let gateway: Gateway;
const article = (timestamp: string, views: number | null, more: object = {}): object => ({
  project: 'en.wikipedia',
  article: 'Cat',
  granularity: 'daily',
  timestamp,
  access: 'all-access',
  agent: 'user',
  views,
  ...more,
});

before(async () => {
  gateway = await startGateway();
  const days = Array.from({ length: 91 }, (_, i) =>
    new Date(Date.UTC(2024, 0, 1 + i)).toISOString().slice(0, 10).replaceAll('-', ''),
  );
  await gateway.load('pageviews-per-article', [
    ...days.filter((day) => day !== '20240105').map((day) => article(`${day}00`, Number(day.slice(6)))),
    article('2024010100', null, { article: 'Nothing' }),
    article('2024010100', 1, { article: 'AC/DC' }),
    article('2024010100', 2, { article: '100%' }),
    article('2024010100', 3, { article: 'C++_(language)?' }),
    article('2024010100', 4, { article: 'cat' }),
    article('2024010100', 5, { article: '"Cats"_🐈' }),
  ]);
  await gateway.load('pageviews-aggregate', [
    {
      project: 'all-projects',
      access: 'all-access',
      agent: 'all-agents',
      granularity: 'hourly',
      timestamp: '2024022923',
      views: 9007199254740991,
    },
    {
      project: 'all-projects',
      access: 'all-access',
      agent: 'all-agents',
      granularity: 'hourly',
      timestamp: '2024030100',
      views: 0,
    },
    {
      project: 'all-projects',
      access: 'all-access',
      agent: 'all-agents',
      granularity: 'monthly',
      timestamp: '2024020100',
      views: 12,
    },
    {
      project: 'all-projects',
      access: 'all-access',
      agent: 'all-agents',
      granularity: 'daily',
      timestamp: '2024022900',
      views: 13,
    },
  ]);
  const device = {
    project: 'all-wikipedia-projects',
    'access-site': 'all-sites',
    devices: 3,
    offset: 1,
    underestimate: 2,
  };
  await gateway.load('unique-devices', [
    { ...device, granularity: 'daily', timestamp: '20240229' },
    { ...device, granularity: 'monthly', timestamp: '20240201' },
    { ...device, granularity: 'monthly', timestamp: '20240301' },
  ]);
  await gateway.load('legacy-pagecounts-aggregate', [
    {
      project: 'en.wikipedia',
      'access-site': 'desktop-site',
      granularity: 'hourly',
      timestamp: '2010010105',
      count: 7,
    },
    {
      project: 'en.wikipedia',
      'access-site': 'desktop-site',
      granularity: 'daily',
      timestamp: '2010010100',
      count: 70,
    },
    {
      project: 'en.wikipedia',
      'access-site': 'desktop-site',
      granularity: 'monthly',
      timestamp: '2010010100',
      count: 700,
    },
  ]);
  const file = {
    referer: 'en.wikipedia',
    file_path: '/wikipedia/commons/0/00/Glycerol+Cu(OH)2.png',
    granularity: 'daily',
    timestamp: '2024010100',
    agent: 'all-agents',
    requests: 5,
  };
  await gateway.load('mediarequests-per-file', [
    file,
    { ...file, referer: 'all-referers', requests: 6 },
    { ...file, file_path: '/wikipedia/commons/a/ab/Caf%C3%A9_"x".jpg', requests: 8 },
  ]);
  await gateway.load('mediarequests-aggregate', [
    {
      referer: 'search-engine',
      media_type: 'image',
      agent: 'user',
      granularity: 'daily',
      timestamp: '2024010100',
      requests: 9,
    },
  ]);
  const edits = { project: 'en.wikipedia', 'editor-type': 'user', 'page-type': 'content' };
  await gateway.load('edits-aggregate', [
    {
      ...edits,
      granularity: 'daily',
      results: [1, 2, 3].map((day) => ({ timestamp: `2017-01-0${day}T00:00:00.000Z`, edits: day })),
    },
    { ...edits, granularity: 'monthly', results: [{ timestamp: '2017-01-01T00:00:00.000Z', edits: 99 }] },
  ]);
});
after(() => gateway.close());

async function items(path: string): Promise<unknown[]> {
  const response = await gateway.get(`/metrics${path}`);
  assert.equal(response.status, 200, JSON.stringify(response.body));
  return (response.body as { items: unknown[] }).items;
}
async function refused(path: string, status: number, detail: string): Promise<void> {
  const response = await gateway.get(`/metrics${path}`);
  assert.equal(response.status, status, response.text);
  assert.equal((response.body as { detail: string }).detail, detail);
}
const PER_ARTICLE = '/pageviews/per-article/en.wikipedia/all-access/user';

describe('items have AQS’s fields in AQS’s order', () => {
  const cases: [title: string, path: string, item: string][] = [
    [
      'pageviews per article [P1]',
      `${PER_ARTICLE}/Cat/daily/20240102/20240102`,
      '{"project":"en.wikipedia","article":"Cat","granularity":"daily","timestamp":"2024010200","access":"all-access","agent":"user","views":2}',
    ],
    [
      'pageviews aggregate, exact to 2^53-1 [P2] [R5]',
      '/pageviews/aggregate/all-projects/all-access/all-agents/hourly/2024022923/2024022923',
      '{"project":"all-projects","access":"all-access","agent":"all-agents","granularity":"hourly","timestamp":"2024022923","views":9007199254740991}',
    ],
    [
      'unique devices [P6]',
      '/unique-devices/all-wikipedia-projects/all-sites/daily/20240229/20240229',
      '{"project":"all-wikipedia-projects","access-site":"all-sites","granularity":"daily","timestamp":"20240229","devices":3,"offset":1,"underestimate":2}',
    ],
    [
      'legacy pagecounts [P7]',
      '/legacy/pagecounts/aggregate/en.wikipedia/desktop-site/hourly/2010010105/2010010105',
      '{"project":"en.wikipedia","access-site":"desktop-site","granularity":"hourly","timestamp":"2010010105","count":7}',
    ],
    [
      'mediarequests per file [P8]',
      '/mediarequests/per-file/en.wikipedia/all-agents/%2Fwikipedia%2Fcommons%2F0%2F00%2FGlycerol%2BCu(OH)2.png/daily/20240101/20240101',
      '{"referer":"en.wikipedia","file_path":"/wikipedia/commons/0/00/Glycerol+Cu(OH)2.png","granularity":"daily","timestamp":"2024010100","agent":"all-agents","requests":5}',
    ],
    [
      'mediarequests aggregate [P9]',
      '/mediarequests/aggregate/search-engine/image/user/daily/20240101/20240101',
      '{"referer":"search-engine","media_type":"image","agent":"user","granularity":"daily","timestamp":"2024010100","requests":9}',
    ],
    [
      'edits aggregate [P11]',
      '/edits/aggregate/en.wikipedia/user/content/daily/20170101/20170103',
      '{"project":"en.wikipedia","editor-type":"user","page-type":"content","granularity":"daily","results":[{"timestamp":"2017-01-01T00:00:00.000Z","edits":1},{"timestamp":"2017-01-02T00:00:00.000Z","edits":2}]}',
    ],
  ];
  for (const [title, path, item] of cases) {
    test(title, async () => {
      for (const prefix of ['/metrics', '/api/rest_v1/metrics']) {
        const response = await gateway.get(prefix + path);
        assert.equal(response.text, `{"items":[${item}]}`, prefix);
      }
    });
  }

  test('under both prefixes alike [P12]', async () => {
    const [ours, theirs] = await Promise.all(
      ['/metrics', '/api/rest_v1/metrics'].map((prefix) =>
        gateway.get(`${prefix}${PER_ARTICLE}/Cat/monthly/20240101/20240331`),
      ),
    );
    assert.equal(ours?.text, theirs?.text);
    assert.equal(ours?.headers['etag'], theirs?.headers['etag']);
  });
});

describe('values', () => {
  const one = async (path: string): Promise<Record<string, unknown>> => {
    const found = await items(path);
    assert.equal(found.length, 1);
    return found[0] as Record<string, unknown>;
  };

  test('projects are normalised and echoed so [N1]', async () => {
    for (const project of ['EN.Wikipedia.org', 'www.en.wikipedia', '%20en.wikipedia%20']) {
      const item = await one(`/pageviews/per-article/${project}/all-access/user/Cat/daily/20240101/20240101`);
      assert.equal(item['project'], 'en.wikipedia');
    }
  });

  test('other characters in a project are refused in AQS’s words [N2]', async () => {
    await refused(
      '/pageviews/per-article/en_wiki!/all-access/user/Cat/daily/20240101/20240101',
      400,
      'The parameter `project` contains invalid charaters.',
    );
  });

  test('access-site and granularity may be written large [N3]', async () => {
    const item = await one('/unique-devices/all-wikipedia-projects/ALL-Sites/Daily/20240229/20240229');
    assert.deepEqual([item['access-site'], item['granularity']], ['all-sites', 'daily']);
  });

  test('titles are taken as MediaWiki stores them [N4]', async () => {
    for (const [written, title] of [
      ['AC%2FDC', 'AC/DC'],
      ['100%25', '100%'],
      ['100%', '100%'],
      ['C++_(language)%3F', 'C++_(language)?'],
      ['C%2B%2B%20(language)%3F', 'C++_(language)?'],
      ['cat', 'cat'],
      ['%22Cats%22_%F0%9F%90%88', '"Cats"_🐈'],
    ] as const) {
      const item = await one(`${PER_ARTICLE}/${written}/daily/20240101/20240101`);
      assert.equal(item['article'], title);
    }
  });

  test('a slash that is not encoded is another path [N5]', async () => {
    await refused(`${PER_ARTICLE}/AC/DC/daily/20240101/20240101`, 404, 'invalid route');
  });

  test('referers: words of their own, or projects [N6]', async () => {
    assert.equal(
      (await one('/mediarequests/aggregate/Search-Engine/image/user/daily/20240101/20240101'))['referer'],
      'search-engine',
    );
    const path = '%2Fwikipedia%2Fcommons%2F0%2F00%2FGlycerol%2BCu(OH)2.png/daily/20240101/20240101';
    assert.equal((await one(`/mediarequests/per-file/EN.wikipedia.org/all-agents/${path}`))['requests'], 5);
    assert.equal((await one(`/mediarequests/per-file/all-referers/all-agents/${path}`))['requests'], 6);
  });

  test('file paths: the last segment as it is stored, whichever way it was written [N7]', async () => {
    for (const name of ['Caf%25C3%25A9_%22x%22.jpg', 'Caf%C3%A9_%22x%22.jpg']) {
      const item = await one(
        `/mediarequests/per-file/en.wikipedia/all-agents/%2Fwikipedia%2Fcommons%2Fa%2Fab%2F${name}/daily/20240101/20240101`,
      );
      assert.equal(item['requests'], 8);
      assert.equal(item['file_path'], '/wikipedia/commons/a/ab/Caf%C3%A9_"x".jpg');
    }
  });

  test('media types are not validated: what does not exist is not found [N8]', async () => {
    assert.equal(
      (await gateway.get('/metrics/mediarequests/aggregate/internal/hologram/user/daily/20240101/20240101'))
        .status,
      404,
    );
  });

  test('what is not in a closed list is refused, and the list given [N9] [P8] [P9]', async () => {
    for (const path of [
      '/pageviews/per-article/en.wikipedia/phone/user/Cat/daily/20240101/20240101',
      '/pageviews/per-article/en.wikipedia/all-access/robot/Cat/daily/20240101/20240101',
      '/mediarequests/aggregate/internal/image/automated/daily/20240101/20240101',
      '/mediarequests/per-file/internal/automated/%2Fa/daily/20240101/20240101',
      '/edits/aggregate/en.wikipedia/user/pages/daily/20170101/20170103',
    ]) {
      const response = await gateway.get(`/metrics${path}`);
      assert.equal(response.status, 400, path);
      const { parameter, allowed } = response.body as { parameter: string; allowed: string[] };
      assert.ok(['access', 'agent', 'page-type'].includes(parameter));
      assert.ok(Array.isArray(allowed) && allowed.length > 1);
    }
  });
});

describe('dates', () => {
  const range = async (granularity: string, start: string, end: string): Promise<string[]> =>
    (await items(`${PER_ARTICLE}/Cat/${granularity}/${start}/${end}`)).map(
      (item) => (item as { timestamp: string }).timestamp,
    );

  test('the hour is ignored for days and months, even 24 [D1]', async () => {
    assert.deepEqual(await range('daily', '2024010105', '2024010224'), ['2024010100', '2024010200']);
    assert.deepEqual(await range('monthly', '2024010100', '2024013124'), ['2024010100']);
  });

  test('what is no date is refused in AQS’s words [D2]', async () => {
    for (const bad of ['20240230', '20230229', '20240101000', '2024', 'x']) {
      await refused(
        `${PER_ARTICLE}/Cat/daily/${bad}/20240301`,
        400,
        'start timestamp is invalid, must be a valid date in YYYYMMDD format',
      );
      await refused(
        `${PER_ARTICLE}/Cat/daily/20240101/${bad}`,
        400,
        'end timestamp is invalid, must be a valid date in YYYYMMDD format',
      );
    }
    assert.equal((await gateway.get(`/metrics${PER_ARTICLE}/Cat/daily/20240229/20240229`)).status, 200);
  });

  test('hours, and legacy pagecounts whatever the granularity, take ten digits [D3]', async () => {
    const detail = 'start timestamp is invalid, must be a valid date in YYYYMMDDHH format';
    await refused(
      '/pageviews/aggregate/all-projects/all-access/all-agents/hourly/20240229/2024030100',
      400,
      detail,
    );
    for (const granularity of ['hourly', 'daily', 'monthly']) {
      await refused(
        `/legacy/pagecounts/aggregate/en.wikipedia/desktop-site/${granularity}/20100101/2010013100`,
        400,
        detail,
      );
    }
    const days = await items(
      '/legacy/pagecounts/aggregate/en.wikipedia/desktop-site/daily/2010010100/2010010200',
    );
    assert.equal(days.length, 1);
  });

  test('the end is included [D4]', async () => {
    assert.deepEqual(await range('daily', '20240103', '20240103'), ['2024010300']);
    assert.deepEqual(await range('daily', '20240228', '20240301'), [
      '2024022800',
      '2024022900',
      '2024030100',
    ]);
    const hours = await items(
      '/pageviews/aggregate/all-projects/all-access/all-agents/hourly/2024022923/2024030100',
    );
    assert.equal(hours.length, 2);
  });

  test('of edits it is excluded [D5]', async () => {
    await refused(
      '/edits/aggregate/en.wikipedia/user/content/monthly/20170101/20170131',
      400,
      'no full months found in specified date range',
    );
    const [item] = (await items('/edits/aggregate/en.wikipedia/user/content/monthly/20170101/20170201')) as [
      { results: unknown[] },
    ];
    assert.deepEqual(item.results, [{ timestamp: '2017-01-01T00:00:00.000Z', edits: 99 }]);
    await refused(
      '/edits/aggregate/en.wikipedia/user/content/daily/20170101/20170101',
      400,
      'start timestamp should be before the end timestamp',
    );
  });

  test('months are whole ones, and sums of the days there are [D6] [P1]', async () => {
    assert.deepEqual(await range('monthly', '20240115', '20240315'), ['2024020100']);
    assert.deepEqual(await range('monthly', '20240101', '20240401'), [
      '2024010100',
      '2024020100',
      '2024030100',
    ]);
    const [january] = (await items(`${PER_ARTICLE}/Cat/monthly/20240101/20240131`)) as [{ views: number }];
    assert.equal(january.views, (31 * 32) / 2 - 5);
  });

  test('a range without a whole month is refused [D7]', async () => {
    for (const [start, end] of [
      ['20240102', '20240131'],
      ['20240115', '20240215'],
      ['20240101', '20240130'],
    ]) {
      await refused(
        `${PER_ARTICLE}/Cat/monthly/${start}/${end}`,
        400,
        'no full months found in specified date range',
      );
    }
  });

  test('of unique devices months are rows like any others [D8]', async () => {
    assert.equal(
      (await items('/unique-devices/all-wikipedia-projects/all-sites/monthly/20240201/20240201')).length,
      1,
    );
    assert.equal(
      (await items('/unique-devices/all-wikipedia-projects/all-sites/monthly/20240115/20240301')).length,
      2,
    );
  });

  test('a start after the end is refused [D9]', async () => {
    await refused(
      `${PER_ARTICLE}/Cat/daily/20240102/20240101`,
      400,
      'start timestamp should be before the end timestamp',
    );
  });

  test('one series is answered however long its range [D11]', async () => {
    assert.equal((await range('daily', '00010101', '99991231')).length, 90);
  });
});

describe('rows', () => {
  test('a day without a row has no item [R1]', async () => {
    const found = await items(`${PER_ARTICLE}/Cat/daily/20240104/20240106`);
    assert.deepEqual(
      found.map((item) => (item as { timestamp: string }).timestamp),
      ['2024010400', '2024010600'],
    );
  });

  test('nothing at all is 404 [R1]', async () => {
    for (const path of [
      `${PER_ARTICLE}/No_such/daily/20240101/20240131`,
      `${PER_ARTICLE}/Cat/daily/20240105/20240105`,
      `${PER_ARTICLE}/Cat/daily/20100101/20100131`,
    ]) {
      assert.equal((await gateway.get(`/metrics${path}`)).status, 404);
    }
  });

  test('a null in the source is zero, and zero is a row [R2]', async () => {
    const [item] = (await items(`${PER_ARTICLE}/Nothing/daily/20240101/20240101`)) as [{ views: number }];
    assert.equal(item.views, 0);
  });
});
