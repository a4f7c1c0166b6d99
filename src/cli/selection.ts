import { hintFor } from '../core/hint/hints.ts';
import { dimensionIndex, type Metric } from '../core/metric/metric.ts';
import { coverageOf, EMPTY_STATE, type TableState, valuesOfScope } from '../core/time/table-state.ts';
import { intervalsInWords } from './loaded-lines.ts';
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
  const hint = hintFor({ metric, listed, grain: grain ?? first, state });
  return ['There is nothing like that.', hint, ...gapsIn(metric, state, listed)].join(' ');
}

/** A sentence on what is loaded with gaps, which its first and last period hide. */
function gapsIn(metric: Metric, state: TableState, listed: readonly (readonly string[])[]): string[] {
  const wanted = metric.scope.map((name) => listed[dimensionIndex(metric, name)] ?? []);
  const isMeant = (key: string): boolean =>
    valuesOfScope(key).every((value, i) => wanted[i]?.length === 0 || wanted[i]?.includes(value) === true);
  const told = [...state.coverage].flatMap(([grain, scopes]) => {
    const coverage = coverageOf(state, grain, [...scopes.keys()].filter(isMeant));
    return coverage.length > 1 ? [`${grain} numbers of ${intervalsInWords(grain, coverage)}`] : [];
  });
  return told.length === 0 ? [] : [`There are gaps: loaded are ${told.join('; ')}.`];
}
