import types, { type TColumnValue, type TGet, type TResult } from '#hbase-thrift/hbase_types';
import type { CellKey } from '../../core/cell/layout.ts';
import type { TableState } from '../../core/time/table-state.ts';
import { bufferOf } from './buffers.ts';
import { hbaseError } from './call-error.ts';
import { FAMILY } from './descriptor.ts';
import type { Pool } from './pool.ts';
import type { Snapshot } from './store-row.ts';
import { isKey, numbered, type Tables } from './tables.ts';

/** The maximum number of cells, and of key bytes, in one call. */
const CALL_CELLS = 4096;
const CALL_BYTES = 1_000_000;
/** The number of versions that a table keeps. */
const ALL_VERSIONS = 10;

const FAMILY_BYTES = Buffer.from(FAMILY);

/** The requested columns of one row, with their places in the answer. */
interface RowKeys {
  readonly row: Buffer;
  readonly columns: Map<string, { qualifier: Buffer; places: number[] }>;
}

/**
 * Reads cells as of a snapshot; a missing cell is undefined. It makes one call, or several at once for very
 * many keys. A table without publications has no cells.
 * @throws EngineError, also if a table with published rows is gone
 */
export async function readCells(
  pool: Pool,
  tables: Tables,
  table: string,
  snapshot: Snapshot,
  keys: readonly CellKey[],
  signal: AbortSignal,
): Promise<(Uint8Array | undefined)[]> {
  const name = tables.name(table);
  const found = new Array<Uint8Array | undefined>(keys.length).fill(undefined);
  const failed = new Set(snapshot.failed.map(({ number }) => number));
  const all = callsFor(keys);
  await Promise.all(
    all.map(async (rows) => {
      const doubtful = take(await get(rows, 1), rows, failed, found);
      // Rarely a version of a failed publication lies above the valid one.
      if (doubtful.length > 0) take(await get(doubtful, ALL_VERSIONS), doubtful, failed, found);
    }),
  );
  return found;

  async function get(rows: readonly RowKeys[], maxVersions: number): Promise<TResult[]> {
    const timeRange = numbered(0, snapshot.revision);
    const gets = rows.map(
      ({ row, columns }): TGet =>
        new types.TGet({
          row,
          columns: [...columns.values()].map(({ qualifier }) => ({ family: FAMILY_BYTES, qualifier })),
          timeRange,
          maxVersions,
        }),
    );
    try {
      const [only] = gets;
      // A single get is cheaper for the gateway.
      if (gets.length === 1 && only) {
        return [await pool.run("can't read cells", (client) => client.get(name, only), signal)];
      }
      return await pool.run("can't read cells", (client) => client.getMultiple(name, gets), signal);
    } catch (error) {
      if (!(await tables.isMissing(table, error, signal))) throw error;
      if (hasRows(snapshot.tables.get(table))) throw hbaseError(`the table of ${table} is gone`);
      return [];
    }
  }
}

function hasRows(state: TableState | undefined): boolean {
  return [...(state?.partitions.values() ?? [])].some(({ rows }) => rows > 0);
}

/** Groups the keys by row, so that each row is requested once, in as many calls as needed. */
function callsFor(keys: readonly CellKey[]): RowKeys[][] {
  const calls: RowKeys[][] = [];
  let rows = new Map<string, RowKeys>();
  let cells = CALL_CELLS;
  let bytes = 0;
  let entry: RowKeys | undefined;
  for (const [place, { row, column }] of keys.entries()) {
    if (!isKey(row, column)) continue;
    if (cells === CALL_CELLS || bytes > CALL_BYTES) {
      rows = new Map();
      entry = undefined;
      calls.push([]);
      cells = 0;
      bytes = 0;
    }
    cells++;
    bytes += row.length + column.length;
    const rowBuffer = bufferOf(row);
    // Cells of a series come together and share the buffer of their row.
    if (entry?.row !== rowBuffer) {
      const rowText = rowBuffer.toString('latin1');
      entry = rows.get(rowText);
      if (!entry) {
        rows.set(rowText, (entry = { row: rowBuffer, columns: new Map() }));
        calls.at(-1)?.push(entry);
      }
    }
    const qualifier = bufferOf(column);
    const columnText = qualifier.toString('latin1');
    const asked = entry.columns.get(columnText);
    if (asked) asked.places.push(place);
    else entry.columns.set(columnText, { qualifier, places: [place] });
  }
  return calls;
}

/**
 * Puts the values into their places.
 * @returns the columns that must be read with all versions, because a failed publication wrote the newest one
 */
function take(
  results: readonly TResult[],
  rows: readonly RowKeys[],
  failed: ReadonlySet<number>,
  found: (Uint8Array | undefined)[],
): RowKeys[] {
  const doubtful: RowKeys[] = [];
  for (const [index, result] of results.entries()) {
    const { row, columns } = rows[index] as RowKeys;
    const again: RowKeys['columns'] = new Map();
    const seen = new Set<string>();
    for (const cell of result.columnValues) {
      const columnText = cell.qualifier.toString('latin1');
      const asked = columns.get(columnText);
      // Versions come newest first.
      if (!asked || seen.has(columnText)) continue;
      if (failed.size > 0 && failed.has(numberOf(cell))) {
        again.set(columnText, asked);
        continue;
      }
      seen.add(columnText);
      again.delete(columnText);
      if (cell.value.length > 0)
        for (const place of asked.places) found[place] = ownCopy(cell.value, place, asked.places);
    }
    if (again.size > 0) doubtful.push({ row, columns: again });
  }
  return doubtful;
}

function numberOf(cell: TColumnValue): number {
  return cell.timestamp?.toNumber() ?? 0;
}

/** Copies the value of a key that was requested more than once, so that each caller has its own buffer. */
function ownCopy(value: Buffer, place: number, places: readonly number[]): Uint8Array {
  return place === places[0] ? value : Buffer.from(value);
}
