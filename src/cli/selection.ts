import { hintFor } from '../core/hint/hints.ts';
import type { Metric } from '../core/metric/metric.ts';
import { EMPTY_STATE } from '../core/time/table-state.ts';
import { tableOf } from '../core/metric/metric-table.ts';
import { parseDateRange, type Selection } from '../load/selection.ts';
import type { Warehouse } from '../warehouses/warehouse.ts';

/** A part of a metric, as written at the command line. */
export interface SelectionFlags {
  readonly grain?: Selection['grain'];
  readonly range?: string;
  readonly where?: Selection['where'];
}

/** @throws UsageError for a range that is none */
export function selectionOf({ grain, range, where }: SelectionFlags): Selection {
  return {
    ...(grain === undefined ? {} : { grain }),
    ...(range === undefined ? {} : { range: parseDateRange(range) }),
    ...(where === undefined ? {} : { where }),
  };
}

/** The longest that a command which did nothing looks why, in ms. */
export const WHY_MS = 5000;

/** What may have been meant by a selection in which nothing is, as a gateway would say it. */
export async function whyNothing(
  metric: Metric,
  { grain, where = {} }: Selection,
  warehouse: Warehouse,
  signal: AbortSignal,
): Promise<string> {
  const state = (await warehouse.states(signal)).tables.get(tableOf(metric).name) ?? EMPTY_STATE;
  const [first = 'daily'] = state.coverage.keys();
  const listed = metric.dimensions.map(({ name, normalise }) => (where[name] ?? []).map(normalise));
  return `There is nothing like that. ${hintFor({ metric, listed, grain: grain ?? first, state })}`;
}
