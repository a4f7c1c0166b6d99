import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { test } from 'node:test';
import { bzip2Of } from './packed.ts';
import { pageviewsAggregate } from '../../src/metrics/pageviews-aggregate.ts';
import { pageviewsPerArticle } from '../../src/metrics/pageviews-per-article.ts';
import { pageviewsTop } from '../../src/metrics/pageviews-top.ts';
import { storedList, storedSeries } from '../load/engines.ts';
import { importTo, linesFile, loadedAs, newPlace, realFile, rowsOf, Tally } from './dumps.ts';

const AGENTS = ['user', 'spider', 'automated'];

/** What a line says, read by a plain script. */
function parse(line: string): {
  project: string;
  title: string;
  access: string;
  views: number;
  hours: string;
} {
  const quoted = /^(\S+) "((?:[^"\\]|\\.)*)" (.*)$/.exec(line);
  const fields = quoted
    ? [quoted[1]!, quoted[2]!.replaceAll(/\\(.)/g, '$1'), ...quoted[3]!.split(' ')]
    : line.split(' ');
  const [access = '', views = '', hours = ''] = fields.slice(-3);
  return { project: fields[0]!, title: fields[1]!, access, views: Number(views), hours };
}

function linesOf(name: string): string[] {
  return readFileSync(realFile(name), 'utf8').split('\n').filter(Boolean);
}

test('real lines of a day give the rows that a plain script counts', async (t) => {
  const place = await newPlace(t);
  await importTo(
    place,
    AGENTS.map((agent) => realFile(`pageviews-20210101-${agent}`)),
  );

  const articles = new Tally();
  const projects = new Tally();
  const hourly = new Tally();
  for (const agent of AGENTS) {
    for (const line of linesOf(`pageviews-20210101-${agent}`)) {
      const { project, title, access, views, hours } = parse(line);
      for (const a of [access, 'all-access']) {
        for (const g of [agent, 'all-agents']) {
          articles.add([project, a, g, title, '2021010100'], views);
          for (const p of [project, 'all-projects']) {
            projects.add([p, a, g, '2021010100'], views);
            for (const [, letter, count] of hours.matchAll(/([A-X])(\d+)/g)) {
              const hour = String(letter!.charCodeAt(0) - 65).padStart(2, '0');
              hourly.add([p, a, g, `20210101${hour}`], Number(count));
            }
          }
        }
      }
    }
  }
  assert.deepEqual(await rowsOf(place.warehouse, pageviewsPerArticle, 'daily'), articles.all);
  assert.deepEqual(await rowsOf(place.warehouse, pageviewsAggregate, 'daily'), projects.all);
  assert.deepEqual(await rowsOf(place.warehouse, pageviewsAggregate, 'hourly'), hourly.all);
  assert.equal(
    await loadedAs(place.warehouse, pageviewsPerArticle, 'daily', 'aa.wikibooks', '2021-01-01'),
    'complete',
  );
});

test('the numbers are published: series and lists of people', async (t) => {
  const place = await newPlace(t);
  await importTo(
    place,
    AGENTS.map((agent) => realFile(`pageviews-20210101-${agent}`)),
  );
  const series = ['aa.wikibooks', 'all-access', 'all-agents', 'Main_Page'];
  assert.deepEqual(
    await storedSeries(place.store, pageviewsPerArticle, series, 'daily', '2021-01-01', '2021-01-01'),
    ['0 185'],
  );
  const list = await storedList(
    place.store,
    pageviewsTop,
    ['aa.wikibooks', 'all-access'],
    'daily',
    '2021-01-01',
  );
  assert.deepEqual(list?.slice(0, 4), [
    'Main_Page 1 177',
    'Special:UserLogin 2 36',
    'Special:CreateAccount 3 34',
    '- 4 4',
  ]);
});

test('a line of a page without an id has five fields in older files, and percent-encoded titles', async (t) => {
  const place = await newPlace(t);
  const { read } = await importTo(place, [realFile('pageviews-20111201-user')]);
  assert.deepEqual([read[0]?.rows, read[0]?.malformed], [5, []]);
  const articles = await rowsOf(place.warehouse, pageviewsPerArticle, 'daily');
  assert.equal(articles['aa.wikibooks all-access user File:Wikisource-logo.svg 2011120100'], '1');
  // Before May 2015 there are files of people alone.
  assert.equal(
    await loadedAs(place.warehouse, pageviewsPerArticle, 'daily', 'aa.wikibooks', '2011-12-01'),
    'complete',
  );
});

