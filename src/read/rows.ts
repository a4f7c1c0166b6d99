import type { Aggregation, Condition } from '../core/question/aggregation.ts';
import { orGap, PRESENCE, type SeriesAnswer } from '../core/question/answer.ts';
import type { RowsPlan, SeriesRead } from '../core/question/plan.ts';
import type { QueryAnswer } from '../core/question/query-answer.ts';
import { cursorOf } from '../core/question/query-cursor.ts';
import { groupingOf, orderOf } from '../core/question/rows-aggregation.ts';
import { columnName } from '../core/metric/table.ts';
import type { Span } from '../core/time/time.ts';
import {
  added,
  compared,
  comparesWhole,
  MAX_HELD_ROWS,
  placeOf,
  refuseInexactRows,
  tooMany,
  type Found,
} from './found-rows.ts';
import { answerFromRows, totalRow } from './held-rows.ts';
import { rowsAnalysed, type Analyse } from './rows-analysed.ts';
import { noRowsOf, type Aggregate } from './rows-missing.ts';

/** The highest limit that an engine takes. */
const MAX_GROUPS = 2 ** 31 - 1;

/**
 * The rows of a plan whose series are read by key.
 * @throws Problem if sums aren't exact, or there are too many rows; and what `read` throws
 */
export async function rowsOfSeries(
  plan: RowsPlan,
  read: (series: SeriesRead) => Promise<SeriesAnswer>,
): Promise<QueryAnswer> {
  const divisorsOf = plan.analysis?.divisors ?? [];
  const [[now, before], divisors] = await Promise.all([
    Promise.all(plan.series.map(read)),
    Promise.all(divisorsOf.map(async (one) => Promise.all(one.series.map(read)))),
  ]);
  const [rows = [], earlier] = [now, before].map((answer) => answer && foundIn(plan, answer));
  const others = divisorsOf.map((one, i) => divisors[i]?.flatMap((answer) => foundIn(one, answer)) ?? []);
  const noRows = rows.length > 0 ? (now?.noRows ?? []) : [];
  return { ...answerFromRows(plan, { now: rows, before: earlier, divisors: others }), noRows };
}

function foundIn(plan: RowsPlan, answer: SeriesAnswer): Found[] {
  const names = Object.keys(plan.metric.measures);
  const places = plan.measures.map((name) => names.indexOf(name));
  return answer.series.flatMap(({ values, first, presence, measures }): Found[] => {
    const rows = [...presence.keys()]
      .filter((i) => presence[i] === PRESENCE.stored)
      .map((i) => ({
        values,
        ordinal: first + i,
        measures: places.map((place) => orGap(measures[place]?.[i])),
      }));
    if (plan.query.grain !== null || rows.length === 0) return rows;
    return [{ values, ordinal: undefined, measures: added(plan, rows) }];
  });
}

/**
 * The rows of a plan that the warehouse answers.
 * @throws Problem if sums aren't exact, or there are too many rows; EngineError
 */
export async function rowsOfWarehouse(
  plan: RowsPlan,
  aggregate: Aggregate,
  analyse: Analyse,
): Promise<QueryAnswer> {
  const { query, offset, span, compared: earlier, analysis } = plan;
  // The rows of open periods are put to the others here, so all of them are held.
  if (query.fill || plan.open) {
    const now = await allGroups(plan, span, aggregate);
    const before = earlier && (await allGroups(plan, earlier, aggregate));
    const divisors: Found[][] = [];
    for (const one of analysis?.divisors ?? []) divisors.push(await allGroups(one, one.span, aggregate));
    const held = { now, before, divisors };
    return { ...answerFromRows(plan, held), noRows: await noRowsOf(plan, now, true, aggregate) };
  }
  if (analysis) {
    const { rows, cursor } = await rowsAnalysed(plan, analysis, analyse);
    return {
      plan,
      rows,
      cursor,
      total: query.total ? await totalOf(plan, aggregate) : undefined,
      hint: undefined,
      noRows: offset > 0 || rows.length === 0 ? [] : await noRowsOf(plan, [], false, aggregate),
    };
  }
  const page = { offset, limit: query.limit + 1 };
  const rows = await groupsIn(plan, { ...groupingOf(plan, span), order: orderOf(plan), ...page }, aggregate);
  const now = rows.slice(0, query.limit);
  const isWhole = rows.length === now.length;
  const before = earlier && (await rowsBefore(plan, earlier, now, aggregate));
  return {
    plan,
    rows: compared(plan, now, before),
    total: query.total ? await totalOf(plan, aggregate) : undefined,
    hint: undefined,
    noRows: offset > 0 || now.length === 0 ? [] : await noRowsOf(plan, now, isWhole, aggregate),
    cursor: isWhole ? null : cursorOf(query, { offset: offset + now.length, version: plan.version }),
  };
}

