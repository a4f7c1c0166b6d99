import type { Dimension } from './dimension.ts';
import { dimensionNames, type Metric } from './metric.ts';
import { columnName, type Column, type Table } from './table.ts';

const tables = new WeakMap<Metric, Table>();

/** A metric's table. It is made once, because every request needs its name. */
export function tableOf(metric: Metric): Table {
  let table = tables.get(metric);
  if (!table) tables.set(metric, (table = makeTable(metric)));
  return table;
}

function makeTable(metric: Metric): Table {
  const { shape } = metric;
  const textColumn = (name: string): Column => ({ name: columnName(name), type: 'text' });
  return {
    name: metric.table ?? columnName(metric.name),
    dimensions: dimensionNames(metric).map(textColumn),
    scope: metric.scope.map(textColumn),
    sortedFirst: narrow(metric.dimensions).map(textColumn),
    entry: shape.kind === 'top' ? shape.entry.map((dimension) => textColumn(dimension.name)) : [],
    measures: Object.entries(metric.measures).map(([name, measure]) => ({
      name: columnName(name),
      type: measure.kind,
      ...(measure.gaps ? { nullable: true } : {}),
    })),
    ranking: shape.kind === 'top' ? { by: columnName(shape.rankBy), limit: shape.limit } : undefined,
  };
}

/**
 * The dimensions with a closed list and a total, those with the fewest values first. Most questions ask
 * for one value of each; if its rows lie together, a scan skips the others.
 */
function narrow(dimensions: readonly Dimension[]): string[] {
  const size = ({ values = [] }: Dimension): number => values.length;
  return dimensions
    .filter(({ values, total }) => values !== undefined && total !== undefined)
    .toSorted((a, b) => size(a) - size(b))
    .map(({ name }) => name);
}
