import assert from 'node:assert/strict';
import { join } from 'node:path';
import { writeFileSync } from 'node:fs';
import { test, type TestContext } from 'node:test';
import type { Metric } from '../../../src/core/metric/metric.ts';
import { tableOf } from '../../../src/core/metric/metric-table.ts';
import { aggregate } from '../../../src/load/aggregate.ts';
import { bucketOf } from '../../../src/load/events/bucket.ts';
import { WikiProjects } from '../../../src/load/events/wiki-project.ts';
import { importEvents, type ImportEventsOptions } from '../../../src/load/events/import-events.ts';
import { parseDateRange } from '../../../src/load/selection.ts';
import { editedPagesNew } from '../../../src/metrics/edited-pages-new.ts';
import { editsAggregate } from '../../../src/metrics/edits-aggregate.ts';
import { registeredUsersNew } from '../../../src/metrics/registered-users-new.ts';
import { startGateway } from '../../support/gateway.ts';
import { newEngines, SIGNAL } from '../engines.ts';
import { PSEUDONYMS, WRITER } from '../event-files.ts';
import { temporaryFolder } from '../files.ts';
import { historyLine } from './history-file.ts';

const METRICS = [editsAggregate, editedPagesNew, registeredUsersNew];

/** The months that are complete, as a range of each run, of a metric and project. */
async function completeMonths(
  t: TestContext,
  files: Readonly<Record<string, string>>,
  options: Partial<ImportEventsOptions> = {},
): Promise<(metric: Metric, project: string) => string[]> {
  const engines = await newEngines(t);
  const folder = temporaryFolder(t);
  const paths = Object.entries(files).map(([name, text]) => {
    const path = join(folder, name);
    writeFileSync(path, text);
    return path;
  });
  await importEvents({
    ...WRITER,
    ...engines,
    pseudonyms: PSEUDONYMS,
    files: paths,
    complete: true,
    ...options,
  });
  await aggregate({ ...WRITER, ...engines, metrics: METRICS });
  const { tables } = await engines.warehouse.states(SIGNAL);
  const month = (ordinal: number): string => new Date(Date.UTC(1970, ordinal)).toISOString().slice(0, 7);
  return (metric, project) =>
    (tables.get(tableOf(metric).name)?.coverage.get('monthly')?.get(project) ?? [])
      .filter(({ complete }) => complete)
      .map(({ first, last }) => `${month(first)}..${month(last)}`);
}

const edit = (time: string, wiki = 'dewiki') => historyLine({ entity: 'revision', time, wiki });
const oldPage = (time: string, firstEdit: string) =>
  historyLine({ entity: 'page', time, firstEdit, wiki: 'dewiki' });

/** A page that is fifteen years older than the event of its creation, as there are some after imports and merges. */
const MARCH = edit('2024-03-05 10:00:00.0') + oldPage('2024-03-07 10:00:00.0', '2003-05-01 12:00:00.0');

void test("a month's bucket covers its month, whatever is dated before it", async (t) => {
  const gateway = await startGateway();
  t.after(() => gateway.close());
  const path = join(gateway.folder, '2024-05.dewiki.2024-03.tsv');
  writeFileSync(path, MARCH);
  const { warehouse, store } = gateway;
  await importEvents({ ...WRITER, warehouse, store, pseudonyms: PSEUDONYMS, files: [path], complete: true });
  await aggregate({ ...WRITER, warehouse, store, metrics: METRICS });
  await gateway.app.road.watch.refresh();
  /** The months that are answered, zeros included. */
  const numbers = async (what: string, range: string): Promise<string[]> => {
    const { body } = (await gateway.get(`/metrics/${what}/monthly/${range}`)) as {
      body: { items?: { results: Record<string, string | number>[] }[] };
    };
    return (body.items?.[0]?.results ?? []).map(
      ({ timestamp, ...row }) => `${String(timestamp).slice(0, 7)} ${Object.values(row).join()}`,
    );
  };
  const edits = 'edits/aggregate/de.wikipedia/all-editor-types/all-page-types';
  const pages = 'edited-pages/new/de.wikipedia/all-editor-types/all-page-types';
  assert.deepEqual(await numbers(edits, '20030101/20250101'), ['2024-03 1']);
  // Of 2003 no more is loaded than the one page: of the months after it nothing is known.
  assert.deepEqual(await numbers(pages, '20030101/20250101'), ['2003-05 1', '2024-03 0']);
  const reason = async (what: string, range: string): Promise<unknown> =>
    ((await gateway.get(`/metrics/${what}/monthly/${range}`)) as { body: { reason: unknown } }).body.reason;
  assert.equal(await reason('registered-users/new/de.wikipedia', '20240301/20240401'), 'no-rows');
  assert.equal(await reason('registered-users/new/de.wikipedia', '20240101/20240201'), 'outside-coverage');
  assert.equal(await reason(edits, '20030101/20040101'), 'outside-coverage');
});

