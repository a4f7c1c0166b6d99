import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { test } from 'node:test';
import { gunzipSync } from 'node:zlib';
import type { Metric } from '../../src/core/metric/metric.ts';
import type { Rows } from '../../src/core/metric/table.ts';
import { tableOf } from '../../src/core/metric/metric-table.ts';
import { type Grain, ordinalAt } from '../../src/core/time/time.ts';
import { bytesDifferenceAbsolutePerPage } from '../../src/metrics/bytes-difference-absolute-per-page.ts';
import { bytesDifferenceNetAggregate } from '../../src/metrics/bytes-difference-net-aggregate.ts';
import { editedPagesAggregate } from '../../src/metrics/edited-pages-aggregate.ts';
import { editedPagesNew } from '../../src/metrics/edited-pages-new.ts';
import { editedPagesTopByEdits } from '../../src/metrics/edited-pages-top-by-edits.ts';
import { editorsAggregate } from '../../src/metrics/editors-aggregate.ts';
import { editorsTopByEdits } from '../../src/metrics/editors-top-by-edits.ts';
import { editsAggregate } from '../../src/metrics/edits-aggregate.ts';
import { editsPerEditor } from '../../src/metrics/edits-per-editor.ts';
import { editsPerPage } from '../../src/metrics/edits-per-page.ts';
import type { Warehouse } from '../../src/warehouses/warehouse.ts';
import { newEngines, SIGNAL } from './engines.ts';
import { aggregateAll, importEventText } from './event-files.ts';

/** The history of a real wiki as CSV, which isn't part of this repository. */
const { KRAKEN_TEST_HISTORY } = process.env;
const PROJECT = 'small.wiki';

interface Edit {
  readonly page: string;
  readonly isContent: boolean;
  readonly revision: string;
  readonly at: string;
  readonly user: string;
  readonly isAnonymous: boolean;
  readonly bytes: number;
  diff: number;
  isFirst: boolean;
}

/** The edits of the file, each with what it added to its page. */
function editsOf(path: string): Edit[] {
  const [, ...lines] = gunzipSync(readFileSync(path)).toString().trimEnd().split('\n');
  const edits = lines.map((line): Edit => {
    // A title may hold commas, in quotes; nothing else does.
    const match = /^\d+,("(?:[^"]|"")*"|[^,]*),(\d+),(\d+),([^,]+),([^,]*),(true|false),(\d*)\r?$/.exec(line);
    assert.ok(match, line);
    const [, title = '', namespace = '', revision = '', at = '', user = '', anonymous = '', bytes = ''] =
      match;
    const page = (title.startsWith('"') ? title.slice(1, -1).replaceAll('""', '"') : title).replaceAll(
      ' ',
      '_',
    );
    return {
      page,
      isContent: namespace === '0',
      revision,
      at,
      user,
      isAnonymous: anonymous === 'true',
      bytes: Number(bytes),
      diff: 0,
      isFirst: false,
    };
  });
  edits.sort((a, b) => a.at.localeCompare(b.at) || Number(a.revision) - Number(b.revision));
  const before = new Map<string, number>();
  for (const edit of edits) {
    edit.isFirst = !before.has(edit.page);
    edit.diff = edit.bytes - (before.get(edit.page) ?? 0);
    before.set(edit.page, edit.bytes);
  }
  return edits;
}

function eventsOf(edits: readonly Edit[]): string {
  return edits
    .flatMap((edit, index) => {
      const event = {
        project: PROJECT,
        user_text: edit.user,
        editor_type: edit.isAnonymous ? 'anonymous' : 'user',
        page_title: edit.page,
        page_type: edit.isContent ? 'content' : 'non-content',
        timestamp: edit.at,
      };
      const page = edit.isFirst ? [{ ...event, entity: 'page', event_id: `p${index}` }] : [];
      const revision = { ...event, entity: 'revision', event_id: `r${edit.revision}`, bytes_diff: edit.diff };
      return [...page, revision];
    })
    .map((event) => `${JSON.stringify(event)}\n`)
    .join('');
}

/** The one row of a series at a date: its numbers, or none. */
async function numberOf(
  warehouse: Warehouse,
  metric: Metric,
  values: Readonly<Record<string, string>>,
  grain: Grain,
  date: string,
): Promise<number | undefined> {
  const rows = await rowsOf(warehouse, metric, values, grain, date);
  return rows[0]?.measures[0]?.[0];
}

async function rowsOf(
  warehouse: Warehouse,
  metric: Metric,
  values: Readonly<Record<string, string>>,
  grain: Grain,
  date: string,
): Promise<Rows[]> {
  const at = ordinalAt(grain, Date.parse(date));
  const where = Object.entries({ project: PROJECT, ...values }).map(([column, value]) => ({
    column,
    values: [value],
  }));
  const found: Rows[] = [];
  const query = { table: tableOf(metric), grain, first: at, last: at, where };
  for await (const rows of warehouse.select(query, SIGNAL)) found.push(rows);
  return found;
}

