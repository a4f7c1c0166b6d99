import assert from 'node:assert/strict';
import { test } from 'node:test';
import { aggregate } from '../../src/load/aggregate.ts';
import type { GrainChange } from '../../src/load/event-source.ts';
import { projectOfWiki } from '../../src/core/metric/wiki-databases.ts';
import { retract } from '../../src/load/retract.ts';
import { nameOf } from '../../src/core/metric/dimension.ts';
import { NAMELESS } from '../../src/core/metric/dimension.ts';
import { EDIT_EVENTS } from '../../src/core/metric/edit-events.ts';
import type { Metric } from '../../src/core/metric/metric.ts';
import { tableOf } from '../../src/core/metric/metric-table.ts';
import { BadRowError } from '../../src/load/bad-row.ts';
import { bytesDifferenceAbsolutePerEditor } from '../../src/metrics/bytes-difference-absolute-per-editor.ts';
import { bytesDifferenceNetAggregate } from '../../src/metrics/bytes-difference-net-aggregate.ts';
import { editedPagesAggregate } from '../../src/metrics/edited-pages-aggregate.ts';
import { editedPagesNew } from '../../src/metrics/edited-pages-new.ts';
import { editedPagesTopByNetBytesDifference } from '../../src/metrics/edited-pages-top-by-net-bytes-difference.ts';
import { editorsAggregate } from '../../src/metrics/editors-aggregate.ts';
import { editorsTopByEdits } from '../../src/metrics/editors-top-by-edits.ts';
import { editsAggregate } from '../../src/metrics/edits-aggregate.ts';
import { editsPerEditor } from '../../src/metrics/edits-per-editor.ts';
import { editsPerPage } from '../../src/metrics/edits-per-page.ts';
import { registeredUsersNew } from '../../src/metrics/registered-users-new.ts';
import { at, type Engines, newEngines, SIGNAL, storedList } from './engines.ts';
import { aggregateAll, importEventText, WRITER } from './event-files.ts';

const HEADER =
  'project,event_id,entity,timestamp,user_text,editor_type,page_title,page_type,deleted,redirect,self_created,bytes_diff\n';
const EVENTS =
  HEADER +
  `de.wikipedia,p1,page,2024-01-01T09:00:00Z,Ada,user,Berlin,content,false,false,false,0
de.wikipedia,r1,revision,2024-01-01T09:00:00Z,Ada,user,Berlin,content,false,false,false,100
de.wikipedia,r2,revision,2024-01-01T23:59:59Z,Ada,user,Berlin,content,false,false,false,-30
de.wikipedia,r3,revision,2024-01-02T00:00:00Z,192.0.2.1,anonymous,Berlin,content,false,false,false,5
de.wikipedia,r4,revision,2024-01-02T01:00:00Z,192.0.2.2,anonymous,Berlin,content,false,false,false,5
de.wikipedia,r5,revision,2024-01-03T00:00:00Z,Ada,user,Gone,content,true,false,false,1000
de.wikipedia,p2,page,2024-01-04T00:00:00Z,Bot,group-bot,Old_name,content,false,true,false,0
de.wikipedia,r6,revision,2024-01-04T00:00:00Z,Bot,group-bot,Old_name,content,false,true,false,20
de.wikipedia,r7,revision,2024-02-01T00:00:00Z,Bot,group-bot,Talk:Berlin,non-content,false,false,false,7
de.wikipedia,u1,user,2024-01-01T08:00:00Z,Ada,user,,non-content,false,false,true,0
de.wikipedia,u2,user,2024-01-01T08:00:00Z,Eve,user,,non-content,false,false,false,0
fr.wikipedia,r1,revision,2024-01-01T09:00:00Z,Ada,user,Paris,content,false,false,false,50
commons.wikimedia,r1,revision,2024-01-01T09:00:00Z,Ada,user,File:A.jpg,content,false,false,false,1
`;

