import types from '#hbase-thrift/hbase_types';
import type { NamePlace } from '../series-store.ts';
import type { Pool } from './pool.ts';
import type { Snapshot } from './store-row.ts';
import { numbered } from './tables.ts';

/** The number of rows read in one call. A name has a few rows. */
const ROWS = 200;
/** The shares of a name's beginning that other names are searched by. */
const SHARES = [0.8, 0.5];
/** The timeout of a call, in ms. */
const CALL_MS = 1000;
/** Returns a row's first key, with the length of the value instead of the value. */
const FILTER = Buffer.from('FirstKeyOnlyFilter() AND KeyOnlyFilter(true)');

/** Finds names that begin like the given one, by one to three short scans. @throws EngineError */
export async function namesNear(
  pool: Pool,
  table: Buffer,
  { revision, failed }: Snapshot,
  { before, name, begins }: NamePlace,
  signal: AbortSignal,
): Promise<string[]> {
  const prefix = Buffer.from(before);
  const wanted = Buffer.from(name);
  const isFailed = new Set(failed.map(({ number }) => number));
  const found = new Set<string>();
  const shares = SHARES.map((share) => wanted.subarray(0, Math.floor(wanted.length * share)));
  const exact = begins === undefined ? [] : [Buffer.from(begins)];
  for (const [i, beginning] of [...exact, ...shares].entries()) {
    const kept = Buffer.concat([prefix, beginning]);
    const scan = new types.TScan({
      startRow: kept,
      // No byte of UTF-8 is as high as 0xff.
      stopRow: Buffer.concat([kept, Buffer.of(0xff)]),
      timeRange: numbered(0, revision),
      maxVersions: 1,
      filterString: FILTER,
      caching: ROWS,
      limit: ROWS,
    });
    const rows = await pool.run(
      "can't look for names",
      (client) => client.getScannerResults(table, scan, ROWS),
      signal,
      CALL_MS,
    );
    for (const { row, columnValues } of rows) {
      const [cell] = columnValues;
      const isCleared = cell === undefined || cell.value.every((byte) => byte === 0);
      if (!row || isCleared || isFailed.has(cell.timestamp?.toNumber() ?? 0)) continue;
      const end = row.indexOf(0, prefix.length);
      if (end > prefix.length) found.add(row.subarray(prefix.length, end).toString());
    }
    if (i >= exact.length && found.size > 1) break;
  }
  return [...found];
}
