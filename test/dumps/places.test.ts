import assert from 'node:assert/strict';
import { basename } from 'node:path';
import { test } from 'node:test';
import { FORMATS, formatsNamed } from '../../src/dumps/formats/formats.ts';
import { filesIn } from '../../src/dumps/listed-files.ts';
import { DUMP_PLACES } from '../../src/dumps/places.ts';
import { parseDateRange } from '../../src/load/selection.ts';
import { METRICS } from '../../src/metrics/index.ts';
import { kraken } from '../inspect/broken.ts';

const NOW = Date.UTC(2026, 10, 30, 12);

function paths(name: string, range: string, wikis?: readonly string[]): string[] {
  const place = DUMP_PLACES.find((one) => one.name === name);
  assert.ok(place);
  const listed = filesIn(place, parseDateRange(range), { ...(wikis ? { wikis } : {}), now: NOW });
  return listed.files.map(({ path }) => path);
}

void test('the hours of a day are named after their ends, so the last one lies in the folder of the next day', () => {
  const day = paths('pageviews-hourly', '2024-01-31');
  assert.equal(day.length, 24);
  assert.equal(day[0], '/other/pageviews/2024/2024-01/pageviews-20240131-010000.gz');
  assert.equal(day[23], '/other/pageviews/2024/2024-02/pageviews-20240201-000000.gz');
  assert.deepEqual(paths('projectviews', '2024-01-31T04'), [
    '/other/pageviews/2024/2024-01/projectviews-20240131-050000',
  ]);
});

void test('a day of pageview-complete has the files of the agents that were counted then', () => {
  assert.deepEqual(paths('pageview-complete', '2021-01-01'), [
    '/other/pageview_complete/2021/2021-01/pageviews-20210101-user.bz2',
    '/other/pageview_complete/2021/2021-01/pageviews-20210101-spider.bz2',
    '/other/pageview_complete/2021/2021-01/pageviews-20210101-automated.bz2',
  ]);
  assert.deepEqual(paths('pageview-complete', '2011-12-09'), [
    '/other/pageview_complete/2011/2011-12/pageviews-20111209-user.bz2',
  ]);
  assert.equal(
    paths('pageview-complete-monthly', '2026-03')[0],
    '/other/pageview_complete/monthly/2026/2026-03/pageviews-202603-user.bz2',
  );
});

void test('what is listed is recognised by the format that imports it', () => {
  const examples = DUMP_PLACES.filter(
    ({ imports }) => imports !== undefined && imports !== 'mediawiki-history',
  );
  assert.ok(examples.length > 8);
  for (const { name, imports, wikis } of examples) {
    const formats = formatsNamed(imports ?? '') ?? [];
    const [path = ''] = paths(name, name.includes('monthly') ? '2024-03' : '2024-03-05', wikis && ['dewiki']);
    const file = basename(path);
    assert.ok(
      formats.some((format) => format.nameOf(file.replace(/\.(gz|bz2)$/, ''), {})),
      `${file} of ${name}`,
    );
    // And by no other, if the name alone tells.
    const found = FORMATS.find((format) => format.nameOf(file.replace(/\.(gz|bz2)$/, ''), {}));
    assert.equal(found?.name, imports);
  }
});

void test('other dumps are where their docs say', () => {
  assert.deepEqual(
    [
      ...paths('unique-devices-per-domain-daily', '2024-03-05'),
      ...paths('unique-devices-per-project-family-monthly', '2024-03'),
      ...paths('mediacounts', '2024-03-05'),
      ...paths('clickstream', '2024-03', ['dewiki']),
      ...paths('mediawiki-history', '2026-09', ['simplewiki']),
      ...paths('mediawiki-content-history', '2026-09', ['simplewiki']),
    ],
    [
      '/other/unique_devices/per_domain/2024/2024-03/unique_devices_per_domain_daily-2024-03-05.gz',
      '/other/unique_devices/per_project_family/2024/2024-03/unique_devices_per_project_family_monthly-2024-03.gz',
      '/other/mediacounts/daily/2024/mediacounts.2024-03-05.v00.tsv.bz2',
      '/other/clickstream/2024-03/clickstream-dewiki-2024-03.tsv.gz',
      '/other/mediawiki_history/2026-09/simplewiki/2026-09.simplewiki.all-time.tsv.bz2',
      '/other/mediawiki_content_history/simplewiki/2026-09-01/xml/bzip2/SHA256SUMS',
    ],
  );
  const history = paths('mediawiki-history', '2026-09', ['enwiki']);
  assert.equal(history.length, 25 * 12 + 9);
  assert.equal(history.at(-1), '/other/mediawiki_history/2026-09/enwiki/2026-09.enwiki.2026-09.tsv.bz2');
});

void test('what has no files is left out: before the first, and what is not over', () => {
  assert.deepEqual(paths('pageviews-hourly', '2015-04-30T23..2015-05-01T00'), [
    '/other/pageviews/2015/2015-05/pageviews-20150501-010000.gz',
  ]);
  assert.equal(paths('pageviews-hourly', '2026-11-30').length, 12);
  assert.deepEqual(paths('pageview-complete-monthly', '2026-11'), []);
});

void test('each metric that a dump feeds exists', () => {
  const names = new Set(METRICS.map(({ name }) => name));
  for (const metric of DUMP_PLACES.flatMap(({ feeds }) => feeds)) assert.ok(names.has(metric), metric);
});

void test('the command prints a list for wget or aria2, with advice beside it, and downloads nothing', () => {
  const { status, stdout, stderr } = kraken('get', 'pageviews-per-article', '2021-01-01', '--only', '-user');
  assert.equal(status, 0);
  assert.equal(
    stdout,
    'https://dumps.wikimedia.org/other/pageview_complete/2021/2021-01/pageviews-20210101-user.bz2\n',
  );
  assert.match(stderr, /also in pageview-complete-monthly .*; pageviews-hourly /);
  assert.match(
    stderr,
    /1 file, about 476\.8 MiB\.\nNothing was downloaded\. .*at most 3 connections: wget --continue /,
  );
  const aria = kraken(
    'get',
    'clickstream',
    '2024-03',
    '--wiki',
    'dewiki',
    '--aria2',
    '--base',
    'https://mirror.example/',
  );
  assert.equal(
    aria.stdout,
    'https://mirror.example/other/clickstream/2024-03/clickstream-dewiki-2024-03.tsv.gz\n  out=other/clickstream/2024-03/clickstream-dewiki-2024-03.tsv.gz\n',
  );
  assert.match(aria.stderr, /aria2c --continue --max-concurrent-downloads=3 --max-connection-per-server=1/);
});

void test('what can not be listed is told with what can', () => {
  assert.match(
    kraken('get', 'pageviews-top-by-country', '2024').stderr,
    /no public dump is known for pageviews-top-by-country/,
  );
  assert.match(kraken('get', 'mediawiki-history', '2024-01').stderr, /name them with --wiki, for instance/);
  assert.match(
    kraken('get', 'clickstream', '2024-01', '--wiki', 'nlwiki').stderr,
    /has no nlwiki; it has dewiki, enwiki/,
  );
  const { status, stderr } = kraken('get', 'pageviews-hourly', 'yesterday');
  assert.notEqual(status, 0);
  assert.match(stderr, /"yesterday" is not a range of dates/);
});
