import types, { type TDelete } from '#hbase-thrift/hbase_types';
import { int64 } from './lean-protocol.ts';
import type { Pool } from './pool.ts';
import { scanKeys } from './scan.ts';
import type { Failed, Numbered, Snapshot } from './store-row.ts';
import { numbered, type Tables } from './tables.ts';

/**
 * For how long, in ms, a publication that failed isn't trusted to be over: a gateway may still be
 * busy with what its publisher sent before it died. Longer than HBase retries a write.
 */
const SETTLED_MS = 30 * 60_000;

/** How many bytes of keys one call names, about. */
const CALL_BYTES = 500_000;

/**
 * Takes away what failed publications left, before the one with this number begins. Each is looked
 * after twice: now, and again when nothing of it can come any more; until then readers pass over
 * what is of it.
 * @returns those that are still to be passed over
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

/** Takes away every cell that a publication wrote, and nothing else. */
export async function removeCells(
  pool: Pool,
  tables: Tables,
  { number, table }: Numbered,
  signal: AbortSignal,
): Promise<void> {
  // A scan of a table that doesn't exist is refused without saying why.
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
        // This version only: the gateway's own choice would be all that are older, too.
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
