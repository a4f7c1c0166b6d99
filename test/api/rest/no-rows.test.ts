import assert from 'node:assert/strict';
import { after, before, describe, test } from 'node:test';
import { startGateway, type Gateway } from '../../support/gateway.ts';

/* Several values of which some have no rows. All numbers are made up for the tests. */

let gateway: Gateway;
const row = { project: 'en.wikipedia', granularity: 'daily', agent: 'user', timestamp: '2024010100' };

before(async () => {
  gateway = await startGateway();
  await gateway.load('pageviews-per-article', [
    { ...row, article: 'Cat', access: 'all-access', views: 5 },
    { ...row, article: 'Cat', access: 'desktop', views: 3 },
    { ...row, article: 'Dog', access: 'all-access', views: 7 },
    { ...row, article: 'Zürich', access: 'all-access', timestamp: '2024020100', views: 1 },
  ]);
  await gateway.load('pageviews-top', [
    {
      project: 'en.wikipedia',
      access: 'all-access',
      year: '2024',
      month: '01',
      day: '01',
      articles: [{ article: 'Cat', views: 9, rank: 1 }],
    },
  ]);
});
after(() => gateway.close());

const views = (articles: string, access = 'all-access', rest = ''): string =>
  `/metrics/pageviews/per-article/en.wikipedia/${encodeURIComponent(access)}/user/${encodeURIComponent(articles)}/daily/20240101/20240110${rest}`;

/** What the header says, as objects. */
async function told(path: string): Promise<Record<string, string>[] | undefined> {
  const { status, headers, text } = await gateway.get(path);
  assert.equal(status, 200, text);
  const header: string | undefined = headers['kraken-no-rows'];
  return header?.split(', ').map((item) => Object.fromEntries(new URLSearchParams(item.slice(1, -1))));
}

describe('Kraken-No-Rows', () => {
  test('says which of several values have no rows, in every form and also where they are summed', async () => {
    for (const rest of [
      '',
      '.csv',
      '.tsv',
      '.ndjson',
      '.svg',
      '.metadata.json',
      '?shape=columns',
      '?shape=wide&format=csv',
      '?sum=article',
      '?fill=null',
    ])
      assert.deepEqual(
        await told(views('Cat|Catt|Zürich', 'all-access', rest)),
        [{ article: 'Catt' }, { article: 'Zürich' }],
        rest,
      );
  });

  test('tells combinations where a value has rows in others', async () => {
    assert.deepEqual(await told(views('Cat|Dog|Catt', 'all-access|desktop')), [
      { article: 'Catt' },
      { access: 'desktop', article: 'Dog' },
    ]);
  });

  test('isn’t there where all have rows, or one is asked for', async () => {
    assert.equal(await told(views('Cat|Dog')), undefined);
    assert.equal(await told(views('Cat')), undefined);
    const { headers } = await gateway.get(views('Cat'));
    assert.equal(headers['access-control-expose-headers'], 'etag');
  });

  test('lists, and the datafiles of a Limn, have it as well', async () => {
    const top = (projects: string): string => `/metrics/pageviews/top/${projects}/all-access/2024/01/01`;
    assert.deepEqual(await told(top('en.wikipedia%7Ceo.wikipedia')), [{ project: 'eo.wikipedia' }]);
    assert.deepEqual(await told(`/limn/data/datafiles${views('Cat|Catt').slice('/metrics'.length)}.csv`), [
      { article: 'Catt' },
    ]);
  });

  test('comes with kept answers, with 304, with HEAD, and is seen by scripts of other origins', async () => {
    const first = await gateway.get(views('Dog|Dogg'));
    const again = await gateway.get(views('Dog|Dogg'));
    assert.match(again.headers['cache-status'] as string, /hit/);
    const known = await gateway.get(views('Dog|Dogg')).set('if-none-match', first.headers.etag as string);
    assert.equal(known.status, 304);
    const head = await gateway.agent().head(views('Dog|Dogg'));
    for (const { headers } of [first, again, known, head]) {
      assert.equal(headers['kraken-no-rows'], '"article=Dogg"');
      assert.equal(headers['access-control-expose-headers'], 'etag, kraken-no-rows');
    }
  });

  test('is plain, and of bounded length', async () => {
    const many = ['Cat', ...Array.from({ length: 300 }, (_, i) => `Zürich "${i}", \\n`)].join('|');
    const { headers } = await gateway.get(views(many));
    const header = headers['kraken-no-rows'] as string;
    assert.ok(header.length < 2100, `${header.length}`);
    assert.match(header, /^("article=[\w%.-]+", )+more;count=\d+$/);
    const items = header.split(', ');
    assert.equal(items.length - 1 + Number(items.at(-1)?.split('=')[1]), 300);
  });
});

