import type { Entries } from '../core/question/answer.ts';
import type { TopPlan } from '../core/question/plan.ts';
import { columnName } from '../core/metric/table.ts';
import { tableOf } from '../core/metric/metric-table.ts';
import type { Warehouse } from '../warehouses/warehouse.ts';

interface List {
  readonly dimensions: string[][];
  readonly ranks: number[];
  readonly measures: number[][];
}

/** Reads the ranked lists of a plan from the warehouse, with one statement; null for a list without entries. */
export async function listsInWarehouse(
  warehouse: Pick<Warehouse, 'select'>,
  { metric, lists, span, asOf }: TopPlan,
  signal: AbortSignal,
): Promise<(Entries | null)[]> {
  const found = new Map<string, List>();
  const where = metric.dimensions.map(({ name }, i) => ({
    column: columnName(name),
    values: [...new Set(lists.map((list) => list[i] as string))],
  }));
  const asked = { table: tableOf(metric), ...span, where, ...(asOf ? { asOf: asOf.version } : {}) };
  for await (const rows of warehouse.select(asked, signal)) {
    for (let i = 0; i < rows.length; i++) {
      const key = rows.dimensions.map((column) => column[i]).join('\0');
      let list = found.get(key);
      if (!list)
        found.set(
          key,
          (list = { dimensions: rows.entry.map(() => []), ranks: [], measures: rows.measures.map(() => []) }),
        );
      list.ranks.push(rows.ranks?.[i] ?? 0);
      rows.entry.forEach((column, e) => list.dimensions[e]?.push(column[i] as string));
      rows.measures.forEach((column, m) => list.measures[m]?.push(column[i] as number));
    }
  }
  return lists.map((values) => {
    const list = found.get(values.join('\0'));
    return list ? { length: list.ranks.length, ...list } : null;
  });
}
