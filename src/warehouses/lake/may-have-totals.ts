import type { Table } from '../../core/metric/table.ts';
import { partitionSpan } from '../../core/time/partition.ts';

/**
 * Whether a partition has totals if that saves enough. Sums of decimals aren't kept, because they are rounded once, at
 * the end.
 */
export function mayHaveTotals(table: Table, partition: string): boolean {
  const { grain } = partitionSpan(partition);
  const isSeries =
    table.scope !== undefined && !table.ranking && !table.identity && table.dimensions.length > 0;
  const isFine = grain === 'hourly' || grain === 'daily';
  return isSeries && isFine && table.measures.every(({ type }) => type !== 'decimal');
}