/** The rows of a metric in a period, `dimension … number` each. */
async function rowsOf(
  { warehouse }: Engines,
  metric: Metric,
  grain: 'daily' | 'monthly',
  date: string,
  project = 'de.wikipedia',
): Promise<string[]> {
  const found: string[] = [];
  const where = [{ column: 'project', values: [project] }];
  const period = { grain, first: at(grain, date), last: at(grain, date) };
  for await (const rows of warehouse.select({ table: tableOf(metric), ...period, where }, SIGNAL)) {
    for (let i = 0; i < rows.length; i++) {
      const texts = [...rows.dimensions.slice(1), ...rows.entry].map((column) => column[i]);
      found.push([...texts, rows.measures[0]?.[i]].join(' '));
    }
  }
  return found;
}

void test('edits, bytes, new pages and accounts are counted as AQS does, totals included', async (t) => {
  const engines = await newEngines(t);
  await importEventText(t, engines, EVENTS, { complete: true });
  await aggregateAll(engines);
  assert.deepEqual(await rowsOf(engines, editsAggregate, 'monthly', '2024-01-01'), [
    'all-editor-types all-page-types 5',
    'all-editor-types content 5',
    'anonymous all-page-types 2',
    'anonymous content 2',
    'group-bot all-page-types 1',
    'group-bot content 1',
    'user all-page-types 2',
    'user content 2',
  ]);
  const total = async (metric: Metric, project: string) =>
    (await rowsOf(engines, metric, 'monthly', '2024-01-01', project))[0];
  assert.equal(await total(editsAggregate, 'all-projects'), 'all-editor-types all-page-types 7');
  assert.equal(await total(editsAggregate, 'all-wikipedia-projects'), 'all-editor-types all-page-types 6');
  assert.equal(await total(editsAggregate, 'all-wikimedia-projects'), undefined);
  assert.equal(
    await total(bytesDifferenceNetAggregate, 'de.wikipedia'),
    'all-editor-types all-page-types 1100',
  );
  assert.equal(await total(editedPagesNew, 'de.wikipedia'), 'all-editor-types all-page-types 1');
  assert.equal(await total(registeredUsersNew, 'de.wikipedia'), '1');
  assert.deepEqual(await rowsOf(engines, editsAggregate, 'daily', '2024-01-02'), [
    'all-editor-types all-page-types 2',
    'all-editor-types content 2',
    'anonymous all-page-types 2',
    'anonymous content 2',
  ]);
});

void test('editors and edited pages are counted once in each total, by the edits of the period', async (t) => {
  const engines = await newEngines(t);
  const more = Array.from(
    { length: 4 },
    (_, n) =>
      `de.wikipedia,r10${n},revision,2024-01-09T00:00:00Z,Ada,user,Talk:Berlin,non-content,false,false,false,1\n`,
  );
  await importEventText(t, engines, EVENTS + more.join(''));
  await aggregateAll(engines);
  const all = (rows: string[]) => rows.filter((row) => row.startsWith('all-editor-types all-page-types'));
  assert.deepEqual(all(await rowsOf(engines, editorsAggregate, 'monthly', '2024-01-01')), [
    'all-editor-types all-page-types 1..4-edits 3',
    // Three edits of content and four of others make seven.
    'all-editor-types all-page-types 5..24-edits 1',
    'all-editor-types all-page-types all-activity-levels 4',
  ]);
  // The redirect isn't counted, the page deleted since is.
  assert.deepEqual(all(await rowsOf(engines, editedPagesAggregate, 'monthly', '2024-01-01')), [
    'all-editor-types all-page-types 1..4-edits 3',
    'all-editor-types all-page-types all-activity-levels 3',
  ]);
});

