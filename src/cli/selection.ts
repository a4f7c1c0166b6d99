import { hintFor } from '../core/hint/hints.ts';
import { dimensionIndex, type Metric } from '../core/metric/metric.ts';
import { coverageOf, EMPTY_STATE, type TableState, valuesOfScope } from '../core/time/table-state.ts';
import { intervalsInWords } from './loaded-lines.ts';
import { tableOf } from '../core/metric/metric-table.ts';
import { parseDateRange, type Selection } from '../load/selection.ts';
import type { Warehouse } from '../warehouses/warehouse.ts';

/** The flags that select a part of a metric. */
export interface SelectionFlags {
  readonly grain?: Selection['grain'];
  readonly range?: string;
  readonly where?: Selection['where'];
}

/** Returns the selection that the flags describe. @throws UsageError for an invalid range */
export function selectionOf({ grain, range, where }: SelectionFlags): Selection {
  return {
    ...(grain === undefined ? {} : { grain }),
    ...(range === undefined ? {} : { range: parseDateRange(range) }),
    ...(where === undefined ? {} : { where }),
  };
}

/** The maximum time, in ms, that a command which did nothing spends on finding out why. */
export const WHY_MS = 5000;

/** Says that a selection has no rows, and what may have been meant, in the words of a gateway. */
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
  return ['No rows match this selection.', hint, ...gapsIn(metric, state, listed)].join(' ');
}

/** Returns a sentence about gaps in the loaded data, because the hint has only the first and last period. */
function gapsIn(metric: Metric, state: TableState, listed: readonly (readonly string[])[]): string[] {
  const wanted = metric.scope.map((name) => listed[dimensionIndex(metric, name)] ?? []);
  const isMeant = (key: string): boolean =>
    valuesOfScope(key).every((value, i) => wanted[i]?.length === 0 || wanted[i]?.includes(value) === true);
  const gappy = [...state.coverage].flatMap(([grain, scopes]) => {
    const coverage = coverageOf(state, grain, [...scopes.keys()].filter(isMeant));
    return coverage.length > 1 ? [`${grain} numbers of ${intervalsInWords(grain, coverage)}`] : [];
  });
  return gappy.length === 0 ? [] : [`There are gaps: only ${gappy.join('; ')} are loaded.`];
}
