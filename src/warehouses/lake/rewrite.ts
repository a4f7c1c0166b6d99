import { join } from 'node:path';
import type { DuckDBConnection } from '@duckdb/node-api';
import type { Table } from '../../core/metric/table.ts';
import { partitionSpan } from '../../core/time/partition.ts';
import type { Grain } from '../../core/time/time.ts';
import { type BeforeValues, type Differences, NO_DIFFERENCES } from './before-values.ts';
import type { Engine } from './engine.ts';
import type { Making } from './making.ts';
import type { Manifest, PartitionFiles } from './manifest.ts';
import { createLists, dropMerged, merge, type Merged, type NewRows, writePart } from './merge.ts';
import type { Part } from './part.ts';
import { hasTotals, TOTALS, writeTotals } from './totals.ts';

/**
 * The maximum number of rows in a group of partitions that are merged together: one query costs more than the
 * rows of a few partitions. Derived rows have more memory.
 */
const GROUP_ROWS = { given: 400_000, derived: 1_200_000 };
/** Given rows with more texts than this get a lower maximum, because sorting holds them in memory. */
const GROUP_TEXTS = 4;

/** A partition's new rows, still among the temporary files. */
export interface Rewritten extends Merged {
  /** Undefined if no row is left. */
  readonly path: string | undefined;
  /** The file of its totals, if it has any. */
  readonly totals?: string;
}

/** Merges the partitions group by group, and writes those whose rows changed to the folder. */
export async function rewrite(
  engine: Engine,
  work: {
    readonly making: Making;
    readonly table: Table;
    readonly added: NewRows;
    readonly parts: readonly Part[];
    readonly before: Manifest | undefined;
    readonly folder: string;
    readonly keepsTotals: boolean;
    readonly onMerged?: (connection: DuckDBConnection, group: readonly Part[]) => Promise<void>;
    readonly beforeValues?: BeforeValues;
  },
  signal: AbortSignal,
): Promise<{ rewritten: Map<string, Rewritten>; differences: Differences }> {
  const { making, table, added, parts, before, folder, keepsTotals, onMerged, beforeValues } = work;
  const rewritten = new Map<string, Rewritten>();
  let differences = NO_DIFFERENCES;
  if (parts.length === 0) return { rewritten, differences };
  const weight = ({ partition }: Part) =>
    (added.partitions.get(partition) ?? 0) + (before?.state.partitions.get(partition)?.rows ?? 0);
  const texts = table.dimensions.length + table.entry.length;
  const maxRows = added.distinct ? GROUP_ROWS.derived : GROUP_ROWS.given * Math.min(1, GROUP_TEXTS / texts);
  const rewriteAll = async (connection: DuckDBConnection) => {
    if (added.distinct) await making.begin(connection);
    await createLists(connection, table, added);
    for (const group of groupsOf(parts, weight, maxRows)) {
      signal.throwIfAborted();
      const merged = await merge(connection, table, added, group);
      await onMerged?.(connection, group);
      const isChanged = ({ number, partition }: Part): boolean =>
        !isAsBefore(merged.get(number) as Merged, before?.partitions.get(partition));
      await beforeValues?.collect(connection, group.filter(isChanged));
      const waiting = group.values();
      const writeParts = async (by: DuckDBConnection) => {
        for (const part of waiting) {
          if (!isChanged(part)) continue;
          const result = merged.get(part.number) as Merged;
          signal.throwIfAborted();
          const path = result.rows > 0 ? join(folder, `part-${part.number}.parquet`) : undefined;
          if (path) await writePart(by, table, part.number, result, path);
          const totals =
            path && keepsTotals && hasTotals(table, part.partition, result) ? `${path}${TOTALS}` : undefined;
          if (totals) await writeTotals(by, table, part, totals);
          rewritten.set(part.partition, { ...result, path, ...(totals ? { totals } : {}) });
        }
      };
      // Two files at a time, because a single thread writes the end of each.
      const other = group.length > 1 ? [engine.use(signal, writeParts)] : [];
      await allDone([writeParts(connection), ...other]);
    }
    if (beforeValues) differences = await beforeValues.finish(connection, join(folder, 'before.parquet'));
  };
  await engine.use(signal, rewriteAll, dropMerged);
  return { rewritten, differences };
}

/** Waits for all of the work even if some of it fails, so that nothing continues after the error. */
async function allDone(work: readonly Promise<void>[]): Promise<void> {
  for (const done of await Promise.allSettled(work)) if (done.status === 'rejected') throw done.reason;
}

function isAsBefore(merged: Merged, before: PartitionFiles | undefined): boolean {
  return merged.rows === 0 ? before === undefined : merged.digest === before?.digest;
}

/**
 * Groups neighbouring partitions. Those of one grain stay among themselves: derived rows of two grains have texts of
 * different ENUMs, which together would be plain texts.
 */
function groupsOf(parts: readonly Part[], weight: (part: Part) => number, maxRows: number): Part[][] {
  const groups: Part[][] = [];
  let room = 0;
  let grain: Grain | undefined;
  for (const part of parts) {
    const rows = weight(part);
    const own = partitionSpan(part.partition).grain;
    if (rows > room || own !== grain) {
      groups.push([]);
      room = maxRows;
      grain = own;
    }
    groups.at(-1)?.push(part);
    room -= rows;
  }
  return groups;
}
