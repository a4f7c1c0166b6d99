import { tableOf } from '../core/metric/metric-table.ts';
import type { Rows } from '../core/metric/table.ts';
import { BadRows } from './bad-rows.ts';
import type { Mapped } from './file-metric.ts';
import type { ValueSeen } from './forms/alike-values.ts';
import { Records } from './records.ts';
import type { HeldAsText, RowSource } from './sources/row-source.ts';

/** The values of each dimension that were read, with the word for a record's place. */
export interface ValuesRead {
  readonly unit: 'line' | 'row';
  readonly dimensions: ReadonlyMap<string, readonly ValueSeen[]>;
  /** The values that stand for all others, by dimension. */
  readonly totals: ReadonlyMap<string, string>;
  /** Columns of dates or numbers with cells that a spreadsheet holds as text. */
  readonly texts: readonly (HeldAsText & { readonly of: 'dates' | 'numbers' })[];
}

/**
 * Yields the rows of a data set's source.
 * @param onValues receives the values once all rows were read
 * @throws BadRowsError at the end, with all bad rows; UnreadableFileError, EngineError
 */
export async function* readRecords(
  source: RowSource,
  mapped: Mapped,
  onValues: (values: ValuesRead) => void,
  signal: AbortSignal,
): AsyncGenerator<Rows> {
  const { metric } = mapped;
  const { unit, hasTypes, label: file } = source;
  const records = new Records(
    mapped,
    (number) => ({ file, unit: unit === 'line' ? 'line' : 'item', number }),
    hasTypes,
  );
  const bad = new BadRows();
  const { date, measures, wide } = mapped.mapping;
  const numbers = wide?.map(({ column }) => column) ?? measures;
  let texts: ValuesRead['texts'] = [];
  const onTexts = (all: readonly HeldAsText[]): void => {
    texts = all.flatMap((one) => {
      const of = one.column === date ? 'dates' : numbers.includes(one.column) ? 'numbers' : undefined;
      return of === undefined ? [] : [{ ...one, of }];
    });
  };
  const sink = { name: metric.name, table: tableOf(metric), items: records, onBad: bad.add, onTexts };
  yield* bad.over(source.rows(sink, signal), records.evidence);
  const totals = metric.dimensions.flatMap(({ name, total }) =>
    total === undefined ? [] : [[name, total] as const],
  );
  onValues({ unit, dimensions: records.values, totals: new Map(totals), texts });
}