void test('editors without an account are not listed, and deleted edits count only in bytes and lists', async (t) => {
  const engines = await newEngines(t);
  await importEventText(t, engines, EVENTS);
  await aggregateAll(engines);
  assert.deepEqual(await rowsOf(engines, editsPerPage, 'monthly', '2024-01-01'), [
    'Berlin all-editor-types 4',
    'Berlin anonymous 2',
    'Berlin user 2',
    'Old_name all-editor-types 1',
    'Old_name group-bot 1',
  ]);
  assert.deepEqual(await rowsOf(engines, editsPerEditor, 'monthly', '2024-01-01'), [
    'Ada all-page-types 2',
    'Ada content 2',
    'Bot all-page-types 1',
    'Bot content 1',
  ]);
  assert.equal(
    (await rowsOf(engines, bytesDifferenceAbsolutePerEditor, 'monthly', '2024-01-01'))[0],
    'Ada all-page-types 1130',
  );
  const list = await storedList(
    engines.store,
    editedPagesTopByNetBytesDifference,
    ['de.wikipedia', 'all-editor-types', 'all-page-types'],
    'monthly',
    '2024-01-01',
  );
  assert.deepEqual(list, ['Gone 1 1000', 'Berlin 2 80', 'Old_name 3 20']);
  const editors = await rowsOf(engines, editorsTopByEdits, 'monthly', '2024-01-01');
  const anonymous = editors.filter((row) => row.startsWith('anonymous content'));
  assert.equal(anonymous.length, 2, 'two people stay two');
  for (const row of anonymous) {
    const [, , name = ''] = row.split(' ');
    assert.equal(nameOf(name), null, 'who has no account has no name');
    assert.match(name.slice(1), /^[\w-]{16}$/);
  }
  for await (const rows of engines.warehouse.select(
    { table: EDIT_EVENTS, grain: 'hourly', first: 0, last: at('hourly', '2030-01-01'), where: [] },
    SIGNAL,
  ))
    assert.ok(!rows.dimensions.flat().some((text) => text.includes('192.0.2.')));
});

/** How many months were made again. */
function monthsIn(made: readonly GrainChange[]): number {
  const spans = made.find(({ grain }) => grain === 'monthly')?.spans ?? [];
  return spans.reduce((sum, { first, last }) => sum + last - first + 1, 0);
}

void test('only the months whose events changed are made again, and an event replaces the one with its id', async (t) => {
  const engines = await newEngines(t);
  await importEventText(t, engines, EVENTS, { complete: true });
  assert.ok((await aggregateAll(engines)).every(({ made }) => monthsIn(made) === 2));
  assert.deepEqual((await importEventText(t, engines, EVENTS, { complete: true })).changed, []);
  assert.ok((await aggregateAll(engines)).every(({ made }) => monthsIn(made) === 0));
  const renamed =
    'de.wikipedia,r7,revision,2024-02-01T00:00:00Z,Bot,group-bot,Talk:Bonn,non-content,false,false,false,9\n';
  await importEventText(t, engines, HEADER + renamed);
  for (const { metric, made, changed } of await aggregateAll(engines)) {
    assert.equal(monthsIn(made), 1, metric.name);
    assert.ok(!changed.some((name) => name === 'daily/2024-01'), metric.name);
  }
  const bytes = await rowsOf(engines, bytesDifferenceNetAggregate, 'monthly', '2024-02-01');
  assert.equal(bytes[0], 'all-editor-types all-page-types 9');
  assert.deepEqual(await rowsOf(engines, editsPerPage, 'monthly', '2024-02-01'), [
    'Talk:Bonn all-editor-types 1',
    'Talk:Bonn group-bot 1',
  ]);
  // January is still there, in the same year of months.
  assert.equal((await rowsOf(engines, editsPerPage, 'monthly', '2024-01-01')).length, 5);
});

void test('a month without edits, or without new pages, has its other counts', async (t) => {
  const engines = await newEngines(t);
  await importEventText(
    t,
    engines,
    'project,event_id,entity,timestamp,user_text,editor_type,page_type,self_created\n' +
      'de.wikipedia,u9,user,2024-03-05T10:20:30Z,Zed,user,non-content,true\n' +
      'de.wikipedia,r9,revision,2024-04-05T10:20:30Z,,user,content,\n',
  );
  await aggregateAll(engines);
  assert.deepEqual(await rowsOf(engines, registeredUsersNew, 'monthly', '2024-03-01'), ['1']);
  assert.equal((await rowsOf(engines, editsAggregate, 'monthly', '2024-04-01')).length, 4);
});

