import { PRESENCE } from '../core/question/answer.ts';
import type { SeriesRead } from '../core/question/plan.ts';
import { sumsMonths } from '../core/metric/published-state.ts';
import { columnName, type Rows } from '../core/metric/table.ts';
import { tableOf } from '../core/metric/metric-table.ts';
import { lengthOf, refine } from '../core/time/time.ts';
import type { Warehouse } from '../warehouses/warehouse.ts';
import type { ReadStored } from './series.ts';
import { emptyStored, type Stored } from './series-sum.ts';

/**
 * Reads all series of a plan from the warehouse, with one statement, or two if days are summed into months. It has
 * all rows that a series store serves, and also those of earlier times.
 */
export async function storedInWarehouse(
  warehouse: Pick<Warehouse, 'select'>,
  plan: SeriesRead,
  signal: AbortSignal,
): Promise<ReadStored> {
  const spans = plan.parts
    .filter((part) => lengthOf(part.span) > 0)
    .map((part) => refine(part.span, plan.source));
  const first = Math.min(...spans.map((span) => span.first));
  const last = Math.max(...spans.map((span) => span.last));
  const members = plan.parts.flatMap((part) => part.members);
  const measures = Object.keys(plan.metric.measures).length;
  const stored = new Map<string, Stored>();
  const where = plan.metric.dimensions.map((dimension, i) => ({
    column: columnName(dimension.name),
    values: [...new Set(members.map((member) => member[i] as string))],
  }));
  const asOf = plan.asOf ? { asOf: plan.asOf.version } : {};
  const asked = { table: tableOf(plan.metric), grain: plan.source, first, last, where, ...asOf };
  // The store has months that publishing summed. Rows that are stored as months replace them.
  const sums =
    plan.metric.home === 'series' && plan.source === 'monthly' && sumsMonths(plan.metric)
      ? [warehouse.select({ ...asked, ...refine(asked, 'daily'), sumTo: 'monthly' as const }, signal)]
      : [];
  for await (const rows of inTurn([...sums, warehouse.select(asked, signal)])) {
    for (let i = 0; i < rows.length; i++) {
      const key = rows.dimensions.map((column) => column[i]).join('\0');
      let series = stored.get(key);
      if (!series) stored.set(key, (series = emptyStored(last - first + 1, measures)));
      const at = (rows.ordinals[i] as number) - first;
      series.presence[at] = PRESENCE.stored;
      series.measures.forEach((measure, m) => (measure[at] = rows.measures[m]?.[i] as number));
    }
  }
  return (values, span) => {
    const series = stored.get(values.join('\0')) ?? emptyStored(last - first + 1, measures);
    const [from, until] = [span.first - first, span.last - first + 1];
    return {
      presence: series.presence.slice(from, until),
      measures: series.measures.map((measure) => measure.slice(from, until)),
    };
  };
}

async function* inTurn(sources: readonly AsyncIterable<Rows>[]): AsyncGenerator<Rows> {
  for (const rows of sources) yield* rows;
}
