import type { Metric } from '../core/metric/metric.ts';
import { tableOf } from '../core/metric/metric-table.ts';
import { columnName } from '../core/metric/table.ts';
import { hullOf } from '../core/time/coverage.ts';
import { coverageOf, type TableState } from '../core/time/table-state.ts';
import { storedGrains } from '../load/periods.ts';
import type { Warehouse } from '../warehouses/warehouse.ts';

/** The values of dimensions that neither a list nor the coverage names, the most frequent first. */
export type FrequentValues = ReadonlyMap<string, readonly string[]>;

/** How many periods at the end of a table are looked at, and how many values of a dimension are wanted. */
const PERIODS = 31;
const MAX_VALUES = 31;

/** Looks for the most frequent values of a metric's dimensions in its newest rows. @throws EngineError */
export async function frequentValues(
  warehouse: Pick<Warehouse, 'aggregate'>,
  metric: Metric,
  state: TableState,
  signal: AbortSignal,
): Promise<FrequentValues> {
  const found = new Map<string, readonly string[]>();
  const [grain] = storedGrains(metric);
  const hull = grain && hullOf(coverageOf(state, grain, undefined));
  const [measure] = Object.keys(metric.measures).map(columnName);
  if (!hull || measure === undefined) return found;
  for (const { name } of metric.dimensions) {
    const column = columnName(name);
    const groups = warehouse.aggregate(
      {
        table: tableOf(metric),
        grain,
        first: Math.max(hull.first, hull.last - PERIODS + 1),
        last: hull.last,
        where: [],
        except: [],
        least: [],
        by: [column],
        period: undefined,
        measures: [measure],
        order: [
          { column: measure, descending: true },
          { column, descending: false },
        ],
        offset: 0,
        limit: MAX_VALUES,
      },
      signal,
    );
    const values: string[] = [];
    for await (const batch of groups) values.push(...(batch.values[0] ?? []));
    found.set(name, values);
  }
  return found;
}
