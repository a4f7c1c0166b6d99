import type { Table } from '../../core/metric/table.ts';
import { partitionSpan } from '../../core/time/partition.ts';
import { formatTimestamp } from '../../core/time/time.ts';
import type { Removal } from '../warehouse.ts';
import { type Bindings, oneOf } from './sql.ts';

/** A partition that a change touches. */
export interface Part {
  readonly partition: string;
  /** The part's number in the staged runs. */
  readonly number: number;
  /** Its live files, as absolute paths. */
  readonly files: readonly string[];
  /** The removals that reach into the partition. */
  readonly removals: readonly Removal[];
  /** How many stored rows are gone with files that can't be read any more; `files` is empty then. */
  readonly lost?: number;
}

/**
 * Returns the condition under which a removal takes a stored row away. Of a partition that is removed whole, no row is left,
 * not even one that doesn't belong there.
 */
export function removed(table: Table, parts: readonly Part[], bindings: Bindings): string {
  const whole = parts.filter(isRemovedWhole);
  const rest = parts.filter((part) => !whole.includes(part));
  const numbersOf = (own: readonly Part[]): string => own.map(({ number }) => number).join(', ');
  const conditions = [...new Set(rest.flatMap((part) => part.removals))].map((removal) => {
    const stamp = (ordinal: number) => bindings.text(formatTimestamp('YYYYMMDDHH', removal.grain, ordinal));
    return [
      `_part IN (${numbersOf(rest.filter((part) => part.removals.includes(removal)))})`,
      `"timestamp" BETWEEN ${stamp(removal.first)} AND ${stamp(removal.last)}`,
      ...oneOf(table, removal.where, bindings),
    ].join(' AND ');
  });
  if (whole.length > 0) conditions.push(`_part IN (${numbersOf(whole)})`);
  return conditions.length === 0 ? 'false' : conditions.map((condition) => `(${condition})`).join(' OR ');
}

/** Whether a removal takes away all rows of a partition. */
export function isRemovedWhole({ partition, removals }: Part): boolean {
  const span = partitionSpan(partition);
  return removals.some(
    ({ where, first, last }) => where.length === 0 && first <= span.first && span.last <= last,
  );
}