void test('a name says which month, year or time a dump holds, and of which wiki', () => {
  const range = (name: string): string | undefined => {
    const bucket = bucketOf(`/some/folder/${name}`, new WikiProjects());
    if (!bucket) return undefined;
    const [from, until] = [bucket.range.from, bucket.range.until].map((ms) =>
      new Date(ms).toISOString().slice(0, 10),
    );
    return `${bucket.project} ${from} ${until}`;
  };
  assert.equal(range('2024-03.enwiki.2024-02.tsv.bz2'), 'en.wikipedia 2024-02-01 2024-03-01');
  assert.equal(range('2024-03.enwiki.2023-12.tsv'), 'en.wikipedia 2023-12-01 2024-01-01');
  assert.equal(range('2024-03.dewiki.2023.tsv.bz2'), 'de.wikipedia 2023-01-01 2024-01-01');
  // The year isn't over yet.
  assert.equal(range('2024-03.dewiki.2024.tsv.bz2'), 'de.wikipedia 2024-01-01 2024-04-01');
  assert.equal(range('2024-03.fywiki.all-times.tsv.bz2'), 'fy.wikipedia 2001-01-01 2024-04-01');
  assert.equal(range('2024-03.fywiki.all-time.tsv.gz'), 'fy.wikipedia 2001-01-01 2024-04-01');
  for (const name of [
    '-',
    'events.tsv',
    '2024-13.fywiki.all-times.tsv',
    '2024-03.fywiki.2024-05.tsv',
    '2024-03.nothing.2024.tsv',
  ])
    assert.equal(range(name), undefined, name);
});

void test('a bucket covers all of its months, also those in which nothing happened, of the wiki in its name', async (t) => {
  const months = await completeMonths(t, {
    '2024-06.dewiki.2024.tsv': edit('2024-02-05 10:00:00.0'),
    '2024-06.frwiki.2024-01.tsv': edit('2024-01-05 10:00:00.0', 'frwiki'),
    '2024-06.frwiki.2024-05.tsv': edit('2024-05-05 10:00:00.0', 'frwiki'),
    '2024-06.itwiki.2024-03.tsv': edit('2024-03-05 10:00:00.0', 'itwiki'),
  });
  assert.deepEqual(months(editsAggregate, 'de.wikipedia'), ['2024-01..2024-06']);
  assert.deepEqual(months(editsAggregate, 'fr.wikipedia'), ['2024-01..2024-01', '2024-05..2024-05']);
  assert.deepEqual(months(editsAggregate, 'it.wikipedia'), ['2024-03..2024-03']);
  // Of a total only what all of its projects cover.
  assert.deepEqual(months(editsAggregate, 'all-wikipedia-projects'), []);
});

void test('a dump with another name covers the months of its revisions', async (t) => {
  const both = MARCH + edit('2024-04-05 10:00:00.0');
  for (const name of ['renamed.tsv', '2024.tsv']) {
    const months = await completeMonths(t, { [name]: both });
    for (const metric of METRICS)
      assert.deepEqual(months(metric, 'de.wikipedia'), ['2024-03..2024-04'], metric.name);
  }
  const pageOnly = await completeMonths(t, {
    renamed: oldPage('2024-03-07 10:00:00.0', '2003-05-01 12:00:00.0'),
  });
  assert.deepEqual(pageOnly(editedPagesNew, 'de.wikipedia'), []);
});

void test('an option says which dates files cover, whatever their names say', async (t) => {
  const files = { '2024-05.dewiki.2024-03.tsv': MARCH, 'other.tsv': edit('2024-04-05 10:00:00.0', 'frwiki') };
  const months = await completeMonths(t, files, {
    complete: false,
    covers: parseDateRange('2024-02..2024-04'),
  });
  for (const project of ['de.wikipedia', 'fr.wikipedia', 'all-projects'])
    assert.deepEqual(months(editsAggregate, project), ['2024-02..2024-04'], project);
  const nothing = await completeMonths(t, files, { complete: false });
  for (const metric of METRICS) assert.deepEqual(nothing(metric, 'de.wikipedia'), [], metric.name);
});

const CSV = 'project,event_id,entity,timestamp,editor_type,page_type\n';

void test('events in columns of our own are claimed by their revisions, and only kinds that are there', async (t) => {
  const file =
    CSV +
    'de.wikipedia,p1,page,2003-05-01T00:00:00Z,user,content\n' +
    'de.wikipedia,r1,revision,2024-01-01T00:00:00Z,user,content\n' +
    'de.wikipedia,r2,revision,2024-02-29T23:00:00Z,user,content\n' +
    'fr.wikipedia,u1,user,2024-01-01T00:00:00Z,user,content\n' +
    'fr.wikipedia,u2,user,2024-01-31T23:00:00Z,user,content\n';
  const months = await completeMonths(t, { 'events.csv': file });
  assert.deepEqual(months(editsAggregate, 'de.wikipedia'), ['2024-01..2024-02']);
  assert.deepEqual(months(editedPagesNew, 'de.wikipedia'), ['2024-01..2024-02']);
  assert.deepEqual(months(registeredUsersNew, 'de.wikipedia'), []);
  assert.deepEqual(months(registeredUsersNew, 'fr.wikipedia'), ['2024-01..2024-01']);
  assert.deepEqual(months(editsAggregate, 'fr.wikipedia'), []);
});

void test('a file that is named as another wiki’s claims nothing: one of the two is wrong', async (t) => {
  const files = { '2024-05.dewiki.2024-03.tsv': MARCH.replaceAll('dewiki', 'frwiki') };
  await assert.rejects(completeMonths(t, files), {
    name: 'SelectionError',
    message: /says that it is a dump of de\.wikipedia, but it has events of fr\.wikipedia/,
  });
  const covers = parseDateRange('2024-03');
  const ofDates = await completeMonths(t, files, { complete: false, covers });
  assert.deepEqual(ofDates(editsAggregate, 'fr.wikipedia'), ['2024-03..2024-03']);
});
