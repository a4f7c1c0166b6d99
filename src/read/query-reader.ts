import type { Aggregation, Condition } from '../core/aggregation.ts';
import { orGap, PRESENCE } from '../core/answer.ts';
import { hintFor } from '../core/hints.ts';
import type { NoRows } from '../core/no-rows.ts';
import { Problem } from '../core/problem.ts';
import type { QueryAnswer } from '../core/query/query-answer.ts';
import { cursorOf } from '../core/query/query-cursor.ts';
import type { QueryPlan } from '../core/query/query-plan.ts';
import { aggregationOf, seriesPlanOf } from '../core/query/query-reads.ts';
import { columnName } from '../core/table.ts';
import type { Span } from '../core/time.ts';
import type { Warehouse } from '../warehouses/warehouse.ts';
import { Flights } from './flights.ts';
import { held } from './query-held.ts';
import type { Guard } from './guard.ts';
import type { Hints } from './hints.ts';
import { noRowsOf, soughtBy } from './query-no-rows.ts';
import {
  added,
  compared,
  MOST_HELD,
  placeOf,
  refuseInexact,
  tooMany,
  type Found,
  comparesWhole,
} from './query-rows.ts';
import type { Reader } from './reader.ts';

/** As many groups as an engine can be asked for. */
const MAX_GROUPS = 2 ** 31 - 1;

export interface QueryEngines {
  readonly reader: Reader;
  readonly warehouse: Warehouse;
  readonly warehouseGuard: Guard;
  readonly hints: Hints;
}

/** From the plan of a question in the one language to its answer. */
export class QueryReader {
  readonly #engines: QueryEngines;
  readonly #flights = new Flights<QueryAnswer>();

  constructor(engines: QueryEngines) {
    this.#engines = engines;
  }