describe('the forms that are ours', () => {
  test('columns and metadata have a member, and AQS’s items are as they were', async () => {
    const both = await gateway.get(views('Cat|Catt'));
    const one = await gateway.get(views('Cat'));
    assert.deepEqual(Object.keys(both.body as object), ['items']);
    assert.equal(both.text, one.text);
    for (const rest of ['?shape=columns', '.metadata.json']) {
      const some = await gateway.get(views('Cat|Catt', 'all-access', rest));
      assert.deepEqual((some.body as { noRows: unknown }).noRows, [{ article: 'Catt' }]);
      const whole = await gateway.get(views('Cat|Dog', 'all-access', rest));
      assert.ok(!('noRows' in (whole.body as object)));
    }
    const top = await gateway.get(
      '/metrics/pageviews/top/en.wikipedia%7Ceo.wikipedia/all-access/2024/01/01?shape=columns',
    );
    assert.deepEqual((top.body as { noRows: unknown }).noRows, [{ project: 'eo.wikipedia' }]);
  });

  test('a picture says it below its title, and to who hears it; a page beside the picture', async () => {
    const svg = await gateway.get(views('Cat|Dog|Catt', 'all-access', '.svg'));
    const text = svg.body instanceof Buffer ? svg.body.toString() : svg.text;
    assert.match(text, /<desc>[^<]*No rows: Catt\.<\/desc>/);
    assert.match(text, /<text [^>]*>[^<]*no rows: Catt<\/text>/);
    const page = await gateway
      .get(
        '/?metric=pageviews-per-article&project=en.wikipedia&access=all-access&agent=user&article=Cat&article=Catt&granularity=daily&start=20240101&end=20240110',
      )
      .set('accept', 'text/html');
    assert.match(page.text, /No rows in this range: Catt\./);
    const frame = await gateway.get(`/embed${views('Cat|Catt').slice('/metrics'.length)}`);
    assert.match(frame.text, /No rows in this range: Catt\./);
  });
});

