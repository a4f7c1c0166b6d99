import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { test } from 'node:test';
import { FORMATS } from '../../src/dumps/formats/formats.ts';
import { clickstream } from '../../src/metrics/clickstream.ts';
import { editorsByCountry } from '../../src/metrics/editors-by-country.ts';
import { legacyPagecountsAggregate } from '../../src/metrics/legacy-pagecounts-aggregate.ts';
import { mediarequestsAggregate } from '../../src/metrics/mediarequests-aggregate.ts';
import { mediarequestsPerFile } from '../../src/metrics/mediarequests-per-file.ts';
import { pageviewsAggregate } from '../../src/metrics/pageviews-aggregate.ts';
import { pageviewsPerArticle } from '../../src/metrics/pageviews-per-article.ts';
import { uniqueDevices } from '../../src/metrics/unique-devices.ts';
import { importTo, linesFile, newPlace, realFile, rowsOf, Tally } from './dumps.ts';

function linesOf(name: string): string[] {
  return readFileSync(realFile(name), 'utf8').split('\n').filter(Boolean);
}

/** A line without a fault, of each format. Where no real line is at hand, it is made. */
const GOOD: Readonly<Record<string, string>> = {
  'pageview-complete-daily': 'aa.wikibooks Main_Page null desktop 8 F8',
  'pageview-complete-monthly': 'ar.wikipedia ! 199256 desktop 5 A1S1V1Y1^1',
  'pageviews-hourly': 'aa Main_Page 8 0',
  projectviews: 'aa - 3 0',
  'pagecounts-raw': 'en Exit_pupil 2 21638',
  'pagecounts-all-sites': 'en Exit_pupil 2 21638',
  'pagecounts-ez': 'en.z Made 8 A8',
  projectcounts: 'en - 2 21638',
  'unique-devices-per-domain': 'en.wikipedia.org\t1000\t234\t1234',
  'unique-devices-per-project-family': 'wikisource\t301002\t455787\t756789',
  clickstream: 'other-search\tCamp_Tawonga\texternal\t183',
  mediacounts: ['/wikipedia/commons/0/00/Made.png', ...Array.from({ length: 24 }, () => '1')].join('\t'),
  geoeditors: 'dewiki\tAustria\t5 to 99\t131\t140',
};

for (const format of FORMATS) {
  test(`${format.folder}: each fault is found in its example, and in no good line`, async (t) => {
    const place = await newPlace(t);
    const lines = [GOOD[format.folder] ?? '', ...format.faults.map(({ example }) => example)];
    const file = linesFile(place, format.example.replace(/\.(gz|bz2)$/, ''), lines);
    const { read, refused } = await importTo(place, [file], { formats: [format], badShare: 1 });
    assert.deepEqual(refused, []);
    assert.deepEqual([read[0]?.rows, read[0]?.lines], [1, lines.length]);
    const reasons = read[0]?.malformed.map(({ reason }) => reason) ?? [];
    assert.deepEqual(reasons.sort(), format.faults.map(({ reason }) => reason).sort());
  });
}

test('projectviews: a code that stands twice is added up', async (t) => {
  const place = await newPlace(t);
  await importTo(place, [realFile('projectviews-20210101-000000')]);
  const expected = new Tally();
  for (const line of linesOf('projectviews-20210101-000000')) {
    const [code = '', , views] = line.split(' ');
    const family = code.endsWith('.b') ? 'wikibooks' : 'wikipedia';
    for (const project of [`${code.split('.')[0]}.${family}`, 'all-projects'])
      for (const access of code.includes('.m') ? ['all-access'] : ['desktop', 'all-access'])
        expected.add([project, access, 'user', '2020123123'], Number(views));
  }
  assert.deepEqual(await rowsOf(place.warehouse, pageviewsAggregate, 'hourly'), expected.all);
  assert.equal(expected.all['aa.wikipedia desktop user 2020123123'], '18');
});