void test('an editor with a hidden name is nobody, with or without an account', async (t) => {
  const engines = await newEngines(t);
  const edit = (id: string): string =>
    `de.wikipedia,${id},revision,2024-01-01T09:00:00Z,,anonymous,A,content,false,false,false,1\n`;
  await importEventText(t, engines, HEADER + edit('r1') + edit('r2'));
  await aggregateAll(engines);
  assert.deepEqual(await rowsOf(engines, editorsTopByEdits, 'monthly', '2024-01-01'), []);
  assert.equal(
    (await rowsOf(engines, editsAggregate, 'monthly', '2024-01-01'))[0],
    'all-editor-types all-page-types 2',
  );
});

void test('retracted rows of a metric come back when all months are made again', async (t) => {
  const engines = await newEngines(t);
  await importEventText(t, engines, EVENTS);
  await aggregateAll(engines);
  const before = await rowsOf(engines, editsPerPage, 'monthly', '2024-01-01');
  await retract({ ...WRITER, ...engines, metric: editsPerPage, selection: {} });
  assert.deepEqual(await rowsOf(engines, editsPerPage, 'monthly', '2024-01-01'), []);
  await aggregateAll(engines);
  assert.deepEqual(await rowsOf(engines, editsPerPage, 'monthly', '2024-01-01'), []);
  await aggregate({ ...WRITER, ...engines, metrics: [editsPerPage], again: true });
  assert.deepEqual(await rowsOf(engines, editsPerPage, 'monthly', '2024-01-01'), before);
});

void test('rows imported for other projects stay, and coverage is that of the events', async (t) => {
  const engines = await newEngines(t);
  await importEventText(t, engines, EVENTS, { complete: true });
  await aggregateAll(engines);
  const { tables } = await engines.warehouse.states(SIGNAL);
  const months = tables.get('edits_aggregate')?.coverage.get('monthly');
  // Its events end on February 1st.
  const january = at('monthly', '2024-01-01');
  assert.deepEqual(months?.get('de.wikipedia'), [
    { first: january, last: january, complete: true },
    { first: january + 1, last: january + 1, complete: false },
  ]);
  assert.deepEqual(tables.get('edits_per_page')?.coverage.get('monthly')?.has('all-projects'), false);
});

/** A line of a dump of 70 or 78 columns with these values at their places. */
function dumpLine(width: number, values: Readonly<Record<number, string>>): string {
  return `${Array.from({ length: width }, (_, index) => values[index] ?? '').join('\t')}\n`;
}
const REVISION = {
  1: 'revision',
  2: 'create',
  3: '2023-01-31 21:32:07.0',
  7: 'A\\tB',
  13: 'name,group',
  17: 'false',
};
const DUMP =
  dumpLine(70, {
    0: 'zh_yuewiki',
    ...REVISION,
    23: '9',
    25: 'X',
    28: '1',
    29: 'false',
    30: 'false',
    52: '5',
    58: '-3',
    62: 'false',
  }) +
  dumpLine(70, { 0: 'zh_yuewiki', 1: 'user', 2: 'alterblocks', 3: '2023-01-31 21:32:07.0' }) +
  dumpLine(78, {
    0: 'wikidatawiki',
    2: 'revision',
    3: 'create',
    4: '2023-01-31 21:32:07.0',
    9: '~2024-1',
    19: 'false',
    20: 'true',
    28: '9',
    30: 'Q1',
    33: '0',
    34: 'true',
    35: 'false',
    60: '6',
    66: '3',
    70: 'true',
  });

void test("Wikimedia's dumps are read in both widths, and events that aren't counted are skipped", async (t) => {
  const engines = await newEngines(t);
  const { rows } = await importEventText(t, engines, DUMP, { complete: true });
  assert.equal(rows, 2);
  const found: string[][] = [];
  const span = { grain: 'hourly', first: 0, last: at('hourly', '2030-01-01'), where: [] } as const;
  for await (const batch of engines.warehouse.select({ table: EDIT_EVENTS, ...span }, SIGNAL))
    for (let i = 0; i < batch.length; i++) found.push(batch.dimensions.map((column) => column[i] as string));
  const [wikidata, cantonese] = found as [string[], string[]];
  assert.equal(found.length, 2);
  assert.deepEqual(cantonese, [
    'zh-yue.wikipedia',
    'r5',
    'revision',
    'create',
    'A\tB',
    'group-bot',
    'Talk:X',
    'non-content',
    'false',
    'false',
    'false',
  ]);
  assert.equal(nameOf(wikidata[4] as string), null);
  assert.deepEqual(wikidata.toSpliced(4, 1), [
    'wikidata',
    'r6',
    'revision',
    'create',
    'anonymous',
    'Q1',
    'content',
    'true',
    'false',
    'false',
  ]);
});

