import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { test } from 'node:test';
import { gzipSync } from 'node:zlib';
import { pageviewsAggregate } from '../../src/metrics/pageviews-aggregate.ts';
import { pageviewsPerArticle } from '../../src/metrics/pageviews-per-article.ts';
import { pageviewsTop } from '../../src/metrics/pageviews-top.ts';
import { storedList } from '../load/engines.ts';
import { importTo, linesFile, loadedAs, newPlace, type Place, realFile, rowsOf, Tally } from './dumps.ts';

/** The file of an hour of 2021-01-01, by the hour's start. Its name is the hour's end. */
function hourFile(place: Place, hour: number, lines: readonly string[], seconds = '0000'): string {
  const day = hour === 23 ? '02' : '01';
  const end = String((hour + 1) % 24).padStart(2, '0');
  return linesFile(place, `pageviews-202101${day}-${end}${seconds}`, lines);
}

const dayOf = (place: Place, lines: (hour: number) => string[]): string[] =>
  Array.from({ length: 24 }, (_, hour) => hourFile(place, hour, lines(hour)));

const ARTICLES = (place: Place) => rowsOf(place.warehouse, pageviewsPerArticle, 'daily');

test('a file is of the hour that ends at its name', async (t) => {
  const place = await newPlace(t);
  await importTo(place, [realFile('pageviews-20210101-000000')]);
  const expected = new Tally();
  for (const line of readFileSync(realFile('pageviews-20210101-000000'), 'utf8')
    .split('\n')
    .filter(Boolean)) {
    const [code = '', , views] = line.split(' ');
    const isMobile = code.includes('.m');
    const project = code.endsWith('.b') ? 'aa.wikibooks' : 'aa.wikipedia';
    for (const p of [project, 'all-projects'])
      for (const a of isMobile ? ['all-access'] : ['desktop', 'all-access'])
        expected.add([p, a, 'user', '2020123123'], Number(views));
  }
  assert.deepEqual(await rowsOf(place.warehouse, pageviewsAggregate, 'hourly'), expected.all);
  assert.deepEqual(await ARTICLES(place), {}, 'a day is made when all of its hours are there');
});

test('a day of 24 hours gives articles, projects by hour and day, and lists', async (t) => {
  const place = await newPlace(t);
  const lines = (hour: number): string[] => [
    `de Hafen ${hour + 1} 0`,
    `de.m Hafen 2 0`,
    ...(hour % 2 === 0 ? [`en Boat 3 0`] : []),
  ];
  const { partial } = await importTo(place, dayOf(place, lines));
  assert.deepEqual(partial, []);
  assert.deepEqual(await ARTICLES(place), {
    'de.wikipedia all-access user Hafen 2021010100': '348',
    'de.wikipedia desktop user Hafen 2021010100': '300',
    'en.wikipedia all-access user Boat 2021010100': '36',
    'en.wikipedia desktop user Boat 2021010100': '36',
  });
  const days = await rowsOf(place.warehouse, pageviewsAggregate, 'daily');
  assert.equal(days['all-projects all-access user 2021010100'], '384');
  const hours = await rowsOf(place.warehouse, pageviewsAggregate, 'hourly');
  assert.equal(hours['all-projects all-access user 2021010122'], String(23 + 2 + 3));
  assert.deepEqual(
    await storedList(place.store, pageviewsTop, ['de.wikipedia', 'all-access'], 'daily', '2021-01-01'),
    ['Hafen 1 348'],
  );
});

test('a day without one of its hours is partial, and the hour makes it whole', async (t) => {
  const place = await newPlace(t);
  const files = dayOf(place, () => ['de Hafen 1 0']);
  const [missing = ''] = files.splice(5, 1);
  const state = () => loadedAs(place.warehouse, pageviewsTop, 'daily', 'de.wikipedia', '2021-01-01');

  const first = await importTo(place, files);
  assert.deepEqual(first.partial, [{ unit: '2021-01-01', missing: ['05'] }]);
  assert.equal(await state(), undefined);
  assert.equal(
    await loadedAs(
      place.warehouse,
      pageviewsAggregate,
      'hourly',
      'de.wikipedia',
      '2021-01-01T05Z'.slice(0, 10),
    ),
    'partial',
  );

  await importTo(place, files, { partial: true, complete: true });
  assert.equal((await ARTICLES(place))['de.wikipedia desktop user Hafen 2021010100'], '23');
  assert.equal(await state(), 'partial');

  const { partial } = await importTo(place, [missing], { complete: true });
  assert.deepEqual(partial, []);
  assert.equal((await ARTICLES(place))['de.wikipedia desktop user Hafen 2021010100'], '24');
  assert.equal(await state(), 'complete');
});

test('without --complete, a day of people alone is never complete: nobody knows about crawlers', async (t) => {
  const place = await newPlace(t);
  await importTo(
    place,
    dayOf(place, () => ['de Hafen 1 0']),
  );
  assert.equal(
    await loadedAs(place.warehouse, pageviewsPerArticle, 'daily', 'de.wikipedia', '2021-01-01'),
    'partial',
  );
});