describe('/query', () => {
  const ask = async (
    question: object,
  ): Promise<{ noRows?: unknown; route: string; rows: unknown[]; hint?: string }> => {
    const response = await gateway.agent().post('/query').send(question);
    assert.equal(response.status, 200, response.text);
    return response.body as never;
  };
  const articles = ['Cat', 'Dog', 'Catt'];
  const base = { metric: 'pageviews-per-article', range: '2024-01', measures: ['views'] };

  test('says it by key', async () => {
    const where = { project: 'en.wikipedia', agent: 'user', article: articles };
    for (const by of [['article'], []]) {
      const { route, noRows } = await ask({ ...base, where, by });
      assert.deepEqual([route, noRows], ['series', [{ article: 'Catt' }]]);
    }
  });

  test('says it by SQL, also of what is added up or on later pages', async () => {
    const where = { project: { prefix: 'en' }, agent: 'user', article: articles };
    for (const question of [
      { by: ['project', 'article'] },
      { by: ['project'] },
      { by: ['project', 'article'], limit: 1 },
      { by: ['article'], grain: 'daily', fill: 'null' },
    ]) {
      const { route, noRows } = await ask({ ...base, where, ...question });
      assert.deepEqual([route, noRows], ['warehouse', [{ article: 'Catt' }]], JSON.stringify(question));
    }
    const { noRows } = await ask({ ...base, where: { ...where, article: ['Cat', 'Dog'] }, by: ['project'] });
    assert.equal(noRows, undefined);
  });

  test('says what may have been meant where there is nothing at all', async () => {
    const where = { project: 'en.wikipedia', agent: 'user', article: 'Catt' };
    const none = await ask({ ...base, where });
    assert.match(none.hint ?? '', /There is no article Catt of en\.wikipedia here: did you mean Cat\?/);
    const late = await ask({ ...base, where, range: '2030' });
    assert.match(late.hint ?? '', /Loaded for the project en\.wikipedia: daily numbers/);
    const wrong = await ask({ ...base, where: { ...where, project: 'en.wikipdia' } });
    assert.match(wrong.hint ?? '', /did you mean en\.wikipedia\?/);
  });

  test('has the header in every form, and GraphQL fields', async () => {
    const url =
      '/query?metric=pageviews-per-article&range=2024-01&where.project=en.wikipedia&where.agent=user&where.article=Cat%7CCatt';
    for (const format of ['json', 'csv', 'ndjson']) {
      const { headers } = await gateway.get(`${url}&format=${format}`);
      assert.equal(headers['kraken-no-rows'], '"article=Catt"', format);
    }
    const query = `{ query(input: { metric: "pageviews-per-article", range: "2024-01", where: [
      { dimension: "project", values: ["en.wikipedia"] }, { dimension: "agent", values: ["user"] },
      { dimension: "article", values: ["Cat", "Catt"] }] }) { hint noRows { name value } rows { timestamp } } }`;
    const response = await gateway.agent().post('/graphql').send({ query });
    assert.deepEqual((response.body as { data: { query: unknown } }).data.query, {
      hint: null,
      noRows: [[{ name: 'article', value: 'Catt' }]],
      rows: [{ timestamp: null }],
    });
  });

  test('says in a header of every form why there are no rows, by GET and by POST', async () => {
    const hints = async (where: object, rest: object = {}): Promise<(string | undefined)[]> => {
      const question = { ...base, where: { project: 'en.wikipedia', agent: 'user', ...where }, ...rest };
      const found: (string | undefined)[] = [];
      for (const format of ['json', 'csv', 'ndjson']) {
        const url = `/query?format=${format}`;
        const posted = await gateway.agent().post(url).send(question);
        const got = await gateway.get(`${url}&query=${encodeURIComponent(JSON.stringify(question))}`);
        const again = await gateway.get(`${url}&query=${encodeURIComponent(JSON.stringify(question))}`);
        for (const { status, text, headers } of [posted, got, again]) {
          assert.equal(status, 200, text);
          const seen = headers['access-control-expose-headers'] as string;
          assert.equal(seen.includes('kraken-hint'), headers['kraken-hint'] !== undefined);
          found.push(headers['kraken-hint']);
        }
      }
      return [...new Set(found)];
    };
    const unknown = '%"There is no article Catt of en.wikipedia here: did you mean Cat? Loaded for';
    const [catt = '', ...others] = await hints({ article: 'Catt' });
    assert.ok(catt.startsWith(unknown), catt);
    assert.deepEqual(others, []);
    const [zurich = ''] = await hints({ article: 'Zürichh' });
    assert.match(zurich, /^%"There is no article Z%c3%bcrichh .* did you mean Z%c3%bcrich\?.*"$/);
    const [wrong = ''] = await hints({ article: 'Cat', project: 'en.wikipdia' });
    assert.match(wrong, /^%".*did you mean en\.wikipedia\?";reason=not-loaded$/);
    const [late = ''] = await hints({ article: 'Cat' }, { range: '2030' });
    assert.match(late, /^%"Loaded for the project en\.wikipedia.*is after that\.";reason=outside-coverage$/);
    for (const fill of ['null', 'zero']) {
      const [gaps = ''] = await hints({ article: 'Catt' }, { grain: 'daily', fill });
      assert.ok(gaps.startsWith(unknown), gaps);
    }
    assert.deepEqual(await hints({ article: ['Cat', 'Catt'] }), [undefined]);
  });

  test('half a character of JSON is no defect', async () => {
    const where = { project: 'en.wikipedia', agent: 'user', article: ['Cat', '\ud800'] };
    const { status, headers } = await gateway
      .agent()
      .post('/query')
      .send({ ...base, where });
    assert.deepEqual([status, headers['kraken-no-rows']], [200, '"article=%EF%BF%BD"']);
  });
});
