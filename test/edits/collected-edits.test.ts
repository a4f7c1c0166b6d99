import assert from 'node:assert/strict';
import { afterEach, beforeEach, describe, it, type TestContext } from 'node:test';
import { COLLECTED_EDITS, EDIT_EVENTS } from '../../src/core/metric/edit-events.ts';
import type { Metric } from '../../src/core/metric/metric.ts';
import { tableOf } from '../../src/core/metric/metric-table.ts';
import { EMPTY_STATE, type TableState } from '../../src/core/time/table-state.ts';
import type { Grain } from '../../src/core/time/time.ts';
import { takeEdits } from '../../src/edits/take-edits.ts';
import { aggregate, type Aggregated } from '../../src/load/aggregate.ts';
import { importEvents } from '../../src/load/events/import-events.ts';
import { OtherSourceError } from '../../src/load/one-source.ts';
import { bytesDifferenceNetAggregate } from '../../src/metrics/bytes-difference-net-aggregate.ts';
import { editedPagesNew } from '../../src/metrics/edited-pages-new.ts';
import { editorsAggregate } from '../../src/metrics/editors-aggregate.ts';
import { editorsTopByEdits } from '../../src/metrics/editors-top-by-edits.ts';
import { editsAggregate } from '../../src/metrics/edits-aggregate.ts';
import { editsPerPage } from '../../src/metrics/edits-per-page.ts';
import { METRICS } from '../../src/metrics/index.ts';
import { registeredUsersNew } from '../../src/metrics/registered-users-new.ts';
import { at, type Engines, enginesIn, importText, SIGNAL } from '../load/engines.ts';
import { PSEUDONYMS, WRITER } from '../load/event-files.ts';
import { fileWith } from '../load/files.ts';
import { TestLake } from '../refine/lake.ts';

const WIKI = 'wiki.example';
const NOON = Date.UTC(2026, 10, 21, 12);
const IP = '192.0.2.77';