void test('for a page deleted or an editor hidden later, the values at the time of the event count', async (t) => {
  const engines = await newEngines(t);
  const now = { 2: 'revision', 3: 'create', 4: '2023-01-31 21:32:07.0', 19: 'false', 70: 'true' };
  const then = { 8: 'SomeBot', 14: 'name', 29: 'Gone', 31: '1', 32: 'true' };
  const hidden = dumpLine(78, { 0: 'dewiki', ...now, ...then, 60: '2', 66: '7' });
  const known = dumpLine(78, {
    0: 'frwiki',
    ...now,
    ...then,
    9: 'Retired',
    30: 'Now',
    33: '0',
    34: 'false',
    60: '3',
  });
  await importEventText(t, engines, hidden + known);
  const span = { grain: 'hourly', first: 0, last: at('hourly', '2030-01-01'), where: [] } as const;
  const found: unknown[] = [];
  for await (const batch of engines.warehouse.select({ table: EDIT_EVENTS, ...span }, SIGNAL))
    for (let i = 0; i < batch.length; i++) found.push(batch.dimensions.slice(4, 8).map((texts) => texts[i]));
  assert.deepEqual(found, [
    ['SomeBot', 'name-bot', 'Talk:Gone', 'content'],
    ['Retired', 'user', 'Now', 'non-content'],
  ]);
});

void test('wikis that are not a language of a family have the project of their host', () => {
  for (const [database, project] of [
    ['enwiki', 'en.wikipedia'],
    ['zh_yuewiki', 'zh-yue.wikipedia'],
    ['be_x_oldwiki', 'be-tarask.wikipedia'],
    ['wikimania2017wiki', 'wikimania2017.wikimedia'],
    ['labswiki', 'wikitech.wikimedia'],
    ['strategywiki', 'strategy.wikimedia'],
  ] as const)
    assert.equal(projectOfWiki(database), project);
});

void test('an unknown wiki is refused with similar names, unless its project is given', async (t) => {
  for (const database of ['foowiki', 'enwikii', 'foowikimedia', 'wiki', 'en', ''])
    assert.equal(projectOfWiki(database), undefined);
  const engines = await newEngines(t);
  const line = dumpLine(70, {
    0: 'foowiki',
    1: 'revision',
    2: 'create',
    3: '2023-01-31 21:32:07.0',
    23: '1',
    52: '1',
  });
  const xml = XML.replace('dewiki', 'foowiki');
  const message = /"foowiki" is not a known Wikimedia wiki: did you mean \w+wiki\?; .*--project foo\.wiki$/;
  for (const text of [line, xml]) {
    await assert.rejects(importEventText(t, engines, text), { name: 'BadRowError', message });
    await importEventText(t, engines, text, { project: 'foo.example' });
  }
  const nameless = XML.replace('<dbname>dewiki</dbname>', '');
  await assert.rejects(importEventText(t, engines, nameless), /dbname.*name the project with --project/);
  await importEventText(t, engines, nameless, { project: 'foo.example' });
  const other = dumpLine(70, {
    0: 'barwiki',
    1: 'revision',
    2: 'create',
    3: '2023-01-31 21:32:07.0',
    52: '2',
  });
  await assert.rejects(
    importEventText(t, engines, line + other, { project: 'foo.example' }),
    /"barwiki" is another wiki than "foowiki": with --project, all files must come from one wiki$/,
  );
  const own = 'project,event_id,entity,editor_type,page_type,timestamp\n';
  await assert.rejects(
    importEventText(t, engines, own, { project: 'foo.example' }),
    /has a column with projects: leave out --project/,
  );
  const projects = new Set<string>();
  const span = { grain: 'hourly', first: 0, last: at('hourly', '2030-01-01'), where: [] } as const;
  for await (const batch of engines.warehouse.select({ table: EDIT_EVENTS, ...span }, SIGNAL))
    for (const project of batch.dimensions[0] as string[]) projects.add(project);
  assert.deepEqual([...projects], ['foo.example']);
});