test('months have days as letters, also those behind Z', async (t) => {
  for (const [name, stamp] of [
    ['pageviews-201201-user', '2012010100'],
    ['pageviews-202601-user', '2026010100'],
  ] as const) {
    const place = await newPlace(t);
    const { read } = await importTo(place, [realFile(name)]);
    const expected = new Tally();
    for (const line of linesOf(name)) {
      const { project, title, access, views } = parse(line);
      for (const a of [access, 'all-access']) {
        expected.add([project, a, 'user', title, stamp], views);
        if (stamp.startsWith('2012')) expected.add([project, a, 'all-agents', title, stamp], views);
      }
    }
    assert.deepEqual(read[0]?.malformed, []);
    assert.deepEqual(await rowsOf(place.warehouse, pageviewsPerArticle, 'monthly'), expected.all);
  }
});

test('a title in quotes has backslash escapes, and may have spaces', async (t) => {
  const place = await newPlace(t);
  const lines = [
    'ar.wikipedia "\\"" 1 desktop 26 A26',
    'ar.wikipedia "\\"W\\"_x" 2 desktop 7 B7',
    'ar.wikipedia "a b c" 3 desktop 5 C5',
    'ar.wikipedia "back\\\\slash and \\"quote\\"" null desktop 4 D4',
    'ar.wikipedia "Heroes" 4 desktop 3 E3',
    'ar.wikipedia "open 5 desktop 2 F2',
  ];
  const { read } = await importTo(place, [linesFile(place, 'pageviews-20210101-user', lines)]);
  assert.deepEqual([read[0]?.rows, read[0]?.malformed], [6, []]);
  const articles = await rowsOf(place.warehouse, pageviewsPerArticle, 'daily');
  const titles = Object.entries(articles).flatMap(([key, views]) => {
    const [, title] = /^ar.wikipedia desktop user (.*) 2021010100$/.exec(key) ?? [];
    return title === undefined ? [] : [`${title} = ${views}`];
  });
  assert.deepEqual(titles.sort(), [
    '" = 26',
    '"Heroes" = 3',
    '"W"_x = 7',
    '"open = 2',
    'a b c = 5',
    'back\\slash and "quote" = 4',
  ]);
});

test('a title under several page ids is one article', async (t) => {
  const place = await newPlace(t);
  const lines = ['ar.wikipedia ! 199256 desktop 5 A5', 'ar.wikipedia ! 496583 desktop 6 A1B5'];
  await importTo(place, [linesFile(place, 'pageviews-20210101-user', lines)]);
  const articles = await rowsOf(place.warehouse, pageviewsPerArticle, 'daily');
  assert.equal(articles['ar.wikipedia desktop user ! 2021010100'], '11');
});

test('until all agents of a day are there, nothing is a sum of all agents, and the day is partial', async (t) => {
  const place = await newPlace(t);
  const state = () => loadedAs(place.warehouse, pageviewsPerArticle, 'daily', 'aa.wikibooks', '2021-01-01');
  const first = await importTo(place, [realFile('pageviews-20210101-user')]);
  assert.deepEqual(first.partial, [{ unit: '2021-01-01', missing: ['spider', 'automated'] }]);
  const rows = Object.keys(await rowsOf(place.warehouse, pageviewsPerArticle, 'daily'));
  assert.ok(rows.length > 0 && !rows.some((row) => row.includes('all-agents')));
  assert.equal(await state(), 'partial');

  await importTo(place, [realFile('pageviews-20210101-spider'), realFile('pageviews-20210101-automated')]);
  assert.equal(await state(), 'complete');
});

test('bzip2 of several streams is read to its end', async (t) => {
  const place = await newPlace(t);
  const lines = linesOf('pageviews-20210101-user').map((line) => `${line}\n`);
  const packed = Buffer.concat([bzip2Of(lines.slice(0, 3).join('')), bzip2Of(lines.slice(3).join(''))]);
  const { read } = await importTo(place, [linesFile(place, 'pageviews-20210101-user.bz2', packed)]);
  assert.equal(read[0]?.rows, lines.length);
});
