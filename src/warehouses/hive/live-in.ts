import { partitionName, partitionSpan } from '../../core/time/partition.ts';
import type { Select } from '../warehouse.ts';
import { type Committed, livePartitions } from './metastore.ts';
import type { LivePartition } from './select-statement.ts';

/** The parts of a query that decide which partitions it touches. */
export type Touching = Pick<Select, 'table' | 'grain' | 'first' | 'last'>;

/** Returns the live partitions that a query touches. */
export function liveIn({ tables }: Committed, { table, grain, first, last }: Touching): LivePartition[] {
  const live = livePartitions(tables.get(table.name));
  const found: LivePartition[] = [];
  for (let ordinal = first; ordinal <= last;) {
    const name = partitionName(grain, ordinal);
    const partition = live.get(name);
    if (partition) found.push(partition);
    ordinal = Math.max(ordinal, partitionSpan(name).last) + 1;
  }
  return found;
}

/** Whether two lists name the same versions of the same partitions. */
export function isSameLive(a: readonly LivePartition[], b: readonly LivePartition[]): boolean {
  const text = (live: readonly LivePartition[]) =>
    live.map(({ year, month, version }) => `${year}-${month}-${version}`).join();
  return text(a) === text(b);
}
