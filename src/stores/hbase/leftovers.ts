import types, { type TDelete } from '#hbase-thrift/hbase_types';
import { int64 } from './lean-protocol.ts';
import type { Pool } from './pool.ts';
import { scanKeys } from './scan.ts';
import type { Failed, Numbered, Snapshot } from './store-row.ts';
import { numbered, type Tables } from './tables.ts';

/**
 * How long a failed publication may still have writes on their way, in ms: a gateway may be busy with what
 * the publisher sent before it died. This is longer than HBase retries a write.
 */
const SETTLED_MS = 30 * 60_000;

/** The approximate size of the keys in one call. */
const CALL_BYTES = 500_000;

/**
 * Removes what failed publications left, before the publication with this number begins. Each failed
 * publication is cleaned up twice: now, and again when its last writes can't arrive any more. Until then
 * readers skip its cells.
 * @returns the failed publications that must still be skipped
 */
export async function removeLeftovers(
  pool: Pool,
  tables: Tables,
  { failed, pending }: Snapshot,
  number: number,
  signal: AbortSignal,
): Promise<Failed[]> {
  const remaining: Failed[] = [];
  for (const known of failed) {
    if (number - known.removed < SETTLED_MS) remaining.push(known);
    else await removeCells(pool, tables, known, signal);
  }
  if (pending) {
    await removeCells(pool, tables, pending, signal);
    remaining.push({ ...pending, removed: number });
  }
  return remaining;
}

/** Removes exactly the cells that a publication wrote. */
export async function removeCells(
  pool: Pool,
  tables: Tables,
  { number, table }: Numbered,
  signal: AbortSignal,
): Promise<void> {
  // A scan of a missing table is refused without a reason.
  if (!(await tables.exists(table, signal))) return;
  const name = tables.name(table);
  const timestamp = int64(number);
  const scan = { timeRange: numbered(number, number), maxVersions: 1 };
  const remove = (deletes: TDelete[]): Promise<unknown> =>
    pool.run("can't take cells back", (client) => client.deleteMultiple(name, deletes), signal);
  for await (const rows of scanKeys(pool, name, scan, signal)) {
    let deletes: TDelete[] = [];
    let bytes = 0;
    for (const { row, cells } of rows) {
      deletes.push({
        row,
        columns: cells.map(({ family, qualifier }) => ({ family, qualifier, timestamp })),
        // Deletes only this version. By default the gateway would delete all older ones, too.
        deleteType: types.TDeleteType.DELETE_COLUMN,
      });
      bytes += cells.reduce((sum, { qualifier }) => sum + qualifier.length, row.length);
      if (bytes < CALL_BYTES) continue;
      await remove(deletes);
      deletes = [];
      bytes = 0;
    }
    if (deletes.length > 0) await remove(deletes);
  }
}
