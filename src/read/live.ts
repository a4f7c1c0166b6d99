import type { Open } from '../core/question/answer.ts';
import type { Counting, NotCounting, OpenPeriods } from '../core/question/counting.ts';
import type { Condition } from '../core/question/aggregation.ts';
import type { RowsPlan, SeriesRead } from '../core/question/plan.ts';
import { columnName } from '../core/metric/table.ts';
import type { Aggregate } from './rows-missing.ts';
import { dimensionIndex, type Metric } from '../core/metric/metric.ts';
import { intersect, ordinalAt, refine, startOf } from '../core/time/time.ts';
import type { Warehouse } from '../warehouses/warehouse.ts';
import type { ReadStored } from './series.ts';
import { storedInWarehouse } from './warehouse-series.ts';

/** The numbers of open periods, which are counted while events come in. */
export interface LiveNumbers {
  /** What is counted now. */
  readonly counting: Counting | NotCounting;
  /** The rows that the open periods of a metric's table have so far, read like those of a warehouse. */
  readonly tables: Pick<Warehouse, 'select' | 'aggregate'>;
}

/** What an answer says about its open periods. @param counting as it was before the answer was read */
export function openOf(
  { open, span, source }: Pick<SeriesRead, 'open' | 'span' | 'source'>,
  counting: Counting | NotCounting | undefined,
): { readonly open?: Open } {
  if (!open || !counting || 'why' in counting) return {};
  const from = ordinalAt(span.grain, startOf(source, open.first));
  return { open: { from, asOfMs: counting.asOfMs } };
}

/** Returns whether the open periods of a series or list are counted, by its values. */
export function isCountedIn(metric: Metric, { scopes }: OpenPeriods): (values: readonly string[]) => boolean {
  const place = dimensionIndex(metric, metric.scope[0] ?? '');
  return (values) => scopes.includes(values[place] ?? '');
}

/** Puts the counted rows of open periods into the place of stored ones. */
export async function withOpen(
  closed: ReadStored,
  { tables }: LiveNumbers,
  plan: SeriesRead,
  open: OpenPeriods,
  signal: AbortSignal,
): Promise<ReadStored> {
  const parts = plan.parts.map((part) => ({
    ...part,
    span: intersect(refine(part.span, plan.source), open),
  }));
  if (parts.every(({ span }) => span.last < span.first)) return closed;
  const counted = await storedInWarehouse(tables, { ...plan, parts }, signal);
  const isCounted = isCountedIn(plan.metric, open);
  return async (values, span) => {
    const stored = await closed(values, span);
    if (span.last < open.first || !isCounted(values)) return stored;
    const first = Math.max(span.first, open.first);
    const rows = await counted(values, { ...span, first });
    const presence = stored.presence.slice();
    presence.set(rows.presence, first - span.first);
    const measures = stored.measures.map((numbers, m) => {
      const all = numbers.slice();
      all.set(rows.measures[m] ?? [], first - span.first);
      return all;
    });
    return { presence, measures };
  };
}

/**
 * Sends an aggregation to the warehouse and, if the plan has open periods, also to the counted rows of these. A group then
 * may come twice.
 */
export function aggregateIn(
  { open, metric }: RowsPlan,
  warehouse: Pick<Warehouse, 'aggregate'>,
  live: LiveNumbers | undefined,
  signal: AbortSignal,
): Aggregate {
  if (!open || !live) return (asked) => warehouse.aggregate(asked, signal);
  const column = columnName(metric.scope[0] ?? '');
  return async function* (asked) {
    // Rows of open periods may be stored since the plan was made.
    const stored = open.scopes.map((value) => ({ where: [{ column, value }], ...open }));
    yield* warehouse.aggregate({ ...asked, except: [...asked.except, ...stored] }, signal);
    const first = Math.max(asked.first, open.first);
    const counted: Condition = { column, test: 'in', values: open.scopes };
    if (first <= asked.last)
      yield* live.tables.aggregate({ ...asked, first, where: [...asked.where, counted] }, signal);
  };
}