const XML = `<mediawiki xmlns="http://www.mediawiki.org/xml/export-0.11/" version="0.11" xml:lang="de">
  <siteinfo><sitename>W</sitename><dbname>dewiki</dbname>
    <namespaces><namespace key="0" case="first-letter" /><namespace key="1" case="first-letter">Diskussion</namespace></namespaces>
  </siteinfo>
  <page><title>Diskussion:Köln &amp; Bonn</title><ns>1</ns><id>7</id>
    <revision><id>11</id><timestamp>2024-01-01T09:00:00Z</timestamp><contributor><username>Ada</username><id>3</id></contributor>
      <comment>x</comment><text bytes="120" id="1" /></revision>
    <revision><id>12</id><parentid>11</parentid><timestamp>2024-01-02T09:00:00Z</timestamp><contributor><ip>192.0.2.1</ip></contributor>
      <text xml:space="preserve">Köln &lt;b&gt;</text></revision>
  </page>
  <page><title>Alt</title><ns>0</ns><id>8</id><redirect title="Neu" />
    <revision><id>13</id><timestamp>2024-01-03T09:00:00Z</timestamp><contributor><username>XBot 2</username><id>4</id></contributor><text bytes="5" /></revision>
    <revision><id>14</id><timestamp>2024-01-03T10:00:00Z</timestamp><contributor deleted="deleted" /><text deleted="deleted" /></revision>
  </page>
</mediawiki>
`;

void test('a MediaWiki XML dump is read, with texts or without: bytes against the revision before', async (t) => {
  const engines = await newEngines(t);
  const { rows } = await importEventText(t, engines, XML);
  assert.equal(rows, 6);
  const found: string[] = [];
  const span = { grain: 'hourly', first: 0, last: at('hourly', '2030-01-01'), where: [] } as const;
  for await (const batch of engines.warehouse.select({ table: EDIT_EVENTS, ...span }, SIGNAL))
    for (let i = 0; i < batch.length; i++)
      found.push([...batch.dimensions.map((column) => column[i]), batch.measures[0]?.[i]].slice(1).join(' '));
  assert.deepEqual(
    found.map((row) => row.replace(new RegExp(`${NAMELESS}\\S+`), 'NAMELESS')),
    [
      'p7 page create Ada user Talk:Köln_&_Bonn non-content false false false 0',
      'p8 page create XBot 2 name-bot Alt content false true false 0',
      'r11 revision create Ada user Talk:Köln_&_Bonn non-content false false false 120',
      'r12 revision create NAMELESS anonymous Talk:Köln_&_Bonn non-content false false false -111',
      'r13 revision create XBot 2 name-bot Alt content false true false 5',
      'r14 revision create  user Alt content false true false 0',
    ],
  );
  await assert.rejects(importEventText(t, engines, XML.slice(0, 900)), /is not well-formed XML/);
  const bad = XML.replace('2024-01-02T09:00:00Z', 'yesterday');
  await assert.rejects(importEventText(t, engines, bad), /:8: field "timestamp": "yesterday"/);
  assert.equal((await importEventText(t, engines, bad, { skipBad: 1 })).skipped.length, 1);
});

void test('a bad line is refused with its place, or skipped', async (t) => {
  const engines = await newEngines(t);
  const bad = DUMP + 'enwiki\trevision\tcreate\n';
  await assert.rejects(
    importEventText(t, engines, bad),
    (error) =>
      error instanceof BadRowError && error.message.endsWith(':4: has 3 columns, but a dump has 70 or 78'),
  );
  const { skipped } = await importEventText(t, engines, bad, { skipBad: 1 });
  assert.equal(skipped.length, 1);
  const hour = 'de.wikipedia,r1,revision,2024-02-30T00:00:00Z,A,user,B,content,,,,\n';
  await assert.rejects(
    importEventText(t, engines, HEADER + hour),
    /:2: field "timestamp": "2024-02-30T00:00:00Z" is not a time/,
  );
});
