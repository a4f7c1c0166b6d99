import assert from 'node:assert/strict';
import { spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { basename } from 'node:path';
import { test } from 'node:test';
import { gzipSync } from 'node:zlib';
import type { Metric } from '../../src/core/metric/metric.ts';
import { editsAggregate } from '../../src/metrics/edits-aggregate.ts';
import { pageviewsAggregate } from '../../src/metrics/pageviews-aggregate.ts';
import { pageviewsPerArticle } from '../../src/metrics/pageviews-per-article.ts';
import { pageviewsTopByCountry } from '../../src/metrics/pageviews-top-by-country.ts';
import { pageviewsTopPerCountry } from '../../src/metrics/pageviews-top-per-country.ts';
import { pageviewsTop } from '../../src/metrics/pageviews-top.ts';
import { commonsCategoryMetricsSnapshot } from '../../src/metrics/commons-category-metrics-snapshot.ts';
import { uniqueDevices } from '../../src/metrics/unique-devices.ts';
import { fileWith, readAll } from './files.ts';

const item = (fields: object = {}): string =>
  JSON.stringify({
    project: 'en.wikipedia',
    article: 'Cat',
    granularity: 'daily',
    timestamp: '2024022900',
    access: 'desktop',
    agent: 'user',
    views: 5,
    ...fields,
  });
/** The item as a line, packed by bzip2. */
const BZIP2 =
  'QlpoOTFBWSZTWW0HVz4AAEJdgAAQEAVWMAgALr/fqiAAdCppjTJNlGmmg0GQanqTagMgyDRiNKpF0vpaJBk7QUaoqNSsuCptg96MCxcbABEjpuvbeJ8jNylhWja0MvIZPclruZ9KxRubFDqpbyFAR+Y6Lihhg0+gSGcXMVYtpWv+LuSKcKEg2g6ufA==';
// 2024-02-29 is the 19782nd day since 1970-01-01.
const ROW = 'daily 19782 en.wikipedia desktop user Cat 5';

void test('the same rows come from a JSON answer, NDJSON, CSV and TSV, whatever the name of the file', async (t) => {
  const columns = ['views', 'project', 'article', 'granularity', 'timestamp', 'access', 'agent'];
  const values = ['5', 'en.wikipedia', 'Cat', 'daily', '2024-02-29', 'desktop', 'user'];
  const contents = {
    answer: `{"items":[${item()}]}`,
    'pretty answer': ` {\n  "items" : [\n${item()}]}\n`,
    'a list': `[${item()}]`,
    'an answer with a line end': `{"items":[${item()}]}\n \n`,
    'answers, one a line': `\n{"items":[]}\n{"items":[${item()}]}\r\n\n{"items":[]}`,
    'answers among items': `${item()}\n{"items":[]}`,
    NDJSON: `\n${item()}\r\n\n  \n`,
    'NDJSON without a last line end': item(),
    'NDJSON with a byte order mark': `\ufeff${item()}\n`,
    CSV: `${columns.join(',')}\n${values.join(',')}\n\n`,
    'CSV with carriage returns': `\ufeff${columns.join(',')}\r\n${values.join(',')}\r\n`,
    'CSV with row numbers, as R and pandas write them': `"",${columns.join(',')}\n"1",${values.join(',')}\n`,
    TSV: `${columns.join('\t')}\n${values.join('\t')}`,
  };
  for (const [what, content] of Object.entries(contents)) {
    const { rows } = await readAll(pageviewsPerArticle, [fileWith(t, 'data.txt', content)]);
    assert.deepEqual(rows, [ROW], what);
  }
});

void test('gzip and bzip2 are known by their first bytes, also of several streams in one file', async (t) => {
  const line = `${item()}\n`;
  const gzip = Buffer.concat([gzipSync(line), gzipSync(line)]);
  assert.deepEqual((await readAll(pageviewsPerArticle, [fileWith(t, 'a', gzip)])).rows, [ROW, ROW]);
  const bzip2 = Buffer.from(BZIP2, 'base64');
  assert.deepEqual((await readAll(pageviewsPerArticle, [fileWith(t, 'a', bzip2)])).rows, [ROW]);
  const { reading } = await readAll(pageviewsPerArticle, [fileWith(t, 'a', gzip)]);
  assert.equal(reading.bytes, gzip.length, 'the packed bytes are counted');
});

void test('each of several answers, one a line, is read whole, and only a bad item is left out', async (t) => {
  const answers = `{"items":[${item()},${item({ views: 'x' })}]}\n{"items":[${item({ views: 7 })}]}\n`;
  const file = fileWith(t, 'a.json', answers);
  const { rows, reading } = await readAll(pageviewsPerArticle, [file], { skipBad: 1 });
  assert.deepEqual(rows, [ROW, ROW.replace(/5$/, '7')]);
  assert.deepEqual(
    reading.skipped.map(({ message }) => message),
    [`${file}:1: field "items[1].views": "x" is not a whole number from 0 to 2^53-1`],
  );
  const later = fileWith(t, 'b.json', `{"items":[${item()}]}\n{"items":[{}]}\n{"items"`);
  await assert.rejects(readAll(pageviewsPerArticle, [later]), {
    message: `${later}:2: field "items[0].granularity": is missing`,
  });
});

void test('an answer longer than one chunk is read as one, alone in its line or not', async (t) => {
  const many = Array.from({ length: 20_000 }, () => item()).join();
  for (const [content, count] of [
    [`{"items":[${many}]}`, 20_000],
    [`{"items":[${many}]}\n`, 20_000],
    [`{"items":[${many}]}\n{"items":[${item()}]}\n`, 20_001],
    [`{"items":[\n${many}]}\n`, 20_000],
  ] as const)
    assert.equal((await readAll(pageviewsPerArticle, [fileWith(t, 'a.json', content)])).rows.length, count);
});

void test('a CSV file with other separators is refused with a hint, and so is a column in capitals', async (t) => {
  const columns = ['views', 'project', 'article', 'granularity', 'timestamp', 'access', 'agent'];
  for (const header of [columns.join(';'), columns.map((name) => `"${name}"`).join(';')]) {
    const file = fileWith(t, 'a.csv', `${header}\n`);
    await assert.rejects(readAll(pageviewsPerArticle, [file]), {
      message: `${file}:1: is separated by ;: put commas or tabs between the fields, and quotes around fields with commas in them`,
    });
  }
  const file = fileWith(t, 'a.csv', `${columns.join().replace('views', 'Views')}\n`);
  await assert.rejects(
    readAll(pageviewsPerArticle, [file]),
    /field "Views": is not a column .*: did you mean views\?$/,
  );
});

void test('a truncated gzip file is an error that names it', async (t) => {
  const file = fileWith(t, 'half.gz', gzipSync(`${item()}\n`.repeat(1000)).subarray(0, 90));
  await assert.rejects(readAll(pageviewsPerArticle, [file]), {
    name: 'UnreadableFileError',
    message: `${file}: can't be read: unexpected end of file`,
  });
});

void test('a file that is missing, or is a JSON document of something else, is an error that names it', async (t) => {
  await assert.rejects(readAll(pageviewsPerArticle, ['/nowhere/x.json']), {
    name: 'UnreadableFileError',
    message: "/nowhere/x.json: can't be read: there is no such file",
  });
  const file = fileWith(t, 'x.json', '{"items": 5}');
  await assert.rejects(readAll(pageviewsPerArticle, [file]), { message: `${file}: has no list of items` });
});

void test('standard input is read as -', () => {
  const script = `
    const { readAll } = await import(${JSON.stringify(new URL('./files.js', import.meta.url).href)});
    const { pageviewsPerArticle } = await import(${JSON.stringify(new URL('../../src/metrics/pageviews-per-article.js', import.meta.url).href)});
    console.log((await readAll(pageviewsPerArticle, ['-'])).rows.join('|'));`;
  const node = spawnSync(process.execPath, ['--input-type=module', '-e', script], { input: item() });
  assert.equal(node.stdout.toString(), `${ROW}\n`, node.stderr.toString());
});

void test('reading a silent pipe stops when asked to', async () => {
  const script = `
    const { readFiles } = await import(${JSON.stringify(new URL('../../src/load/read-files.js', import.meta.url).href)});
    const { pageviewsPerArticle: metric } = await import(${JSON.stringify(new URL('../../src/metrics/pageviews-per-article.js', import.meta.url).href)});
    const signal = AbortSignal.timeout(50);
    const reading = { rows: 0, bytes: 0, skipped: [] };
    try {
      for await (const rows of readFiles({ metric, files: ['-'], skipBad: 0, reading, signal }));
    } catch (error) {
      console.log(error === signal.reason);
    }`;
  const node = spawn(process.execPath, ['--input-type=module', '-e', script], { timeout: 10_000 });
  let said = '';
  node.stdout.on('data', (text: Buffer) => (said += text.toString()));
  node.stderr.on('data', (text: Buffer) => (said += text.toString()));
  const [code] = (await once(node, 'close')) as [number | null];
  assert.deepEqual([said, code], ['true\n', 0]);
});

void test('quoted CSV fields hold separators, quotes and line ends, and lines are counted through them', async (t) => {
  const header = 'project,article,granularity,timestamp,access,agent,views';
  const record = (article: string, views: string): string =>
    `en.wikipedia,${article},daily,2024-02-29,desktop,user,${views}`;
  const good = [header, record('"a,""b""\nc"', '5'), record('"é"', '0')].join('\n');
  assert.deepEqual((await readAll(pageviewsPerArticle, [fileWith(t, 'a', good)])).rows, [
    'daily 19782 en.wikipedia desktop user a,"b"\nc 5',
    'daily 19782 en.wikipedia desktop user é 0',
  ]);
  const bad = fileWith(t, 'b.csv', [good, record('"d\ne"', 'x')].join('\n'));
  await assert.rejects(readAll(pageviewsPerArticle, [bad]), {
    message: `${bad}:5: field "views": "x" is not a whole number from 0 to 2^53-1`,
  });
  const open = fileWith(t, 'c.csv', [good, record('"d', '1'), record('e', '1')].join('\n'));
  await assert.rejects(readAll(pageviewsPerArticle, [open]), {
    message: `${open}:5: has a quote that is never closed`,
  });
});

void test('a CSV header that does not fit the metric is refused, however many bad rows may be skipped', async (t) => {
  const cases: [string, RegExp][] = [
    [
      'project,article,granularity,timestamp,access,agent,views,requests',
      /:1: field "requests": is not a column of/,
    ],
    ['\nproject,article,granularity,timestamp,access,agent', /:2: field "views": is missing in the header/],
    [
      'project,article,granularity,timestamp,access,agent,views,views',
      /:1: field "views": is there twice in the header/,
    ],
  ];
  for (const [header, message] of cases) {
    const file = fileWith(t, 'a.csv', `${header}\n`);
    await assert.rejects(readAll(pageviewsPerArticle, [file], { skipBad: 9 }), {
      name: 'BadRowError',
      message,
    });
  }
});

void test('every kind of bad row is named with file, line, field and reason', async (t) => {
  const cases: [Metric, string, string][] = [
    [
      pageviewsPerArticle,
      item({ views: 'abc' }),
      'field "views": "abc" is not a whole number from 0 to 2^53-1',
    ],
    [pageviewsPerArticle, item({ views: -1 }), 'field "views": -1 is not a whole number from 0 to 2^53-1'],
    [pageviewsPerArticle, item({ views: 1.5 }), 'field "views": 1.5 is not a whole number from 0 to 2^53-1'],
    [
      pageviewsPerArticle,
      item().replace(':5}', ':9007199254740993}'),
      'field "views": 9007199254740993 is not a whole number from 0 to 2^53-1',
    ],
    [
      pageviewsPerArticle,
      item({ views: '9007199254740992' }),
      'field "views": "9007199254740992" is not a whole number from 0 to 2^53-1',
    ],
    [pageviewsPerArticle, item({ views: undefined }), 'field "views": is missing'],
    [pageviewsPerArticle, item({ article: undefined }), 'field "article": is missing'],
    [pageviewsPerArticle, item({ article: 7 }), 'field "article": 7 is not a text'],
    [
      pageviewsPerArticle,
      item({ article: '' }),
      'field "article": "" is refused: The parameter `article` is empty.',
    ],
    [
      pageviewsPerArticle,
      item().replace('Cat', '\\ud800'),
      'field "article": "\\ud800" is not valid Unicode',
    ],
    [
      pageviewsPerArticle,
      item({ agent: 'robot' }),
      'field "agent": "robot" is refused: agent should be equal to one of the allowed values: [all-agents, automated, spider, user]',
    ],
    [
      pageviewsPerArticle,
      item({ granularity: 'weekly' }),
      'field "granularity": "weekly" is not stored; this metric stores daily, monthly',
    ],
    [pageviewsPerArticle, item({ timestamp: '20230229' }), 'field "timestamp": "20230229" is not a date'],
    [
      pageviewsPerArticle,
      item({ timestamp: '2024022906' }),
      'field "timestamp": "2024022906" is not the start of a day',
    ],
    [
      pageviewsPerArticle,
      item({ granularity: 'monthly' }),
      'field "timestamp": "2024022900" is not the start of a month',
    ],
    [
      pageviewsPerArticle,
      item({ requests: 1 }),
      'field "requests": is not a field of pageviews-per-article, which has project, access, agent, article, granularity, timestamp, views',
    ],
    [
      editsAggregate,
      '{"project":"x","editor-type":"user","page-type":"content","granularity":"daily","results":[{"timestamp":"2024-01-01T00:00:00.000Z","edits":1},{"timestamp":"2024-01-02T00:00:00.000Z","edits":null},{"timestamp":"2024-01-03T00:00:00.000Z","edits":"a"}]}',
      'field "results[2].edits": "a" is not a whole number from 0 to 2^53-1',
    ],
    [
      pageviewsTop,
      '{"project":"x","access":"desktop","year":"2024","month":"13","day":"01","article":"A","views":1}',
      'field "month": "13" is not a month',
    ],
    [
      pageviewsTop,
      '{"project":"x","access":"desktop","year":"2023","month":"02","day":"29","article":"A","views":1}',
      'field "day": "29" is not a day of that month',
    ],
    [
      pageviewsTop,
      '{"project":"x","access":"desktop","year":"2023","month":"02","article":"A","views":1}',
      'field "day": is missing',
    ],
    [
      pageviewsTop,
      '{"project":"x","access":"desktop","year":"2024","month":"02","day":"01","articles":[]}',
      'field "articles": is empty',
    ],
    [
      pageviewsTop,
      '{"project":"x","access":"desktop","year":"2024","month":"02","day":"01","articles":[{"article":"A","views":1,"visits":2}]}',
      'field "articles[0].visits": is not a field of pageviews-top, which has article, views, rank',
    ],
    [
      pageviewsTopPerCountry,
      '{"country":"FR","access":"desktop","year":"2024","month":"02","day":"all-days","articles":[]}',
      'field "day": pageviews-top-per-country has no monthly lists',
    ],
    [
      pageviewsTopByCountry,
      '{"project":"x","access":"desktop","year":"2024","month":"02","countries":[{"country":"FR","views":"1000-9999"}]}',
      'field "countries[0].views": "1000-9999" is not a whole number from 0 to 2^53-1',
    ],
    [
      pageviewsTopByCountry,
      '{"project":"x","access":"desktop","year":"2024","month":"02","countries":[{"country":"FR","views_ceil":1000,"rank":0}]}',
      'field "countries[0].rank": 0 is not a rank',
    ],
  ];
  for (const [metric, line, message] of cases) {
    const file = fileWith(t, 'bad.ndjson', `\n${line}\n`);
    await assert.rejects(readAll(metric, [file]), { name: 'BadRowError', message: `${file}:2: ${message}` });
  }
  const broken = fileWith(t, 'broken.ndjson', `${item()}\n{"project":\n`);
  await assert.rejects(readAll(pageviewsPerArticle, [broken]), {
    message: /broken\.ndjson:2: is not a JSON object: /,
  });
  const number = fileWith(t, 'number.ndjson', `${item()}\n5\n`);
  await assert.rejects(readAll(pageviewsPerArticle, [number]), {
    message: `${number}:2: 5 is not an object`,
  });
  const answer = fileWith(t, 'answer.json', `{"items":[${item()},${item({ views: 'abc' })}]}`);
  await assert.rejects(readAll(pageviewsPerArticle, [answer]), {
    message: `${answer} item 2: field "views": "abc" is not a whole number from 0 to 2^53-1`,
  });
  const latin1 = fileWith(
    t,
    'latin1.ndjson',
    Buffer.from(`${item()}\n${item({ article: 'é' })}\n`, 'latin1'),
  );
  await assert.rejects(readAll(pageviewsPerArticle, [latin1]), {
    message: `${latin1}:2: is not UTF-8: save it as UTF-8 (in spreadsheets: CSV UTF-8). Read as Windows-1252 it says é; if that is right, convert it with iconv -f WINDOWS-1252 -t UTF-8`,
  });
});

void test('bad rows are left out whole up to the number allowed, and the next one is an error', async (t) => {
  const list = (views: unknown): string =>
    JSON.stringify({
      project: 'x',
      access: 'desktop',
      year: 2024,
      month: 2,
      day: 29,
      articles: [
        { article: 'A', views: 2, rank: 1 },
        { article: 'B', views, rank: 2 },
      ],
    });
  const file = fileWith(t, 'a.ndjson', `${list('?')}\n${list(1)}\n${list(-1)}\n`);
  const { rows, reading } = await readAll(pageviewsTop, [file], { skipBad: 2 });
  assert.deepEqual(rows, ['daily 19782 x desktop A - 2', 'daily 19782 x desktop B - 1']);
  assert.deepEqual(
    reading.skipped.map(({ message }) => message.replace(file, basename(file))),
    [
      'a.ndjson:1: field "articles[1].views": "?" is not a whole number from 0 to 2^53-1',
      'a.ndjson:3: field "articles[1].views": -1 is not a whole number from 0 to 2^53-1',
    ],
  );
  await assert.rejects(readAll(pageviewsTop, [file], { skipBad: 1 }), {
    message: /:3: field "articles\[1\]\.views"/,
  });
});

void test('a line without any number is a gap, as fill=null writes it: nothing is stored of it', async (t) => {
  const csv = 'project,access,agent,article,granularity,timestamp,views\n';
  const lines = 'x,desktop,user,A,daily,2024-02-28,5\nx,desktop,user,A,daily,2024-02-29,\n';
  const { rows } = await readAll(pageviewsPerArticle, [fileWith(t, 'b', csv + lines)]);
  assert.deepEqual(rows, ['daily 19781 x desktop user A 5']);
});

void test('counts are exact to 2^53-1, as numbers and as digits; null counts as 0, as in AQS’s tables', async (t) => {
  const files = Object.fromEntries(
    Object.keys(commonsCategoryMetricsSnapshot.measures).map((name, i) => [name, i === 1 ? null : i]),
  );
  const text = JSON.stringify({ category: 'x', timestamp: '20240201', ...files });
  const { rows: few } = await readAll(commonsCategoryMetricsSnapshot, [fileWith(t, 'b', text)]);
  assert.match(few[0] ?? '', / 0 0 2 3 4 5 6 7$/);
  const lines = [9007199254740991, '9007199254740991', 0, null].map((views) => item({ views }));
  const { rows } = await readAll(pageviewsPerArticle, [fileWith(t, 'a', lines.join('\n'))]);
  assert.deepEqual(
    rows.map((row) => row.split(' ').at(-1)),
    ['9007199254740991', '9007199254740991', '0', '0'],
  );
});

void test('null is unknown in a measure that rows may lack, and zero in the others', async (t) => {
  const common = { project: 'x', granularity: 'monthly', timestamp: '20240201', 'access-site': 'all-sites' };
  const text = JSON.stringify({ ...common, devices: null, offset: null, underestimate: 3 });
  assert.match((await readAll(uniqueDevices, [fileWith(t, 'b', text)])).rows[0] ?? '', / NaN NaN 3$/);
});

void test('dimension values are stored in their one spelling', async (t) => {
  const line = item({ project: 'www.EN.wikipedia.org', article: 'A cat' });
  const { rows } = await readAll(pageviewsPerArticle, [fileWith(t, 'a', line)]);
  assert.deepEqual(rows, ['daily 19782 en.wikipedia desktop user A_cat 5']);
});

void test('nested results and flat rows give the same rows, with all measures', async (t) => {
  const own = { project: 'x', 'editor-type': 'user', 'page-type': 'content', granularity: 'monthly' };
  const result = { timestamp: '2024-02-01T00:00:00.000Z', edits: 3 };
  const content = `${JSON.stringify({ ...own, results: [result] })}\n${JSON.stringify({ ...own, ...result })}`;
  const { rows } = await readAll(editsAggregate, [fileWith(t, 'a', content)]);
  assert.deepEqual(rows, ['monthly 649 x user content 3', 'monthly 649 x user content 3']);
  const devices = `{"project":"x","access-site":"All-Sites","granularity":"monthly","timestamp":"20240201","offset":1,"underestimate":2,"devices":3}`;
  assert.deepEqual((await readAll(uniqueDevices, [fileWith(t, 'b', devices)])).rows, [
    'monthly 649 x all-sites 3 1 2',
  ]);
});

void test('an hour of the day is a period where hours are stored', async (t) => {
  const line = `{"project":"x","access":"desktop","agent":"user","granularity":"hourly","timestamp":"2024022923","views":1}`;
  const { rows } = await readAll(pageviewsAggregate, [fileWith(t, 'a', line)]);
  assert.deepEqual(rows, [`hourly ${19782 * 24 + 23} x desktop user 1`]);
});

void test('all-days, and a top without days, are months; flat rows of a list are entries', async (t) => {
  const flat = `project,access,year,month,day,article,views,rank\nx,desktop,2024,02,all-days,A,5,1\nx,desktop,2024,2,29,A,4,\n`;
  assert.deepEqual((await readAll(pageviewsTop, [fileWith(t, 'a', flat)])).rows, [
    'monthly 649 x desktop A - 5',
    'daily 19782 x desktop A - 4',
  ]);
});

void test('counts that are published rounded are rounded up, whether given raw or rounded, and keep their given ranks', async (t) => {
  const countries = [
    { country: 'FR', views: 1001, rank: 1 },
    { country: 'DE', views: '1000-9999', views_ceil: 2000, rank: 2 },
    { country: 'AT', views_ceil: 1500 },
    { country: 'CH', views: '0' },
  ];
  const line = JSON.stringify({ project: 'x', access: 'desktop', year: '2024', month: '02', countries });
  const { rows } = await readAll(pageviewsTopByCountry, [fileWith(t, 'a', line)]);
  assert.deepEqual(rows, [
    'monthly 649 x desktop FR 1 2000',
    'monthly 649 x desktop DE 2 2000',
    'monthly 649 x desktop AT - 2000',
  ]);
});

void test('an empty file and an HTML page are refused, because their export failed', async (t) => {
  for (const [text, reason] of [
    ['', /is empty/],
    [' \n\n', /is empty/],
    ['<!doctype html><title>404</title>', /is HTML or XML\. .*: kraken import mediawiki-history/],
  ] as const)
    await assert.rejects(readAll(pageviewsPerArticle, [fileWith(t, 'b', text)]), {
      name: 'UnreadableFileError',
      message: reason,
    });
});
