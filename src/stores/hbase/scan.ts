import types, { type TColumnValue, type TTimeRange } from '#hbase-thrift/hbase_types';
import { keyAfter } from './buffers.ts';
import type { Pool } from './pool.ts';

/** The desired number of cells in a page, and the bounds of its number of rows. */
const PAGE_CELLS = 5000;
const PAGE_ROWS = { first: 200, min: 10, max: 5000 };

/** The timeout of a page, in ms. All of a large table may lie between two rows that pass the filter. */
const SCAN_MS = 300_000;

/** The keys of a row's cells, with their versions. A value is the length of the cell's value, in four bytes. */
export interface ScannedRow {
  readonly row: Buffer;
  readonly cells: readonly TColumnValue[];
}

/**
 * Yields the keys of a table's cells, row by row, a page at a time. Each page is a separate call that any
 * gateway can answer.
 * @param filter selects cells, in HBase's filter language
 */
export async function* scanKeys(
  pool: Pool,
  table: Buffer,
  scan: { timeRange: TTimeRange; maxVersions: number; filter?: string },
  signal: AbortSignal,
): AsyncGenerator<ScannedRow[]> {
  const filter = [...(scan.filter === undefined ? [] : [`(${scan.filter})`]), 'KeyOnlyFilter(true)'];
  const filterString = Buffer.from(filter.join(' AND '));
  let startRow: Buffer = Buffer.alloc(0);
  for (let rows: number = PAGE_ROWS.first; ;) {
    const page = new types.TScan({
      startRow,
      timeRange: scan.timeRange,
      maxVersions: scan.maxVersions,
      filterString,
      caching: rows,
      limit: rows,
      cacheBlocks: false,
    });
    const results = await pool.run(
      "can't scan a table",
      (client) => client.getScannerResults(table, page, rows),
      signal,
      SCAN_MS,
    );
    yield results.map(({ row, columnValues }) => ({ row: row as Buffer, cells: columnValues }));
    if (results.length < rows) return;
    startRow = keyAfter(results.at(-1)?.row as Buffer);
    const cells = results.reduce((sum, { columnValues }) => sum + columnValues.length, 0);
    rows = Math.round((rows * PAGE_CELLS) / cells);
    rows = Math.max(PAGE_ROWS.min, Math.min(rows, PAGE_ROWS.max));
  }
}

/**
 * Returns a filter for cells that may have these periods. HBase's language compares pieces of keys and
 * ignores case, so it may let more cells through, but never fewer.
 * @returns undefined if no filter is worth its cost
 */
export function periodFilter(
  periods: readonly { readonly row: string; readonly column: string }[],
): string | undefined {
  const rows = anyOf('RowFilter', new Set(periods.map(({ row }) => row)));
  const columns = anyOf('QualifierFilter', new Set(periods.map(({ column }) => column)));
  return rows && columns ? `(${rows}) AND (${columns})` : (rows ?? columns);
}

const MAX_PIECES = 31;

function anyOf(filter: string, pieces: ReadonlySet<string>): string | undefined {
  // A piece of one letter is in nearly every key, and special characters would need quoting.
  if (pieces.size > MAX_PIECES || ![...pieces].every((piece) => /^[A-Za-z0-9]{2,}$/.test(piece))) {
    return undefined;
  }
  return [...pieces].map((piece) => `${filter}(=,'substring:${piece}')`).join(' OR ');
}
