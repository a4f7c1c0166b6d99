import types, { type TColumnValue, type TTimeRange } from '#hbase-thrift/hbase_types';
import { keyAfter } from './buffers.ts';
import type { Pool } from './pool.ts';

/** How many cells a page should have, about, and how many rows it may have. */
const PAGE_CELLS = 5000;
const PAGE_ROWS = { first: 200, least: 10, most: 5000 };

/** How long a page may take, in ms: all of a large table may lie between two rows that the filter wants. */
const SCAN_MS = 300_000;

/** The keys of a row's cells, with their versions; a value is the length of the cell's, in four bytes. */
export interface ScannedRow {
  readonly row: Buffer;
  readonly cells: readonly TColumnValue[];
}

/**
 * The keys of a table's cells, row by row, a page at a time. Each page is a call of its own that
 * any gateway can answer.
 * @param filter in HBase's filter language, of what is wanted
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
    rows = Math.max(PAGE_ROWS.least, Math.min(rows, PAGE_ROWS.most));
  }
}

/**
 * A filter for cells that may be of these periods. HBase's language compares pieces of keys, letters
 * without their case, so that more may come than is wanted, never less.
 * @returns undefined where none is worth its while
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
  // A piece of one letter is in nearly every key, and what isn't plain would have to be quoted.
  if (pieces.size > MAX_PIECES || ![...pieces].every((piece) => /^[A-Za-z0-9]{2,}$/.test(piece))) {
    return undefined;
  }
  return [...pieces].map((piece) => `${filter}(=,'substring:${piece}')`).join(' OR ');
}