test('codes name wikis, their mobile sites, and the wikis under wikimedia.org', async (t) => {
  const place = await newPlace(t);
  const codes = [
    '"" F',
    'commons.m C',
    'commons.m.m C',
    'en.m E',
    'en.m.d W',
    'en.zero E',
    'm.wd D',
    'www.w M',
    'zh-min-nan.s S',
  ];
  await importTo(
    place,
    [
      hourFile(
        place,
        0,
        codes.map((one) => `${one} 1 0`),
      ),
    ],
    { partial: true },
  );
  assert.deepEqual(await ARTICLES(place), {
    'commons.wikimedia all-access user C 2021010100': '2',
    'commons.wikimedia desktop user C 2021010100': '1',
    'en.wikipedia all-access user E 2021010100': '2',
    'en.wiktionary all-access user W 2021010100': '1',
    'mediawiki all-access user M 2021010100': '1',
    'mediawiki desktop user M 2021010100': '1',
    'wikidata all-access user D 2021010100': '1',
    // Both sites of Wikifunctions have the code "", so nobody knows which one was read.
    'wikifunctions all-access user F 2021010100': '1',
    'zh-min-nan.wikisource all-access user S 2021010100': '1',
    'zh-min-nan.wikisource desktop user S 2021010100': '1',
  });
});

test('two lines of one page are added up', async (t) => {
  const place = await newPlace(t);
  await importTo(place, [hourFile(place, 0, ['aa - 3 0', 'aa - 15 0'])], { partial: true });
  assert.equal((await ARTICLES(place))['aa.wikipedia desktop user - 2021010100'], '18');
});

test('malformed lines are counted by reason, with an example of each', async (t) => {
  const place = await newPlace(t);
  const long = 'x'.repeat(1024);
  const lines = [
    'en Good 1 0',
    `en ${long} 2 0`,
    'en NoCount x 0',
    'en Short 1',
    'en Long 1 0 0',
    'en  1 0',
    '?? Code 1 0',
    `en ${'y'.repeat(1300)} 1 0`,
  ];
  const bytes = Buffer.concat([
    Buffer.from(lines.map((line) => `${line}\n`).join('')),
    Buffer.from([0x65, 0x6e, 0x20, 0xff, 0xfe, 0x20, 0x31, 0x20, 0x30, 0x0a]),
    Buffer.from('en Last 4 0\n'),
  ]);
  const file = linesFile(place, 'pageviews-20210101-010000', bytes);
  const refused = await importTo(place, [file], { partial: true });
  assert.match(String(refused.refused[0]?.message), /7 of 10 lines are malformed, more than 0\.1 %/);
  assert.deepEqual(await ARTICLES(place), {});

  const { read } = await importTo(place, [file], { partial: true, badShare: 0.9 });
  assert.deepEqual(
    Object.fromEntries(
      read[0]!.malformed.map(({ reason, lines: count, example }) => [reason, [count, example.slice(0, 20)]]),
    ),
    {
      'the line has not 4 fields': [2, read[0]!.malformed.find(({ lines: n }) => n === 2)!.example],
      'the count is not a whole number': [1, 'en NoCount x 0'],
      'the title is empty': [1, 'en  1 0'],
      'the title is longer than any key': [1, `en ${'y'.repeat(17)}`],
      'the wiki is unknown': [1, '?? Code 1 0'],
      'the line is no UTF-8': [1, 'en ?? 1 0'],
    },
  );
  const articles = await ARTICLES(place);
  assert.equal(articles[`en.wikipedia desktop user ${long} 2021010100`], '2');
  assert.equal(articles['en.wikipedia desktop user Last 2021010100'], '4');
});

test('a gzip file of several members is read to its end, and one that was cut is refused', async (t) => {
  const place = await newPlace(t);
  const members = Buffer.concat([gzipSync('en A 1 0\n'), gzipSync('en B 2 0\n')]);
  const many = gzipSync(Array.from({ length: 50_000 }, (_, i) => `en Page_${i} 1 0\n`).join(''));
  const files = [
    linesFile(place, 'pageviews-20210101-010000.gz', members),
    linesFile(place, 'pageviews-20210101-020000.gz', many.subarray(0, many.length / 2)),
    linesFile(place, 'pageviews-20210101-030000.gz', gzipSync('en C 3 0\n')),
  ];
  const { read, refused, partial } = await importTo(place, files);
  assert.deepEqual(
    read.map(({ slot, rows }) => [slot, rows]),
    [
      ['00', 2],
      ['02', 1],
    ],
  );
  assert.match(
    String(refused[0]?.message),
    /pageviews-20210101-020000\.gz: can't be read: unexpected end of file/,
  );
  assert.ok(partial[0]?.missing.includes('01'));
});

test('of two files of one hour with other minutes, one counts', async (t) => {
  const place = await newPlace(t);
  const [first, second] = [hourFile(place, 11, ['en A 100 0']), hourFile(place, 11, ['en A 101 0'], '0001')];
  const together = await importTo(place, [second, first], { partial: true });
  assert.equal(together.read.length, 1);
  assert.match(together.notices.join(), /pageviews-20210101-120001 is passed over/);
  const later = await importTo(place, [second], { partial: true });
  assert.match(later.notices.join(), /pageviews-20210101-120001 is passed over/);
  assert.equal((await ARTICLES(place))['en.wikipedia desktop user A 2021010100'], '100');
});

test('importing the same file again changes nothing, and a corrected file of the same name replaces it', async (t) => {
  const place = await newPlace(t);
  await importTo(place, [hourFile(place, 3, ['en A 1 0', 'en B 1 0'])], { partial: true });
  const again = await importTo(place, [hourFile(place, 3, ['en A 1 0', 'en B 1 0'])], { partial: true });
  assert.deepEqual([again.known, again.read.length, again.changed, again.cells], [1, 0, [], 0]);
  await importTo(place, [hourFile(place, 3, ['en A 7 0'])], { partial: true });
  assert.deepEqual(await ARTICLES(place), {
    'en.wikipedia all-access user A 2021010100': '7',
    'en.wikipedia desktop user A 2021010100': '7',
  });
});
