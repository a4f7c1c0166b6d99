import type { Metric } from '../core/metric/metric.ts';
import { tableOf } from '../core/metric/metric-table.ts';
import { columnName } from '../core/metric/table.ts';
import { hullOf } from '../core/time/coverage.ts';
import { coverageOf, type TableState } from '../core/time/table-state.ts';
import { formatDate } from '../core/time/time.ts';
import { aboutMetric } from '../formats/metadata.ts';
import type { Sheet, SheetColumn } from '../formats/sheet.ts';
import type { Copy } from '../warehouses/warehouse.ts';
import type { Piece } from './pieces.ts';

/** The columns of a metric's rows: the dimensions, the period, the ranked dimensions and the rank, the measures. */
export function pieceColumns(metric: Metric, { span }: Piece): SheetColumn[] {
  const { shape } = metric;
  const text = ({ name, doc }: { name: string; doc: string }): SheetColumn => ({ name, doc, type: 'text' });
  return [
    ...metric.dimensions.map(text),
    {
      name: 'timestamp',
      type: span.grain === 'hourly' ? 'instant' : 'date',
      doc: 'The start of the period, in UTC.',
    },
    ...(shape.kind === 'top'
      ? [
          ...shape.entry.map(text),
          { name: 'rank', type: 'whole', doc: 'The place in the list, from 1.' } as const,
        ]
      : []),
    ...Object.entries(metric.measures).map(([name, { kind, doc, unit }]): SheetColumn => ({
      name,
      doc,
      unit,
      type: kind === 'decimal' ? 'decimal' : 'whole',
    })),
  ];
}

/** A piece as a sheet. @param state the state of the metric's table in the warehouse */
export function pieceSheet(metric: Metric, piece: Piece, state: TableState): Sheet {
  const { grain, first, last } = piece.span;
  const loaded = hullOf(coverageOf(state, grain, undefined));
  const from = Math.max(first, loaded?.first ?? first);
  const to = Math.min(last, loaded?.last ?? last);
  return {
    title: metric.title,
    columns: pieceColumns(metric, piece),
    about: {
      ...aboutMetric(metric),
      granularity: grain,
      coverage: [{ from: formatDate(grain, from), to: formatDate(grain, to) }],
    },
  };
}

/** What is written of a table for a piece: its rows, without those that may not be published. */
export function pieceCopy(metric: Metric, piece: Piece, sheet: Sheet): Copy {
  const { shape, dimensions, fixed = {} } = metric;
  const texts = shape.kind === 'top' ? [...dimensions, ...shape.entry] : dimensions;
  return {
    table: tableOf(metric),
    ...piece.span,
    where: Object.entries(fixed).map(([name, value]) => ({ column: columnName(name), values: [value] })),
    columns: sheet.columns.map(({ name, type }) => ({
      column: columnName(name),
      name,
      type,
      ...(texts.some((one) => one.name === name && one.nullable) ? { hasNameless: true } : {}),
    })),
    withheld: texts.flatMap(({ name, withheld }) =>
      withheld ? [{ column: columnName(name), values: [...withheld] }] : [],
    ),
    least: Object.entries(metric.measures).flatMap(([name, { least }]) =>
      least === undefined ? [] : [{ column: columnName(name), least }],
    ),
  };
}
