import assert from 'node:assert/strict';
import { createHash } from 'node:crypto';
import { after, before, describe, test } from 'node:test';
import { startGateway, type Gateway } from '../../support/gateway.ts';

/* Pictures and their companions, on the URLs of numbers. All numbers are made up for the tests. */

let gateway: Gateway;
const day = (i: number): string =>
  `${new Date(Date.UTC(2024, 0, 1 + i)).toISOString().slice(0, 10).replaceAll('-', '')}00`;
const row = { project: 'en.wikipedia', granularity: 'daily', access: 'all-access', agent: 'user' };
const views = (article: string, days: number): object[] =>
  Array.from({ length: days }, (_, i) => ({ ...row, article, timestamp: day(i), views: i + 1 }));

before(async () => {
  gateway = await startGateway();
  await gateway.load('pageviews-per-article', [...views('Cat', 45), ...views('A/B "<C>"', 3)], {
    complete: true,
  });
  await gateway.load('pageviews-per-article', [
    { ...row, project: 'de.wikipedia', article: 'Katze', timestamp: day(0), views: 5 },
    { ...row, project: 'de.wikipedia', article: 'Katze', timestamp: day(40), views: 5 },
  ]);
  await gateway.load('unique-devices', [
    {
      project: 'en.wikipedia',
      'access-site': 'all-sites',
      granularity: 'daily',
      timestamp: '20240101',
      devices: 30,
      offset: 10,
      underestimate: 20,
    },
  ]);
  await gateway.load('pageviews-top', [
    {
      project: 'en.wikipedia',
      access: 'all-access',
      year: '2024',
      month: '01',
      day: '02',
      articles: [
        { article: 'Main_Page', views: 100, rank: 1 },
        { article: '=1+1', views: 50, rank: 2 },
      ],
    },
  ]);
});
after(() => gateway.close());

const PREFIX = '/metrics/pageviews/per-article/en.wikipedia/all-access/user';
const TOP = '/metrics/pageviews/top/en.wikipedia/all-access/2024/01/02';
const DEVICES = '/metrics/unique-devices/en.wikipedia/all-sites/daily/20240101/20240101';

async function svg(path: string): Promise<string> {
  const response = await gateway.get(path);
  assert.equal(response.status, 200, path);
  assert.equal(response.headers['content-type'], 'image/svg+xml; charset=utf-8');
  return String(response.body);
}
const titleOf = (picture: string): string | undefined => /<title>([^<]*)<\/title>/.exec(picture)?.[1];
async function refusal(path: string): Promise<[number, string | undefined, string | undefined]> {
  const response = await gateway.get(path);
  const { parameter } = response.body as { parameter?: string };
  return [response.status, response.headers['content-type'], parameter];
}
const PROBLEM = 'application/problem+json; charset=utf-8';

