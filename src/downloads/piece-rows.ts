import { nameOf } from '../core/metric/dimension.ts';
import type { Metric } from '../core/metric/metric.ts';
import { publishable } from '../core/metric/privacy.ts';
import type { Rows } from '../core/metric/table.ts';
import { startOf, type Grain } from '../core/time/time.ts';
import type { SheetCell, SheetRows } from '../formats/sheet.ts';
import type { Copy, Warehouse } from '../warehouses/warehouse.ts';

/** Yields the rows of a piece as cells, without those that may not be published. */
export async function* pieceRows(
  metric: Metric,
  { table, grain, first, last, where }: Copy,
  warehouse: Warehouse,
  signal: AbortSignal,
): AsyncGenerator<SheetRows> {
  const isPublishable = publishable(metric);
  for await (const rows of warehouse.select({ table, grain, first, last, where, anyOrder: true }, signal)) {
    const columns = columnsOf(rows, grain);
    if (!isPublishable) yield { length: rows.length, columns };
    else {
      const texts = [...rows.dimensions, ...rows.entry];
      const kept = Array.from({ length: rows.length }, (_, i) => i).filter((i) =>
        isPublishable(
          texts.map((column) => column[i] as string),
          rows.measures.map((column) => column[i] as number),
        ),
      );
      yield {
        length: kept.length,
        columns: columns.map((cells) => kept.map((i) => cells[i] as SheetCell)),
      };
    }
  }
}

function columnsOf({ dimensions, ordinals, entry, ranks, measures }: Rows, grain: Grain): SheetCell[][] {
  return [
    ...dimensions.map((column) => [...column]),
    ordinals.map((ordinal) => startOf(grain, ordinal)),
    ...entry.map((column) => column.map(nameOf)),
    ...(ranks ? [[...ranks]] : []),
    ...measures.map((column) => column.map((number) => (Number.isNaN(number) ? null : number))),
  ];
}