async function totalOf(plan: RowsPlan, aggregate: Aggregate): Promise<QueryAnswer['total']> {
  const over = async (of: RowsPlan, span: Span): Promise<Found | undefined> => {
    const whole = { ...groupingOf(of, span), by: [], period: undefined, order: [], offset: 0, limit: 1 };
    return (await groupsIn(of, whole, aggregate))[0];
  };
  const now = await over(plan, plan.span);
  const before = plan.compared && (await over(plan, plan.compared));
  const divisors: Found[][] = [];
  for (const one of plan.analysis?.divisors ?? []) {
    const found = await over(one, one.span);
    divisors.push(found ? [found] : []);
  }
  const nothing = plan.measures.map(() => null);
  const total = {
    measures: now?.measures ?? nothing,
    compared: plan.compared ? (comparesWhole(plan, plan.loaded) && before?.measures) || nothing : undefined,
  };
  return totalRow(plan, total, divisors);
}

/** All groups of a span. @throws Problem if there are too many */
async function allGroups(plan: RowsPlan, span: Span, aggregate: Aggregate): Promise<Found[]> {
  const whole = { ...groupingOf(plan, span), order: [], offset: 0, limit: MAX_HELD_ROWS + 1 };
  const found = await groupsIn(plan, whole, aggregate);
  if (found.length > MAX_HELD_ROWS) throw tooMany(plan.open ? 'live' : 'fill');
  return plan.open ? eachGroupOnce(found) : found;
}

/** Adds up what closed and open periods have of one group. */
function eachGroupOnce(found: readonly Found[]): Found[] {
  const groups = new Map<string, Found>();
  for (const row of found) {
    const place = placeOf(row.values, row.ordinal);
    const known = groups.get(place);
    const sum = (number: number | null, m: number): number | null => {
      const other = known?.measures[m] ?? null;
      return number === null || other === null ? null : number + other;
    };
    groups.set(place, known ? { ...row, measures: row.measures.map(sum) } : row);
  }
  return [...groups.values()];
}

/**
 * The rows of the earlier range that the rows of a page are compared with. The statement may give far more
 * groups than the page has rows; the others aren't kept in memory.
 */
async function rowsBefore(
  plan: RowsPlan,
  earlier: Span,
  now: readonly Found[],
  aggregate: Aggregate,
): Promise<Found[]> {
  if (now.length === 0) return [];
  const shift = plan.span.first - earlier.first;
  const ordinals = now.flatMap(({ ordinal }) => (ordinal === undefined ? [] : [ordinal - shift]));
  const span =
    ordinals.length === 0
      ? earlier
      : { ...earlier, first: Math.min(...ordinals), last: Math.max(...ordinals) };
  const asked = groupingOf(plan, span);
  const onPage = plan.query.by.map((name, i): Condition => ({
    column: columnName(name),
    test: 'in',
    values: [...new Set(now.map(({ values }) => values[i] as string))],
  }));
  const wanted = new Set(
    now.map(({ values, ordinal }) => placeOf(values, ordinal === undefined ? undefined : ordinal - shift)),
  );
  const all = { ...asked, where: [...asked.where, ...onPage], order: [], offset: 0, limit: MAX_GROUPS };
  return groupsIn(plan, all, aggregate, ({ values, ordinal }) => wanted.has(placeOf(values, ordinal)));
}

/** Reads the groups of an aggregation. @param isWanted tells which groups are kept */
async function groupsIn(
  plan: RowsPlan,
  asked: Aggregation,
  aggregate: Aggregate,
  isWanted: (group: Found) => boolean = () => true,
): Promise<Found[]> {
  if (asked.last < asked.first) return [];
  const found: Found[] = [];
  for await (const { length, values, ordinals, measures } of aggregate(asked)) {
    for (let i = 0; i < length; i++) {
      const group = {
        values: values.map((column) => column[i] as string),
        ordinal: ordinals?.[i],
        measures: measures.map((column) => column[i] ?? null),
      };
      if (isWanted(group)) found.push(group);
    }
  }
  refuseInexactRows(plan, found);
  return found;
}