test('pagecounts-raw: titles in either case of percent-encoding are one article, of all agents on the desktop site', async (t) => {
  const place = await newPlace(t);
  const { read } = await importTo(place, [realFile('pagecounts-20120101-000000')], {
    name: 'pagecounts-raw',
    partial: true,
  });
  const lines = linesOf('pagecounts-20120101-000000');
  const families: Record<string, string> = {
    b: 'wikibooks',
    d: 'wiktionary',
    n: 'wikinews',
    q: 'wikiquote',
    s: 'wikisource',
    v: 'wikiversity',
    voy: 'wikivoyage',
  };
  const articles = new Tally();
  let good = 0;
  for (const line of lines) {
    const fields = line.split(' ');
    const [code = '', title = '', views = ''] = fields;
    const [name, end] = code.split('.');
    if (fields.length !== 4) continue;
    good++;
    const project =
      code === 'www'
        ? 'wikipedia'
        : end === undefined
          ? `${name}.wikipedia`
          : ['commons', 'incubator', 'meta', 'species', 'outreach', 'strategy'].includes(name!) && end === 'm'
            ? `${name}.wikimedia`
            : name === 'www'
              ? { w: 'mediawiki', f: 'wikimediafoundation', wd: 'wikidata' }[end]!
              : end === 'mw'
                ? ''
                : `${name}.${families[end]}`;
    if (project === '') continue;
    articles.add(
      [project, 'desktop', 'all-agents', decode(title).replaceAll(' ', '_'), '2011123100'],
      Number(views),
    );
  }
  assert.equal(read[0]?.rows, good);
  assert.deepEqual(await rowsOf(place.warehouse, pageviewsPerArticle, 'daily'), articles.all);

  const made = await newPlace(t);
  const file = linesFile(made, 'pagecounts-20120101-010000', [
    'ru %D0%9A 1 10',
    'ru %d0%9a 2 0',
    'ru К 4 1',
    'ru %ff 8 1',
    'ru a>"b 16 1',
  ]);
  await importTo(made, [file], { name: 'pagecounts-raw', partial: true });
  assert.deepEqual(await rowsOf(made.warehouse, pageviewsPerArticle, 'daily'), {
    'ru.wikipedia desktop all-agents %ff 2012010100': '8',
    'ru.wikipedia desktop all-agents a>"b 2012010100': '16',
    'ru.wikipedia desktop all-agents К 2012010100': '7',
  });
});

function decode(title: string): string {
  try {
    // Only `%` and two digits are an encoding.
    return decodeURIComponent(title.replace(/%(?![0-9a-fA-F]{2})/g, '%25'));
  } catch {
    return title;
  }
}

test('projectcounts: sites and their sum, by hour (made lines)', async (t) => {
  const place = await newPlace(t);
  const lines = ['en - 5 100', 'en.mw - 2 10', 'de.b - 1 1'];
  await importTo(place, [linesFile(place, 'projectcounts-20120101-010000', lines)]);
  assert.deepEqual(await rowsOf(place.warehouse, legacyPagecountsAggregate, 'hourly'), {
    'all-projects all-sites 2012010100': '8',
    'all-projects desktop-site 2012010100': '6',
    'all-projects mobile-site 2012010100': '2',
    'de.wikibooks all-sites 2012010100': '1',
    'de.wikibooks desktop-site 2012010100': '1',
    'en.wikipedia all-sites 2012010100': '7',
    'en.wikipedia desktop-site 2012010100': '5',
    'en.wikipedia mobile-site 2012010100': '2',
  });
});

test('pagecounts-ez: days of articles (made lines)', async (t) => {
  const place = await newPlace(t);
  const lines = ['# a comment', 'en.z Cat 8 A5X3', 'AR.z %D9%82 2 B2', 'en.k cat 1 C1'];
  const { read } = await importTo(place, [linesFile(place, 'pagecounts-2012-01-01', lines)]);
  assert.deepEqual([read[0]?.rows, read[0]?.malformed], [3, []]);
  assert.deepEqual(await rowsOf(place.warehouse, pageviewsPerArticle, 'daily'), {
    'ar.wikipedia all-access all-agents ق 2012010100': '2',
    'en.wikipedia all-access all-agents Cat 2012010100': '8',
    'en.wiktionary all-access all-agents cat 2012010100': '1',
  });
});

test('unique devices by family: real lines', async (t) => {
  const place = await newPlace(t);
  const name = 'unique_devices_per_project_family_daily-2021-01-01';
  await importTo(place, [realFile(name)]);
  const expected = Object.fromEntries(
    linesOf(name).map((line) => {
      const [family, under, offset, devices] = line.split('\t');
      return [`all-${family}-projects all-sites 2021010100`, `${devices} ${offset} ${under}`];
    }),
  );
  assert.deepEqual(await rowsOf(place.warehouse, uniqueDevices, 'daily'), expected);
});

