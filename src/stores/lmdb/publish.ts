import { setImmediate as nextTurn } from 'node:timers/promises';
import { untilAborted } from '../../core/abort.ts';
import { EngineError } from '../../core/engine-error.ts';
import { lastPart } from '../../core/cell/layout.ts';
import { stateToJson } from '../../core/time/table-state.ts';
import type { FileLease } from '../../files/file-lease.ts';
import type { Cell, Publication } from '../series-store.ts';
import { BundleBuffer } from './bundle.ts';
import type { Database } from './file.ts';
import { MAX_KEY_BYTES, REVISION_KEY, stateKey, type TableKeys } from './keys.ts';
import { inLmdb, lmdbError } from './lmdb-error.ts';

/** The number of bundles that are looked at before others get a turn. */
const CLEAR_KEYS = 2000;

/**
 * Makes a publication in one transaction, which stays open while the cells come in. Changed pages are held in
 * memory up to about 600 MB; then LMDB writes them before the commit.
 */
export async function publishInto(
  writer: Database,
  keys: TableKeys,
  publication: Publication,
  lease: FileLease,
  signal: AbortSignal,
): Promise<void> {
  let refused = false;
  try {
    // With an async callback, transactionSync commits when the promise resolves, and aborts when it rejects.
    await writer.transactionSync(async () => {
      try {
        await clear(writer, keys, publication.clear, signal);
        await writeCells(writer, keys, publication.cells, signal);
        await lease.assertHeld();
        inLmdb("can't write the state", () => {
          void writer.put(
            stateKey(publication.table),
            Buffer.from(JSON.stringify(stateToJson(publication.state))),
          );
          const revision = Number(writer.getBinary(REVISION_KEY)?.toString() ?? 0) + 1;
          void writer.put(REVISION_KEY, Buffer.from(`${revision}`));
        });
      } catch (error) {
        refused = true;
        throw error;
      }
    });
  } catch (error) {
    throw refused ? error : lmdbError("can't commit a publication", error);
  }
}

/** Removes cells from the bundles of their rows' periods. */
async function clear(
  writer: Database,
  keys: TableKeys,
  periods: Publication['clear'],
  signal: AbortSignal,
): Promise<void> {
  const bundle = new BundleBuffer();
  for (const row of new Set(periods.map((period) => period.row))) {
    const gone = periods.filter((period) => period.row === row).map(({ column }) => column);
    const range = { ...keys.of(Buffer.from(row)), limit: CLEAR_KEYS, exclusiveStart: true };
    for (let seen = CLEAR_KEYS; seen === CLEAR_KEYS; await nextTurn()) {
      signal.throwIfAborted();
      inLmdb("can't clear cells", () => {
        const found = [...writer.getKeys(range)];
        for (const key of found) {
          const parts = keys.parse(key);
          if (parts) clearIn(writer, key, parts.column, gone, bundle);
        }
        seen = found.length;
        range.start = found.at(-1) ?? range.start;
      });
    }
  }
}

/** Removes the cells of these periods from one bundle. @param column the column without the cells' periods */
function clearIn(
  writer: Database,
  key: Uint8Array,
  column: Uint8Array,
  gone: readonly string[],
  bundle: BundleBuffer,
): void {
  // A list's period is in its key, so lists of other periods, which are large, aren't read.
  const begun = lastPart(column);
  const left = new Set(gone.filter((one) => one.startsWith(begun)).map((one) => one.slice(begun.length)));
  if (left.size === 0) return;
  bundle.load(getNow(writer, key));
  if (!bundle.remove((period) => left.has(Buffer.from(period).toString()))) return;
  if (bundle.bytes.length > 0) void writer.put(key, bundle.bytes);
  else void writer.remove(key);
}

/** Writes cells into their bundles. One bundle at a time is held: the cells of a series come one after the other. */
async function writeCells(
  writer: Database,
  keys: TableKeys,
  cells: AsyncIterable<readonly Cell[]>,
  signal: AbortSignal,
): Promise<void> {
  const bundle = new BundleBuffer();
  let open: Buffer | undefined;
  const finish = (): void => {
    if (open) void writer.put(open, bundle.bytes);
  };
  for await (const batch of untilAborted(cells, signal)) {
    inLmdb("can't write cells", () => {
      for (const cell of batch) {
        const key = keys.key(cell);
        if (!key) throw new EngineError('lmdb', `a cell's key is longer than ${MAX_KEY_BYTES} bytes`);
        if (!open?.equals(key)) {
          finish();
          open = Buffer.from(key);
          // A cell that stands alone replaces its whole bundle, which may be large.
          bundle.load(cell.periodBytes === 0 ? undefined : getNow(writer, key));
        }
        bundle.put(cell, cell.value);
      }
    });
    // Readers in this process get a turn, even if the cells come fast.
    await nextTurn();
  }
  inLmdb("can't write cells", finish);
}

/** Gets a value as the open transaction has it. It is LMDB's buffer, which the next call overwrites. */
function getNow(writer: Database, key: Uint8Array): Uint8Array | undefined {
  const found = writer.getBinaryFast(key);
  return found?.subarray(0, found.length);
}
