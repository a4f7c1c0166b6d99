import { cover, type Coverage } from '../core/coverage.ts';
import { type PartitionState, type TableState } from '../core/table-state.ts';
import { partitionName, partitionSpan } from '../core/layout.ts';
import type { Metric } from '../core/metric.ts';
import { type Grain, lengthOf, ordinalAt, startOf, touchedPeriods, wholePeriods } from '../core/time.ts';

/** Whether a metric's months are, where none are stored, the sums of the days there are. */
export function sumsMonths(metric: Metric): boolean {
  return metric.grains.monthly === 'stored or summed' && metric.grains.daily !== undefined;
}

/**
 * What a series store is to know of a table once all of the warehouse's rows are in it: the
 * warehouse's state, and that of the months that publishing makes from days.
 */
export function publishedState(metric: Metric, state: TableState): TableState {
  if (!sumsMonths(metric)) return state;
  const partitions = new Map(state.partitions);
  for (const [name, days] of state.partitions) {
    const span = partitionSpan(name);
    if (span.grain !== 'daily') continue;
    const year = partitionName('monthly', ordinalAt('monthly', startOf('daily', span.first)));
    partitions.set(year, newest(days, partitions.get(year)));
  }
  const coverage = new Map<Grain, ReadonlyMap<string, Coverage>>(state.coverage);
  const months = new Map(state.coverage.get('monthly'));
  for (const [scope, days] of state.coverage.get('daily') ?? [])
    months.set(scope, withMonthsOf(days, months.get(scope) ?? []));
  if (months.size > 0) coverage.set('monthly', months);
  return { version: state.version, partitions, coverage };
}

/** A year of months changes when its own rows do, or its days do. Only rows of its own are counted. */
function newest(days: PartitionState, year: PartitionState | undefined): PartitionState {
  return {
    version: Math.max(days.version, year?.version ?? 0),
    removed: Math.max(days.removed, year?.removed ?? 0),
    rows: year?.rows ?? 0,
  };
}

/** A month is there when one of its days is, and complete when all of them are. */
function withMonthsOf(days: Coverage, months: Coverage): Coverage {
  let result = months;
  for (const { first, last, complete } of days) {
    const span = { grain: 'daily', first, last } as const;
    const touched = touchedPeriods(span, 'monthly');
    result = cover(result, { first: touched.first, last: touched.last, complete: false });
    const whole = wholePeriods(span, 'monthly');
    if (complete && lengthOf(whole) > 0)
      result = cover(result, { first: whole.first, last: whole.last, complete: true });
  }
  return result;
}