  /**
   * Reads what the plan asks for; nothing where it is only to be planned, or can have no rows.
   * @throws Problem where sums aren't exact, or there is too much to hold; EngineError when the engine fails or is too slow
   */
  async read(plan: QueryPlan, signal: AbortSignal): Promise<QueryAnswer> {
    if (plan.query.dryRun || plan.reason !== undefined) {
      const hint = plan.reason === undefined ? undefined : hintFor(soughtBy(plan));
      return { plan, rows: [], total: undefined, cursor: null, hint, noRows: [] };
    }
    if (plan.route === 'series') return this.#hinted(await this.#bySeries(plan, signal), signal);
    const answer = await this.#flights.join(
      `${plan.version}\0${plan.key}`,
      (last) => this.#engines.warehouseGuard.run((call) => this.#byWarehouse(plan, call), last),
      signal,
    );
    return this.#hinted(answer, signal);
  }

  /** Where nothing is on the first page but gaps, there is nothing: with what may have been meant. */
  async #hinted(answer: QueryAnswer, signal: AbortSignal): Promise<QueryAnswer> {
    const { plan, rows, noRows, cursor } = answer;
    const isEmpty = rows.every(({ measures }) => measures.every((measure) => measure === null));
    if (!isEmpty || plan.offset > 0 || cursor !== null) return answer;
    const { members } = await this.#engines.hints.noRows(soughtBy(plan), signal);
    return { ...answer, hint: members.hint, noRows: rows.length > 0 ? noRows : [] };
  }

  async #bySeries(plan: QueryPlan, signal: AbortSignal): Promise<QueryAnswer> {
    const [now, before] = await Promise.all([
      this.#series(plan, plan.span, signal),
      plan.compared && this.#series(plan, plan.compared, signal),
    ]);
    return { ...held(plan, now.found, before?.found), noRows: now.noRows };
  }

  async #series(
    plan: QueryPlan,
    span: Span,
    signal: AbortSignal,
  ): Promise<{ found: Found[]; noRows: readonly NoRows[] }> {
    const names = Object.keys(plan.metric.measures);
    const places = plan.query.measures.map((name) => names.indexOf(name));
    const answer = await this.#engines.reader
      .read(seriesPlanOf(plan, span), signal)
      .catch((error: unknown) => {
        if (error instanceof Problem && error.code === 'not-found') return undefined;
        // The planner of AQS's URLs has other names for what the caller wrote.
        if (error instanceof Problem && error.code === 'invalid-parameter')
          throw new Problem(error.code, error.message, { parameter: 'range' });
        throw error;
      });
    if (answer?.kind !== 'series') return { found: [], noRows: [] };
    const found = answer.series.flatMap(({ values, first, presence, measures }): Found[] => {
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
    return { found, noRows: answer.noRows };
  }

  async #byWarehouse(plan: QueryPlan, signal: AbortSignal): Promise<QueryAnswer> {
    const { query, offset, span, compared: earlier } = plan;
    if (query.fill) {
      const [now, before] = [
        await this.#all(plan, span, signal),
        earlier && (await this.#all(plan, earlier, signal)),
      ];
      return {
        ...held(plan, now, before),
        noRows: await noRowsOf(this.#engines.warehouse, plan, now, true, signal),
      };
    }
    const page = { offset, limit: query.limit + 1 };
    const rows = await this.#groups(plan, { ...aggregationOf(plan, span), ...page }, signal);
    const now = rows.slice(0, query.limit);
    const before = earlier && (await this.#before(plan, earlier, now, signal));
    const total = query.total ? await this.#total(plan, signal) : undefined;
    const isWhole = rows.length === now.length;
    return {
      plan,
      rows: compared(plan, now, before),
      total,
      hint: undefined,
      noRows:
        offset > 0 || now.length === 0
          ? []
          : await noRowsOf(this.#engines.warehouse, plan, now, isWhole, signal),
      cursor:
        rows.length > now.length
          ? cursorOf(query, { offset: offset + now.length, version: plan.version })
          : null,
    };
  }

  async #total(plan: QueryPlan, signal: AbortSignal): Promise<QueryAnswer['total']> {
    const over = async (span: Span): Promise<Found | undefined> => {
      const whole = {
        ...aggregationOf(plan, span),
        by: [],
        period: undefined,
        order: [],
        offset: 0,
        limit: 1,
      };
      return (await this.#groups(plan, whole, signal))[0];
    };
    const now = await over(plan.span);
    const before = plan.compared && (await over(plan.compared));
    const nothing = plan.query.measures.map(() => null);
    return {
      values: [],
      ordinal: undefined,
      measures: now?.measures ?? nothing,
      compared: plan.compared ? (comparesWhole(plan, plan.loaded) && before?.measures) || nothing : undefined,
    };
  }

  /** All groups of some periods. @throws Problem where they are too many */
  async #all(plan: QueryPlan, span: Span, signal: AbortSignal): Promise<Found[]> {
    const whole = { ...aggregationOf(plan, span), order: [], offset: 0, limit: MOST_HELD + 1 };
    const found = await this.#groups(plan, whole, signal);
    if (found.length > MOST_HELD) throw tooMany('fill');
    return found;
  }

  /**
   * What the rows of a page are compared with. There may be far more groups of the values that they have
   * than rows: the others go by, and aren't held.
   */
  async #before(
    plan: QueryPlan,
    earlier: Span,
    now: readonly Found[],
    signal: AbortSignal,
  ): Promise<Found[]> {
    if (now.length === 0) return [];
    const shift = plan.span.first - earlier.first;
    const ordinals = now.flatMap(({ ordinal }) => (ordinal === undefined ? [] : [ordinal - shift]));
    const span =
      ordinals.length === 0
        ? earlier
        : { ...earlier, first: Math.min(...ordinals), last: Math.max(...ordinals) };
    const asked = aggregationOf(plan, span);
    const onPage = plan.query.by.map((name, i): Condition => ({
      column: columnName(name),
      test: 'in',
      values: [...new Set(now.map(({ values }) => values[i] as string))],
    }));
    const wanted = new Set(
      now.map(({ values, ordinal }) => placeOf(values, ordinal === undefined ? undefined : ordinal - shift)),
    );
    const all = { ...asked, where: [...asked.where, ...onPage], order: [], offset: 0, limit: MAX_GROUPS };
    return this.#groups(plan, all, signal, ({ values, ordinal }) => wanted.has(placeOf(values, ordinal)));
  }

  /** @param isWanted the groups that are held */
  async #groups(
    plan: QueryPlan,
    asked: Aggregation,
    signal: AbortSignal,
    isWanted: (group: Found) => boolean = () => true,
  ): Promise<Found[]> {
    if (asked.last < asked.first) return [];
    const found: Found[] = [];
    for await (const { length, values, ordinals, measures } of this.#engines.warehouse.aggregate(
      asked,
      signal,
    )) {
      for (let i = 0; i < length; i++) {
        const group = {
          values: values.map((column) => column[i] as string),
          ordinal: ordinals?.[i],
          measures: measures.map((column) => column[i] ?? null),
        };
        if (isWanted(group)) found.push(group);
      }
    }
    refuseInexact(plan, found);
    return found;
  }
}