describe('a path that ends in .svg', () => {
  test('is the picture of its numbers, titled by what is asked', async () => {
    const picture = await svg(`${PREFIX}/Cat%7CA%2FB%20%22%3CC%3E%22/daily/20240101/20240110.svg`);
    assert.equal(
      titleOf(picture),
      'Pageviews of Cat and A/B &quot;&lt;C&gt;&quot;, en.wikipedia, all-access, user',
    );
    assert.equal(
      await svg(`${PREFIX}/Cat/daily/20240101/20240110?format=svg`),
      await svg(`${PREFIX}/Cat/daily/20240101/20240110.svg`),
    );
  });

  test('draws lists too', async () => {
    const picture = await svg(`${TOP}.svg`);
    assert.equal(titleOf(picture), 'Most viewed articles of en.wikipedia, all-access, 2 January 2024');
    assert.match(picture, />Main Page</);
  });

  test('is a problem as any other where there is nothing to draw', async () => {
    assert.deepEqual((await refusal(`${PREFIX}/No_such/daily/20240101/20240110.svg`)).slice(0, 2), [
      404,
      PROBLEM,
    ]);
    assert.deepEqual(await refusal(`${PREFIX}/Cat/daily/nonsense/20240110.svg`), [400, PROBLEM, 'start']);
  });

  test('may be shown anywhere, with its own style and nothing else', async () => {
    const response = await gateway.get(`${PREFIX}/Cat/daily/20240101/20240110.svg`);
    const policy = response.headers['content-security-policy'] ?? '';
    const picture = await svg(`${PREFIX}/Cat/daily/20240101/20240110.svg`);
    const style = /<style>([^<]*)<\/style>/.exec(picture)?.[1] ?? '';
    const hash = createHash('sha256').update(style).digest('base64');
    assert.equal(policy, `default-src 'none'; style-src 'sha256-${hash}'; frame-ancestors *`);
    assert.equal(response.headers['x-frame-options'], undefined);
    assert.equal(response.headers['x-content-type-options'], 'nosniff');
    const numbers = await gateway.get(`${PREFIX}/Cat/daily/20240101/20240110.csv`);
    assert.equal(numbers.headers['content-security-policy'], "default-src 'none'; frame-ancestors 'none'");
    assert.equal(numbers.headers['x-frame-options'], 'SAMEORIGIN');
  });

  test('is kept and tagged like any answer', async () => {
    const path = `${PREFIX}/Cat/daily/20240103/20240110.svg`;
    const first = await gateway.get(path);
    const second = await gateway.get(path);
    assert.equal(second.headers['cache-status'], 'kraken; hit');
    assert.equal(second.headers['cache-control'], 's-maxage=14400, max-age=14400');
    const known = await gateway.get(path).set('if-none-match', first.headers['etag'] ?? '');
    assert.equal(known.status, 304);
  });

  test('shows another measure or a logarithmic scale where it is told to', async () => {
    assert.match(await svg(`${DEVICES}.svg?measure=offset`), /<title>[^<]*: offset<\/title>.*First 10,/);
    assert.match(await svg(`${DEVICES}.svg`), /First 30,/);
    assert.match(await svg(`${PREFIX}/Cat/daily/20240101/20240110.svg?scale=log`), /logarithmic scale/);
    assert.deepEqual(await refusal(`${DEVICES}.svg?measure=views`), [400, PROBLEM, 'measure']);
    assert.deepEqual(await refusal(`${DEVICES}.svg?scale=round`), [400, PROBLEM, 'scale']);
    assert.deepEqual(await refusal(`${TOP}.svg?scale=log`), [400, PROBLEM, 'scale']);
    assert.deepEqual(await refusal(`${DEVICES}.csv?measure=offset`), [400, PROBLEM, 'measure']);
  });

  test('is light, dark, or as its reader’s system prefers; of each theme another answer', async () => {
    const path = `${PREFIX}/Cat/daily/20240103/20240110`;
    const urls = ['.svg', '.svg?theme=light', '.svg?theme=dark', '.svg?theme=auto', '?format=svg&theme=dark'];
    const answers = await Promise.all(urls.map(async (url) => gateway.get(path + url).expect(200)));
    const etags = answers.map(({ headers }) => headers['etag'] as string);
    assert.equal(etags[0], etags[1]);
    assert.equal(etags[2], etags[4]);
    assert.equal(new Set(etags).size, 3);
    const [light = '', , dark = '', auto = ''] = answers.map(({ body }) => String(body));
    assert.deepEqual(
      [light, dark, auto].map((text) => [
        text.includes('color="#fff"'),
        text.includes('prefers-color-scheme'),
      ]),
      [
        [true, false],
        [false, false],
        [true, true],
      ],
    );
    answers.forEach(({ headers, body }) => {
      const style = /<style>([^<]*)<\/style>/.exec(String(body))?.[1] ?? '';
      const hash = createHash('sha256').update(style).digest('base64');
      assert.ok(headers['content-security-policy']?.includes(`'sha256-${hash}'`));
    });
    for (const url of ['.svg?theme=black', '.svg?theme=', '?format=svg&theme=Dark'])
      assert.deepEqual(await refusal(path + url), [400, PROBLEM, 'theme']);
    assert.match((await gateway.get(`${path}.svg?theme=black`)).text, /"allowed":\["light","dark","auto"\]/);
    assert.deepEqual(await refusal(`${path}.csv?theme=dark`), [400, PROBLEM, 'theme']);
    assert.match(await svg(`${TOP}.svg?theme=dark`), /color="#101418"/);
  });

  test('dashes a month of which only some days were loaded, and no whole one', async () => {
    assert.match(await svg(`${PREFIX}/Cat/monthly/20240101/20240229.svg`), /not known to be complete/);
    assert.doesNotMatch(await svg(`${PREFIX}/Cat/monthly/20240101/20240131.svg`), /not known to be complete/);
    assert.doesNotMatch(await svg(`${PREFIX}/Cat/daily/20240101/20240229.svg`), /not known to be complete/);
  });

  test('dashes a month made of days that don’t reach its end, whatever was claimed of them', async () => {
    const german = PREFIX.replace('en.', 'de.');
    assert.match(await svg(`${german}/Katze/monthly/20240101/20240229.svg`), /not known to be complete/);
    assert.doesNotMatch(await svg(`${german}/Katze/daily/20240101/20240229.svg`), /not known to be complete/);
  });
});

interface Metadata {
  name: string;
  path: string;
  granularity: string;
  rows: number;
  columns: { name: string; type: string; role: string; unit?: string; doc: string }[];
  licence: { spdx: string; url: string };
  coverage: { scope: Record<string, string>; intervals: object[] }[];
  caveats: string[];
  links: Record<string, string>;
}
async function metadata(path: string): Promise<Metadata> {
  const response = await gateway.get(path);
  assert.equal(response.status, 200, path);
  assert.equal(response.headers['content-type'], 'application/json; charset=utf-8');
  return response.body as Metadata;
}