void test(
  'the numbers of a small real wiki are those that a plain loop over its history counts',
  { skip: KRAKEN_TEST_HISTORY ? false : 'KRAKEN_TEST_HISTORY names no history' },
  async (t) => {
    const edits = editsOf(KRAKEN_TEST_HISTORY as string);
    const engines = await newEngines(t);
    const { rows } = await importEventText(t, engines, eventsOf(edits), { complete: true });
    assert.equal(rows, edits.length + edits.filter(({ isFirst }) => isFirst).length);
    await aggregateAll(engines);
    const { warehouse } = engines;
    const ALL = { editor_type: 'all-editor-types', page_type: 'all-page-types' };
    let checked = 0;
    const same = (found: unknown, counted: unknown, what: string): void => {
      assert.deepEqual(found, counted, what);
      checked++;
    };

    const months = [...new Set(edits.map(({ at }) => at.slice(0, 7)))].toSorted();
    const busiest = months.toSorted(
      (a, b) =>
        edits.filter((e) => e.at.startsWith(b)).length - edits.filter((e) => e.at.startsWith(a)).length,
    );
    for (const month of [months[0], months.at(-1), busiest[0], busiest[1]] as string[]) {
      const of = edits.filter(({ at }) => at.startsWith(month));
      const content = of.filter(({ isContent }) => isContent);
      const number = (metric: Metric, values: Readonly<Record<string, string>>) =>
        numberOf(warehouse, metric, values, 'monthly', `${month}-01`);
      const orNone = (count: number) => (count === 0 ? undefined : count);

      same(await number(editsAggregate, ALL), of.length, `edits in ${month}`);
      same(
        await number(editsAggregate, { editor_type: 'anonymous', page_type: 'content' }),
        orNone(content.filter(({ isAnonymous }) => isAnonymous).length),
        `edits without an account to content in ${month}`,
      );
      same(
        await number(bytesDifferenceNetAggregate, ALL),
        of.reduce((sum, { diff }) => sum + diff, 0),
        `bytes in ${month}`,
      );
      same(
        await number(editedPagesNew, { ...ALL, page_type: 'content' }),
        orNone(content.filter(({ isFirst }) => isFirst).length),
        `new pages in ${month}`,
      );
      const byUser = new Map<string, number>();
      const byPage = new Map<string, number>();
      for (const { user, page, isAnonymous } of of) {
        const who = `${isAnonymous} ${user}`;
        byUser.set(who, (byUser.get(who) ?? 0) + 1);
        byPage.set(page, (byPage.get(page) ?? 0) + 1);
      }
      const between = (counts: Map<string, number>, least: number, most: number) =>
        orNone([...counts.values()].filter((n) => n >= least && n <= most).length);
      for (const [level, least, most] of [
        ['all-activity-levels', 1, Infinity],
        ['1..4-edits', 1, 4],
        ['5..24-edits', 5, 24],
        ['25..99-edits', 25, 99],
        ['100..-edits', 100, Infinity],
      ] as const) {
        const values = { ...ALL, activity_level: level };
        same(
          await number(editorsAggregate, values),
          between(byUser, least, most),
          `${level} editors in ${month}`,
        );
        same(
          await number(editedPagesAggregate, values),
          between(byPage, least, most),
          `${level} pages in ${month}`,
        );
      }

      const [top] = await rowsOf(warehouse, editedPagesTopByEdits, ALL, 'monthly', `${month}-01`);
      const most = Math.max(...byPage.values());
      same(top?.measures[0]?.[0], most, `edits of the page with most in ${month}`);
      const page = top?.entry[0]?.[0] as string;
      same(byPage.get(page), most, `the page with most edits in ${month}`);
      same(
        await number(editsPerPage, { page_title: page, editor_type: 'all-editor-types' }),
        most,
        `edits of ${page} in ${month}`,
      );
      same(
        await number(bytesDifferenceAbsolutePerPage, { page_title: page, editor_type: 'all-editor-types' }),
        of.filter((edit) => edit.page === page).reduce((sum, { diff }) => sum + Math.abs(diff), 0),
        `bytes of ${page} in ${month}`,
      );
      const registered = [...byUser].filter(([who]) => who.startsWith('false '));
      const [who, count] = registered.toSorted((a, b) => b[1] - a[1])[0] ?? [];
      if (who !== undefined) {
        const user = who.slice('false '.length);
        same(
          await number(editsPerEditor, { user_text: user, page_type: 'all-page-types' }),
          count,
          `edits of ${user} in ${month}`,
        );
        const [editors] = await rowsOf(
          warehouse,
          editorsTopByEdits,
          { ...ALL, editor_type: 'user' },
          'monthly',
          `${month}-01`,
        );
        same(editors?.measures[0]?.[0], count, `edits of the first editor in ${month}`);
      }
    }
    const day = (edits[Math.floor(edits.length / 2)] as Edit).at.slice(0, 10);
    const onDay = edits.filter(({ at }) => at.startsWith(day));
    same(await numberOf(warehouse, editsAggregate, ALL, 'daily', day), onDay.length, `edits on ${day}`);
    t.diagnostic(`${checked} numbers of ${edits.length} edits`);
    assert.ok(checked >= 10);
  },
);
