import { abortable } from '../core/abort.ts';
import { afterwards } from '../core/at-once.ts';
import {
  PRESENCE,
  type Answer,
  type Entries,
  type RankedList,
  type SeriesAnswer,
  type TopAnswer,
} from '../core/question/answer.ts';
import { hintFor, type EmptyQuestion } from '../core/hint/hints.ts';
import { cellPeriods, seriesKeyOf } from '../core/cell/layout.ts';
import type { SeriesMetric } from '../core/metric/metric.ts';
import type { NamesFound } from '../core/problem.ts';
import { emptyQuestionOf, valuesWithoutRows } from '../core/question/no-rows.ts';
import {
  answerVersion,
  type PathPlan,
  type Plan,
  type RowsPlan,
  type SeriesPlan,
  type SeriesRead,
  type TopPlan,
} from '../core/question/plan.ts';
import type { QueryAnswer } from '../core/question/query-answer.ts';
import { refine } from '../core/time/time.ts';
import type { Warehouse } from '../warehouses/warehouse.ts';
import type { CellReader } from './cells.ts';
import { Flights } from './flights.ts';
import type { Guard } from './guard.ts';
import type { Hints } from './hints.ts';
import { aggregateIn, isCountedIn, type LiveNumbers, openOf, withOpen } from './live.ts';
import { published } from './published-entries.ts';
import { rowsOfSeries, rowsOfWarehouse } from './rows.ts';
import { readSeries, storedInCells } from './series.ts';
import { shownQuestionOf } from './shown-question.ts';
import { listsInWarehouse } from './warehouse-lists.ts';
import { storedInWarehouse } from './warehouse-series.ts';

export interface Engines {
  readonly cells: CellReader;
  readonly warehouse: Warehouse;
  /** For series in the warehouse. */
  readonly seriesGuard: Guard;
  /** For rows, where callers choose how much work a statement is. */
  readonly rowsGuard: Guard;
  readonly hints: Hints;
  /** Undefined where nothing is counted while it comes in. */
  readonly live?: LiveNumbers | undefined;
  readonly liveGuard: Guard;
}

/** The type of the answer to a plan. */
export type AnswerOf<P extends Plan> = P extends RowsPlan ? QueryAnswer : Answer;

/** Reads the answers to plans from the engines. */
export class Reader {
  readonly #engines: Engines;
  readonly #series = new Flights<SeriesAnswer>();
  readonly #rows = new Flights<QueryAnswer>();
  readonly #lists = new Flights<(Entries | null)[]>();

  constructor(engines: Engines) {
    this.#engines = engines;
  }

  /**
   * Reads what the plan asks for.
   * @returns the answer itself if nothing had to be waited for; what is thrown then is thrown at once, too
   * @throws Problem if a path has no row at all (an answer of rows is empty instead, with a hint), if sums
   * aren't exact, or if there are too many rows to hold; EngineError if the engine fails or is too slow
   */
  read<P extends Plan>(plan: P, signal: AbortSignal): AnswerOf<P> | Promise<AnswerOf<P>> {
    const asked: Plan = plan;
    const answer = asked.kind === 'rows' ? this.#readRows(asked, signal) : this.#readPath(asked, signal);
    return answer as AnswerOf<P> | Promise<AnswerOf<P>>;
  }

  #readPath(plan: PathPlan, signal: AbortSignal): Answer | Promise<Answer> {
    const read: Answer | Promise<Answer> =
      plan.kind === 'top' ? this.#readTop(plan, signal) : this.#readSeries(plan, signal);
    return afterwards(read, (answer) => (isEmpty(plan, answer) ? this.#refuse(plan, signal) : answer));
  }

  /** @throws Problem that tells why there are no rows */
  async #refuse(plan: PathPlan, signal: AbortSignal): Promise<never> {
    throw await this.#engines.hints.noRows(emptyQuestionOf(plan, plan.grain, plan.span), signal);
  }