void describe('edits that a wiki reports', () => {
  let lake: TestLake;
  beforeEach(async () => (lake = await TestLake.make(NOON)));
  afterEach(() => lake.close());

  const enginesOf = (t: TestContext) => enginesIn(t, lake.folder);
  /** Loads, takes and aggregates, as `kraken load && kraken aggregate` do. */
  async function run(engines: Engines, metrics: readonly Metric[] = METRICS): Promise<readonly Aggregated[]> {
    await lake.load();
    await takeEdits({
      ...WRITER,
      ...engines,
      lake: lake.lake,
      pseudonyms: () => Promise.resolve(PSEUDONYMS),
    });
    return aggregate({ ...WRITER, ...engines, metrics });
  }
  async function rowsOf(
    { warehouse }: Engines,
    metric: Metric,
    grain: Grain,
    date: string,
  ): Promise<string[]> {
    const found: string[] = [];
    const period = at(grain, date);
    const query = { table: tableOf(metric), grain, first: period, last: period, where: [] };
    for await (const rows of warehouse.select(query, SIGNAL))
      for (let i = 0; i < rows.length; i++) {
        const texts = [...rows.dimensions, ...rows.entry].map((column) => column[i]);
        found.push([...texts, ...rows.measures.map((column) => column[i])].join(' '));
      }
    return found;
  }
  const total = async (engines: Engines, metric: Metric, grain: Grain, date: string): Promise<string[]> =>
    (await rowsOf(engines, metric, grain, date)).filter((row) =>
      row.includes('all-editor-types all-page-types'),
    );
  const stateOf = async ({ warehouse }: Engines, metric: Metric): Promise<TableState> =>
    (await warehouse.states(SIGNAL)).tables.get(tableOf(metric).name) ?? EMPTY_STATE;

  const edit = (rev_id: number, rev_timestamp: string, more: Readonly<Record<string, unknown>> = {}) => ({
    rev_id,
    rev_parent_id: rev_id - 1,
    rev_timestamp,
    ...more,
  });

  void it('are counted once each, by editor and page', async (t) => {
    const engines = await enginesOf(t);
    const bot = { user_id: 7, user_text: 'Tidy', user_groups: ['bot'], user_is_bot: true };
    const someone = { user_text: IP, user_groups: ['*'], user_is_bot: false };
    await lake.edits(
      edit(11, '2026-11-20T08:00:00Z', { rev_parent_id: undefined }),
      edit(12, '2026-11-20T08:05:00Z'),
      // The wiki sent it again, as another event.
      edit(12, '2026-11-20T08:05:00Z'),
      edit(13, '2026-11-20T09:00:00Z', { performer: bot }),
      edit(14, '2026-11-20T23:59:59Z', {
        performer: someone,
        page_id: 2,
        page_title: 'Diskussion:Meadow',
        page_namespace: 1,
      }),
      edit(15, '2026-11-20T10:00:00Z', { performer: undefined }),
      // An old revision that was imported into the wiki is no edit of 2010.
      edit(3, '2010-01-01T00:00:00Z'),
      // The next day isn't over.
      edit(16, '2026-11-21T08:00:00Z'),
    );
    await run(engines);
    assert.deepEqual(await rowsOf(engines, editsAggregate, 'daily', '2026-11-20'), [
      `${WIKI} all-editor-types all-page-types 5`,
      `${WIKI} all-editor-types content 4`,
      `${WIKI} all-editor-types non-content 1`,
      `${WIKI} anonymous all-page-types 1`,
      `${WIKI} anonymous non-content 1`,
      `${WIKI} group-bot all-page-types 1`,
      `${WIKI} group-bot content 1`,
      `${WIKI} user all-page-types 3`,
      `${WIKI} user content 3`,
    ]);
    assert.deepEqual(await rowsOf(engines, editsAggregate, 'daily', '2026-11-21'), []);
    assert.deepEqual(await rowsOf(engines, editsAggregate, 'monthly', '2026-11-01'), []);
    assert.deepEqual(await total(engines, editedPagesNew, 'daily', '2026-11-20'), [
      `${WIKI} all-editor-types all-page-types 1`,
    ]);
    assert.deepEqual(
      (await rowsOf(engines, editsPerPage, 'daily', '2026-11-20')).filter((row) =>
        row.includes('all-editor-types'),
      ),
      [`${WIKI} Meadow all-editor-types 4`, `${WIKI} Talk:Meadow all-editor-types 1`],
    );
    const editors = await rowsOf(engines, editorsTopByEdits, 'daily', '2026-11-20');
    assert.ok(editors.includes(`${WIKI} all-editor-types all-page-types Ann 2`), editors.join('\n'));
    assert.ok(!editors.some((row) => row.includes(IP)));
    const { coverage, ownTraffic } = await stateOf(engines, editsAggregate);
    assert.deepEqual(coverage, ownTraffic);
    assert.deepEqual([...(coverage.get('daily')?.keys() ?? [])], [WIKI]);
  });

  void it('say nothing of bytes and accounts, so such numbers are absent', async (t) => {
    const engines = await enginesOf(t);
    await lake.edits(edit(11, '2026-11-20T08:00:00Z', { rev_len: 100 }));
    await run(engines);
    for (const metric of [bytesDifferenceNetAggregate, registeredUsersNew])
      assert.equal((await stateOf(engines, metric)).coverage.size, 0, metric.name);
  });

  void it('make a month when it is over, also if nobody edits at its end, and late ones make it again', async (t) => {
    const engines = await enginesOf(t);
    await lake.edits(edit(11, '2026-11-20T08:00:00Z'), edit(12, '2026-11-21T08:00:00Z'));
    await run(engines);
    lake.clock.ms = Date.UTC(2026, 11, 1, 2);
    await run(engines);
    const month = () => total(engines, editsAggregate, 'monthly', '2026-11-01');
    assert.deepEqual(await month(), [`${WIKI} all-editor-types all-page-types 2`]);
    assert.deepEqual(await total(engines, editsAggregate, 'daily', '2026-11-21'), [
      `${WIKI} all-editor-types all-page-types 1`,
    ]);
    const again = await run(engines);
    assert.ok(again.every(({ made }) => made.length === 0));
    await lake.edits(edit(13, '2026-11-30T23:00:00Z'), edit(12, '2026-11-21T08:00:00Z'));
    await run(engines);
    assert.deepEqual(await month(), [`${WIKI} all-editor-types all-page-types 3`]);
    const { history } = await stateOf(engines, editsAggregate);
    assert.equal(history?.changes.at(-1)?.why.cause, 'late-data');
  });

  void it('are not complete in hours whose editors were removed before they were counted', async (t) => {
    const engines = await enginesOf(t);
    await lake.edits(edit(11, '2026-11-20T08:00:00Z'));
    await run(engines);
    await lake.edits(edit(12, '2026-11-21T08:00:00Z'));
    await lake.load();
    lake.clock.ms = Date.UTC(2026, 10, 30, 2);
    await lake.load();
    await lake.edits(edit(13, '2026-11-29T08:00:00Z'));
    await run(engines);
    assert.deepEqual((await stateOf(engines, editsAggregate)).coverage.get('daily')?.get(WIKI), [
      { first: at('daily', '2026-11-20'), last: at('daily', '2026-11-21'), complete: false },
      { first: at('daily', '2026-11-22'), last: at('daily', '2026-11-29'), complete: true },
    ]);
    assert.deepEqual(await total(engines, editsAggregate, 'daily', '2026-11-21'), []);
  });

  void it('are the one source of their periods', async (t) => {
    const engines = await enginesOf(t);
    const header = 'project,event_id,entity,editor_type,page_type,timestamp\n';
    const history = (project: string, time: string) =>
      fileWith(t, 'events.csv', `${header}${project},r99,revision,user,content,${time}\n`);
    const imports = (project: string, time: string) =>
      importEvents({ ...WRITER, ...engines, files: [history(project, time)], pseudonyms: PSEUDONYMS });
    await lake.edits(edit(11, '2026-11-20T08:00:00Z'));
    await run(engines);
    // Another wiki's history is counted beside it, and in totals, of which this wiki is no part.
    await imports('de.wikipedia', '2026-11-20T09:00:00Z');
    await run(engines);
    assert.deepEqual(await total(engines, editsAggregate, 'daily', '2026-11-20'), [
      'all-projects all-editor-types all-page-types 1',
      'all-wikipedia-projects all-editor-types all-page-types 1',
      'de.wikipedia all-editor-types all-page-types 1',
      `${WIKI} all-editor-types all-page-types 1`,
    ]);
    await imports(WIKI, '2026-11-20T10:00:00Z');
    const done = await run(engines, [editsAggregate]);
    const reasons = done.flatMap(({ leftOut }) => leftOut.map(({ reason }) => reason));
    assert.match(reasons.join(), /^wiki\.example has numbers made from collected events for 2026-11-20/);
    assert.ok(
      (await total(engines, editsAggregate, 'daily', '2026-11-20')).includes(
        `${WIKI} all-editor-types all-page-types 1`,
      ),
    );
    const row = { project: WIKI, 'editor-type': 'user', 'page-type': 'content', granularity: 'daily' };
    const imported = JSON.stringify({ ...row, timestamp: '2026-11-20T00:00:00.000Z', edits: 9 });
    await assert.rejects(importText(t, engines, editsAggregate, imported), OtherSourceError);
  });

  void it('are left out where a history was imported before, with the reason', async (t) => {
    const engines = await enginesOf(t);
    const csv = `project,event_id,entity,editor_type,page_type,timestamp\n${WIKI},r1,revision,user,content,2026-11-20T01:00:00Z\n`;
    await importEvents({ ...WRITER, ...engines, files: [fileWith(t, 'e.csv', csv)], pseudonyms: PSEUDONYMS });
    await lake.edits(edit(11, '2026-11-20T08:00:00Z'), edit(12, '2026-11-20T08:01:00Z'));
    const done = await run(engines, [editsAggregate]);
    assert.match(done[1]?.leftOut[0]?.reason ?? '', /^wiki\.example has imported numbers for 2026-11-20/);
    assert.ok(
      (await total(engines, editsAggregate, 'daily', '2026-11-20')).includes(
        `${WIKI} all-editor-types all-page-types 1`,
      ),
    );
  });

  void it('keep no address: a pseudonym stands for who has no account', async (t) => {
    const engines = await enginesOf(t);
    await lake.edits(edit(11, '2026-11-20T08:00:00Z', { performer: { user_text: IP } }));
    await run(engines);
    const { partitions } =
      (await engines.warehouse.states(SIGNAL)).tables.get(COLLECTED_EDITS.name) ?? EMPTY_STATE;
    assert.equal(partitions.size, 1);
    const hour = at('hourly', '2026-11-20T08:00:00Z');
    const query = { table: COLLECTED_EDITS, grain: 'hourly' as const, first: hour, last: hour, where: [] };
    for await (const rows of engines.warehouse.select(query, SIGNAL)) {
      const user = EDIT_EVENTS.dimensions.findIndex(({ name }) => name === 'user_text');
      assert.deepEqual(rows.dimensions[user], [PSEUDONYMS.of(WIKI, hour, IP)]);
      assert.ok(rows.measures[0]?.every(Number.isNaN));
    }
    assert.deepEqual((await total(engines, editorsAggregate, 'daily', '2026-11-20')).sort(), [
      `${WIKI} all-editor-types all-page-types 1..4-edits 1`,
      `${WIKI} all-editor-types all-page-types all-activity-levels 1`,
    ]);
  });
});
