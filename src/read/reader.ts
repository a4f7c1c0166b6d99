import { abortable } from '../core/abort.ts';
import {
  PRESENCE,
  type Answer,
  type Entries,
  type RankedList,
  type SeriesAnswer,
  type TopAnswer,
} from '../core/answer.ts';
import type { Sought } from '../core/hints.ts';
import type { TableState } from '../core/table-state.ts';
import { cellPeriods, seriesKeyOf } from '../core/layout.ts';
import type { Metric, SeriesMetric } from '../core/metric.ts';
import type { Plan, SeriesPlan, TopPlan } from '../core/plan.ts';
import type { NamesFound } from '../core/names-found.ts';
import { publishable } from '../core/privacy.ts';
import { valuesWithoutRows } from '../core/no-rows.ts';
import type { Warehouse } from '../warehouses/warehouse.ts';
import type { CellReader } from './cells.ts';
import { Flights } from './flights.ts';
import type { Guard } from './guard.ts';
import type { Hints } from './hints.ts';
import { readSeries, storedInCells } from './series.ts';
import { storedInWarehouse } from './warehouse-series.ts';

export interface Engines {
  readonly cells: CellReader;
  readonly warehouse: Warehouse;
  readonly warehouseGuard: Guard;
  readonly hints: Hints;
  readonly stateOf: (metric: Metric) => TableState;
}

/** From plan to answer. */
export class Reader {
  readonly #engines: Engines;
  readonly #flights = new Flights<SeriesAnswer>();

  constructor(engines: Engines) {
    this.#engines = engines;
  }

  /**
   * Reads what the plan asks for.
   * @throws Problem where there is no row at all; EngineError when the engine fails or is too slow
   */
  async read(plan: Plan, signal: AbortSignal): Promise<Answer> {
    const answer =
      plan.kind === 'top' ? await this.#readTop(plan, signal) : await this.#readSeries(plan, signal);
    const empty =
      answer.kind === 'top'
        ? answer.lists.length === 0
        : answer.series.every(({ presence }) => !presence.some((there) => isRow(plan, there)));
    if (empty) {
      throw await this.#engines.hints.noRows(this.#soughtBy(plan), signal);
    }
    return answer;
  }

  /** What may have been meant by those of several values that have no rows. Never rejects. */
  async namesBeside(plan: Plan, { noRows }: Answer, signal: AbortSignal): Promise<NamesFound[]> {
    return noRows.length === 0 ? [] : this.#engines.hints.beside(this.#soughtBy(plan), noRows, signal);
  }

  #soughtBy(plan: Plan): Sought {
    const { metric, listed, grain } = plan;
    const asked = plan.kind === 'top' ? { grain, first: plan.ordinal, last: plan.ordinal } : plan.asked;
    return { metric, listed, grain, state: this.#engines.stateOf(metric), asked };
  }

  async #readSeries(plan: SeriesPlan, signal: AbortSignal): Promise<SeriesAnswer> {
    const { cells, warehouse, warehouseGuard, stateOf } = this.#engines;
    const { metric } = plan;
    if (metric.home === 'series') {
      return abortable(readSeries(plan, storedInCells(cells, metric, stateOf(metric))), signal);
    }
    return this.#flights.join(
      `${plan.version}\0${plan.key}`,
      (last) =>
        warehouseGuard.run(
          async (call) => readSeries(plan, await storedInWarehouse(warehouse, plan, call)),
          last,
        ),
      signal,
    );
  }

  async #readTop(plan: TopPlan, signal: AbortSignal): Promise<TopAnswer> {
    const metric = plan.metric as SeriesMetric;
    const span = { grain: plan.grain, first: plan.ordinal, last: plan.ordinal };
    const state = this.#engines.stateOf(metric);
    const periods = cellPeriods('top', span);
    const found = plan.lists.map((values) =>
      this.#engines.cells.read(metric, seriesKeyOf(metric, values), periods, state),
    );
    const cells = (await abortable(Promise.all(found), signal)) as [Entries | null][];
    const lists = plan.lists.flatMap((values, i): RankedList[] => {
      const [entries] = cells[i] as [Entries | null];
      return entries ? [{ values, entries: published(metric, values, entries) }] : [];
    });
    const absent = plan.lists.filter((_, i) => cells[i]?.[0] === null);
    const noRows = valuesWithoutRows(plan, absent);
    return { kind: 'top', metric, grain: plan.grain, ordinal: plan.ordinal, lists, noRows };
  }
}

/**
 * Whether a period has a row. Zeros that were asked for are rows where it is known of all that was
 * asked for that it exists: a title that nobody knows has none.
 */
function isRow(plan: Plan, there: number): boolean {
  if (there === PRESENCE.stored) return true;
  const { metric } = plan;
  return (
    there === PRESENCE.zeros &&
    plan.kind === 'series' &&
    plan.fill === 'zero' &&
    metric.dimensions.every(({ name, values }) => values !== undefined || metric.scope.includes(name))
  );
}

/** What may be published of a list: whoever wrote it should have left out the rest. */
function published(metric: Metric, values: readonly string[], entries: Entries): Entries {
  const isPublishable = publishable(metric);
  if (!isPublishable) return entries;
  const kept = entries.ranks.flatMap((_, i) => {
    const row = [...values, ...entries.dimensions.map((column) => column[i] as string)];
    return isPublishable(
      row,
      entries.measures.map((column) => column[i] as number),
    )
      ? [i]
      : [];
  });
  if (kept.length === entries.length) return entries;
  const pick = <T>(column: readonly T[]): T[] => kept.map((i) => column[i] as T);
  return {
    length: kept.length,
    dimensions: entries.dimensions.map(pick),
    ranks: pick(entries.ranks),
    measures: entries.measures.map(pick),
  };
}