  /** Suggestions for the values without rows, if others of the same answer have some. Never rejects. */
  async namesBeside(plan: PathPlan, { noRows }: Answer, signal: AbortSignal): Promise<NamesFound[]> {
    if (noRows.length === 0) return [];
    return this.#engines.hints.beside(emptyQuestionOf(plan, plan.grain, plan.span), noRows, signal);
  }

  /** The statement of a question, as a text for people; undefined if there is none. @throws EngineError */
  async sqlOf(plan: RowsPlan, signal: AbortSignal): Promise<string | undefined> {
    const { warehouse, rowsGuard } = this.#engines;
    const question = shownQuestionOf(plan);
    return question && rowsGuard.run((call) => warehouse.sqlOf(question, call), signal);
  }

  #readSeries(plan: SeriesPlan, signal: AbortSignal): SeriesAnswer | Promise<SeriesAnswer> {
    const key = `${answerVersion(plan)}\0${plan.key}`;
    if (plan.route === 'series' && !plan.asOf) return this.#readByKey(plan, key, signal);
    return this.#readBySql(plan, key, signal);
  }

  /** @param key equal reads have equal keys */
  async #readBySql(plan: SeriesRead, key: string, signal: AbortSignal): Promise<SeriesAnswer> {
    const { warehouse, seriesGuard } = this.#engines;
    return this.#series.join(
      key,
      (last) =>
        seriesGuard.run(
          async (call) => readSeries(plan, await storedInWarehouse(warehouse, plan, call)),
          last,
        ),
      signal,
    );
  }

  /** @param key equal reads have equal keys, if they have open periods */
  #readByKey(read: SeriesRead, key: string, signal: AbortSignal): SeriesAnswer | Promise<SeriesAnswer> {
    const stored = storedInCells(this.#engines.cells, read.metric as SeriesMetric, read.state);
    const { live, liveGuard } = this.#engines;
    const { open } = read;
    if (!live || !open) {
      const answer = readSeries(read, stored);
      return answer instanceof Promise ? abortable(answer, signal) : answer;
    }
    return this.#series.join(
      key,
      (last) =>
        liveGuard.run(async (call) => {
          const { counting } = live;
          const answer = await readSeries(read, await withOpen(stored, live, read, open, call));
          return { ...answer, ...openOf(read, counting) };
        }, last),
      signal,
    );
  }

  /** Reads rows. A dry run reads nothing. A plan that is known to have no rows reads nothing, either. */
  async #readRows(plan: RowsPlan, signal: AbortSignal): Promise<QueryAnswer> {
    const { hints, rowsGuard, warehouse, live } = this.#engines;
    const counting = live?.counting;
    const question = (): EmptyQuestion => emptyQuestionOf(plan, plan.source, refine(plan.span, plan.source));
    if (plan.query.dryRun || plan.reason !== undefined) {
      const hint = plan.reason === undefined ? undefined : hintFor(question());
      return { plan, rows: [], total: undefined, cursor: null, hint, noRows: [] };
    }
    const found =
      plan.route === 'series'
        ? await rowsOfSeries(plan, async (series) => {
            // A ratio of two metrics reads series of both.
            const part = `${plan.key}\0${series.metric.name}\0${series.span.first}`;
            return series.asOf
              ? this.#readBySql(series, part, signal)
              : this.#readByKey(series, `${answerVersion(plan)}\0${part}`, signal);
          })
        : await this.#rows.join(
            `${answerVersion(plan)}\0${plan.key}`,
            (last) =>
              rowsGuard.run(
                (call) =>
                  rowsOfWarehouse(plan, aggregateIn(plan, warehouse, live, call), (asked) =>
                    warehouse.analyse(asked, call),
                  ),
                last,
              ),
            signal,
          );
    const answer = { ...found, ...openOf(plan, counting) };
    // An answer whose only page has nothing but gaps counts as empty, and gets a hint.
    const { rows, noRows, cursor } = answer;
    if (plan.analysis && rows.length > 0) return answer;
    if (plan.analysis?.having.length && plan.offset === 0) return { ...answer, hint: NO_ROW_MEETS };
    const isEmpty = rows.every(({ measures }) => measures.every((measure) => measure === null));
    if (!isEmpty || plan.offset > 0 || cursor !== null) return answer;
    const { members } = await hints.noRows(question(), signal);
    return { ...answer, hint: members.hint, noRows: rows.length > 0 ? noRows : [] };
  }

  async #readTop(plan: TopPlan, signal: AbortSignal): Promise<TopAnswer> {
    const metric = plan.metric as SeriesMetric;
    const counting = this.#engines.live?.counting;
    const found = plan.asOf ? await this.#pastLists(plan, signal) : await this.#listsNow(plan, signal);
    const lists = plan.lists.flatMap((values, i): RankedList[] => {
      const entries = found[i];
      return entries ? [{ values, entries: published(metric, values, entries) }] : [];
    });
    const absent = plan.lists.filter((_, i) => !found[i]);
    const noRows = valuesWithoutRows(plan, absent);
    const { grain, ordinal } = plan;
    return { kind: 'top', metric, grain, ordinal, lists, noRows, ...openOf(plan, counting) };
  }

  /** Reads the lists of now: those of an open period are counted. */
  async #listsNow(plan: TopPlan, signal: AbortSignal): Promise<(Entries | null)[]> {
    const { live, liveGuard } = this.#engines;
    const { open, metric } = plan;
    if (!live || !open) return this.#listsByKey(plan, signal);
    const isOpen = isCountedIn(metric, open);
    const counted = await this.#lists.join(
      `${answerVersion(plan)}\0${plan.key}`,
      (last) => liveGuard.run((call) => listsInWarehouse(live.tables, plan, call), last),
      signal,
    );
    if (plan.lists.every(isOpen)) return counted;
    const stored = await this.#listsByKey(plan, signal);
    return plan.lists.map((list, i) => (isOpen(list) ? counted : stored)[i] ?? null);
  }

  async #listsByKey(plan: TopPlan, signal: AbortSignal): Promise<(Entries | null)[]> {
    const metric = plan.metric as SeriesMetric;
    const periods = cellPeriods('top', plan.span);
    const found = plan.lists.map((values) =>
      this.#engines.cells.read(metric, seriesKeyOf(metric, values), periods, plan.state),
    );
    const cells = (await abortable(Promise.all(found), signal)) as [Entries | null][];
    return cells.map(([entries]) => entries);
  }

  /** Reads the lists of an earlier time, which only the warehouse has. */
  async #pastLists(plan: TopPlan, signal: AbortSignal): Promise<(Entries | null)[]> {
    const { warehouse, seriesGuard } = this.#engines;
    return abortable(
      seriesGuard.run((call) => listsInWarehouse(warehouse, plan, call)),
      signal,
    );
  }
}

const NO_ROW_MEETS = 'No row meets having. Leave it out to see whether there are rows.';

/** Whether an answer has no row at all. */
function isEmpty(plan: PathPlan, answer: Answer): boolean {
  return answer.kind === 'top'
    ? answer.lists.length === 0
    : answer.series.every(({ presence }) => !presence.some((there) => isRow(plan, there)));
}

/**
 * Whether a period counts as a row. Zeros that `fill` made count if every value asked for is known to exist,
 * because it comes from a closed list or a scope. A title may not exist at all.
 */
function isRow(plan: PathPlan, there: number): boolean {
  if (there === PRESENCE.stored) return true;
  const { metric } = plan;
  return (
    there === PRESENCE.zeros &&
    plan.kind === 'series' &&
    plan.fill === 'zero' &&
    metric.dimensions.every(({ name, values }) => values !== undefined || metric.scope.includes(name))
  );
}