test('unique devices by domain: four columns with mobile domains, four without, and five (made lines)', async (t) => {
  const place = await newPlace(t);
  const write = (name: string, lines: string[]) =>
    linesFile(place, `unique_devices_per_domain_${name}`, lines);
  await importTo(place, [
    write('daily-2021-01-01', [
      'en.wikipedia.org\t10\t5\t15',
      'en.m.wikipedia.org\t20\t1\t21',
      'm.wikidata.org\t3\t1\t4',
      'www.wikidata.org\t2\t1\t3',
    ]),
    write('monthly-2026-01', ['en.wikipedia.org\t10\t5\t15']),
    write('daily-2026-01-01', [
      'en.wikipedia.org\tdesktop\t10\t5\t15',
      'en.wikipedia.org\tmobile web\t20\t1\t21',
    ]),
  ]);
  assert.deepEqual(await rowsOf(place.warehouse, uniqueDevices, 'daily'), {
    'en.wikipedia all-sites 2021010100': '36 6 30',
    'en.wikipedia desktop-site 2021010100': '15 5 10',
    'en.wikipedia mobile-site 2021010100': '21 1 20',
    'wikidata all-sites 2021010100': '7 2 5',
    'wikidata desktop-site 2021010100': '3 1 2',
    'wikidata mobile-site 2021010100': '4 1 3',
    'en.wikipedia all-sites 2026010100': '36 6 30',
    'en.wikipedia desktop-site 2026010100': '15 5 10',
    'en.wikipedia mobile-site 2026010100': '21 1 20',
  });
  assert.deepEqual(await rowsOf(place.warehouse, uniqueDevices, 'monthly'), {
    'en.wikipedia all-sites 2026010100': '15 5 10',
  });
});

test('clickstream: a list for each article, of real lines with quotes in titles', async (t) => {
  const place = await newPlace(t);
  const name = 'clickstream-enwiki-2021-01.tsv';
  await importTo(place, [realFile(name)]);
  const rows = await rowsOf(place.warehouse, clickstream, 'monthly');
  const lines = linesOf(name).map((line) => line.split('\t'));
  assert.equal(Object.keys(rows).length, lines.length);
  for (const [from, to, , views] of lines) {
    const better = lines.filter(([, other, , n]) => other === to && Number(n) > Number(views)).length;
    assert.equal(rows[`en.wikipedia ${to} 2021010100 ${from} ${better + 1}`], views);
  }
});

test('mediacounts: files and referers (made lines)', async (t) => {
  const place = await newPlace(t);
  const line = (file: string, total: number, internal: number, external: number, unknown: number): string =>
    [file, 999, total, ...Array.from({ length: 19 }, () => 0), internal, external, unknown].join('\t');
  const lines = [line('/a/A.png', 10, 6, 3, 1), line('/a/B.png', 5, 5, 0, 0)];
  await importTo(place, [linesFile(place, 'mediacounts.2021-01-01.v00.tsv', lines)]);
  assert.deepEqual(await rowsOf(place.warehouse, mediarequestsPerFile, 'daily'), {
    'all-referers all-agents /a/A.png 2021010100': '10',
    'all-referers all-agents /a/B.png 2021010100': '5',
    'external all-agents /a/A.png 2021010100': '3',
    'internal all-agents /a/A.png 2021010100': '6',
    'internal all-agents /a/B.png 2021010100': '5',
    'unknown all-agents /a/A.png 2021010100': '1',
  });
  assert.deepEqual(await rowsOf(place.warehouse, mediarequestsAggregate, 'daily'), {
    'all-referers all-media-types all-agents 2021010100': '15',
    'external all-media-types all-agents 2021010100': '3',
    'internal all-media-types all-agents 2021010100': '11',
    'unknown all-media-types all-agents 2021010100': '1',
  });
});

test('geoeditors: lists of countries, without those that are protected (made lines)', async (t) => {
  const place = await newPlace(t);
  const lines = [
    'dewiki\tAustria\t5 to 99\t131\t140',
    'dewiki\tGermany\t5 to 99\t991\t1000',
    'dewiki\tAustria\t100 or more\t1\t10',
    'dewiki\tChina\t5 to 99\t1\t10',
  ];
  const { read } = await importTo(place, [linesFile(place, 'geoeditors-monthly-2021-01.tsv', lines)]);
  assert.deepEqual([read[0]?.rows, read[0]?.malformed], [3, []]);
  assert.deepEqual(await rowsOf(place.warehouse, editorsByCountry, 'monthly'), {
    'de.wikipedia 100..-edits 2021010100 AT 1': '10',
    'de.wikipedia 5..99-edits 2021010100 AT 2': '140',
    'de.wikipedia 5..99-edits 2021010100 DE 1': '1000',
  });
});

test('auto knows the format of each file by its name', async (t) => {
  const place = await newPlace(t);
  const files = ['pageviews-20210101-user', 'projectviews-20210101-000000', 'clickstream-enwiki-2021-01.tsv'];
  const { read } = await importTo(place, files.map(realFile));
  assert.deepEqual(read.map(({ file }) => file).sort(), files.sort());
});