describe('a path that ends in .metadata.json', () => {
  test('tells every column of the table, in its order', async () => {
    for (const path of [`${PREFIX}/Cat/daily/20240101/20240110`, DEVICES, TOP]) {
      const { columns, rows } = await metadata(`${path}.metadata.json`);
      const { text } = await gateway.get(`${path}.csv`);
      const [header, ...lines] = text.trimEnd().split('\r\n');
      assert.deepEqual(columns.map(({ name }) => name).join(','), header);
      assert.equal(rows, lines.length);
      assert.ok(columns.every(({ doc }) => doc.length > 5));
      for (const { role, unit, type, name } of columns)
        assert.equal(role === 'measure' && name !== 'rank', unit !== undefined, `${name} ${type}`);
    }
  });

  test('tells what was asked, what of it was loaded, the licence and where its other forms are', async () => {
    const told = await metadata(`${PREFIX}/Cat/daily/2024-01-01/latest.metadata.json`);
    assert.equal(told.path, `${PREFIX}/Cat/daily/20240101/20240214`);
    assert.equal(told.granularity, 'daily');
    assert.deepEqual(told.licence, { spdx: 'CC0-1.0', url: 'https://spdx.org/licenses/CC0-1.0.html' });
    assert.deepEqual(told.coverage, [
      {
        scope: { project: 'en.wikipedia' },
        intervals: [{ from: '2024-01-01', to: '2024-02-14', complete: true }],
        sources: [{ kind: 'imported', from: '2024-01-01', to: '2024-02-14' }],
      },
    ]);
    assert.deepEqual(Object.keys(told.links), [
      'json',
      'csv',
      'tsv',
      'ndjson',
      'parquet',
      'arrow',
      'xlsx',
      'svg',
      'png',
    ]);
    for (const link of Object.values(told.links)) assert.equal((await gateway.get(link)).status, 200, link);
  });

  test('keeps the options that change the numbers', async () => {
    const told = await metadata(
      `${PREFIX}/Cat%7CNo_such/daily/20240101/20240103.metadata.json?sum=article&fill=zero`,
    );
    assert.equal(told.path, `${PREFIX}/Cat%7CNo_such/daily/20240101/20240103?fill=zero&sum=article`);
    assert.equal(
      told.links['csv'],
      `${PREFIX}/Cat%7CNo_such/daily/20240101/20240103.csv?fill=zero&sum=article`,
    );
  });
});

describe('download', () => {
  const disposition = async (path: string): Promise<string | undefined> => {
    const response = await gateway.get(path);
    assert.equal(response.status, 200, path);
    return response.headers['content-disposition'];
  };
  const cat = `${PREFIX}/Cat/daily/20240101/20240110`;

  test('names the file by what is asked, or as told, with the ending of its form', async () => {
    assert.equal(
      await disposition(`${cat}.csv?download`),
      'attachment; filename="pageviews-per-article-en.wikipedia-all-access-user-Cat-daily-20240101-20240110.csv"',
    );
    assert.equal(await disposition(`${cat}?format=tsv&download=cats`), 'attachment; filename="cats.tsv"');
    assert.equal(await disposition(`${cat}.csv?download=cats.CSV`), 'attachment; filename="cats.csv"');
    assert.equal(await disposition(`${cat}?download=cats`), 'attachment; filename="cats.json"');
    assert.equal(await disposition(`${TOP}.svg?download=top`), 'attachment; filename="top.svg"');
    assert.equal(
      await disposition(`${cat}.metadata.json?download=x`),
      'attachment; filename="x.metadata.json"',
    );
  });

  test('leaves the answer as it is, for whoever asks without it', async () => {
    const plain = await gateway.get(`${cat}.csv`);
    const saved = await gateway.get(`${cat}.csv?download`);
    assert.equal(saved.text, plain.text);
    assert.equal(saved.headers['etag'], plain.headers['etag']);
    assert.equal(plain.headers['content-disposition'], undefined);
    assert.equal((await gateway.get(`${cat}.csv`)).headers['content-disposition'], undefined);
    assert.match((await gateway.get(`${cat}.csv?download`)).headers['content-disposition'] ?? '', /Cat/);
  });

  test('takes no name that leads elsewhere or breaks the header', async () => {
    const named = async (name: string): Promise<string | undefined> =>
      disposition(`${cat}.csv?download=${encodeURIComponent(name)}`);
    assert.equal(await named('../../etc/passwd'), 'attachment; filename="etc_passwd.csv"');
    assert.equal(await named('a"; filename="b.exe'), 'attachment; filename="a_ filename_b.exe.csv"');
    assert.equal(await named('a\r\nSet-Cookie: x=1'), 'attachment; filename="a_Set-Cookie_ x_1.csv"');
    assert.equal(await named('.bashrc'), 'attachment; filename="bashrc.csv"');
    assert.equal(
      await named('Zürich 日本'),
      'attachment; filename="Z_rich __.csv"; filename*=UTF-8\'\'Z%C3%BCrich%20%E6%97%A5%E6%9C%AC.csv',
    );
    assert.ok(((await named('x'.repeat(1000))) ?? '').length < 200);
    assert.match((await named('///')) ?? '', /filename="pageviews-per-article-/);
  });

  test('is an option of ours: beside it no unknown ones go by', async () => {
    assert.deepEqual(await refusal(`${cat}.csv?download&shpae=columns`), [400, PROBLEM, 'shpae']);
    assert.equal(await disposition(`${cat}.csv?dowload=x`), undefined);
  });
});
