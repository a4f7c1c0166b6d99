import { setImmediate as nextTurn } from 'node:timers/promises';
import type { RootDatabase } from 'lmdb';
import { untilAborted } from '../../core/abort.ts';
import { EngineError } from '../../core/engine-error.ts';
import { periodMatcher } from '../../core/cell/layout.ts';
import { stateToJson } from '../../core/time/table-state.ts';
import type { FileLease } from '../../files/file-lease.ts';
import type { Cell, Publication } from '../series-store.ts';
import { MAX_KEY_BYTES, REVISION_KEY, stateKey, type TableKeys } from './keys.ts';
import { inLmdb, lmdbError } from './lmdb-error.ts';

/** The number of keys checked before others get a turn. */
const CLEAR_KEYS = 10_000;

/**
 * Makes a publication in one transaction, which stays open while the cells come in. Changed pages are held in
 * memory up to about 600 MB; then LMDB writes them before the commit.
 */
export async function publishInto(
  writer: RootDatabase<Uint8Array, Uint8Array>,
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

async function clear(
  writer: RootDatabase<Uint8Array, Uint8Array>,
  keys: TableKeys,
  periods: Publication['clear'],
  signal: AbortSignal,
): Promise<void> {
  if (periods.length === 0) return;
  const matches = periodMatcher(periods);
  const range = { ...keys.range(), limit: CLEAR_KEYS, exclusiveStart: true };
  for (let seen = CLEAR_KEYS; seen === CLEAR_KEYS; await nextTurn()) {
    signal.throwIfAborted();
    inLmdb("can't clear cells", () => {
      const found = [...writer.getKeys(range)];
      for (const key of found) if (matches(keys.parse(key))) void writer.remove(key);
      seen = found.length;
      range.start = found.at(-1) ?? range.start;
    });
  }
}

async function writeCells(
  writer: RootDatabase<Uint8Array, Uint8Array>,
  keys: TableKeys,
  cells: AsyncIterable<readonly Cell[]>,
  signal: AbortSignal,
): Promise<void> {
  for await (const batch of untilAborted(cells, signal)) {
    inLmdb("can't write cells", () => {
      for (const { row, column, value } of batch) {
        const key = keys.key(row, column);
        if (!key) throw new EngineError('lmdb', `a cell's key is longer than ${MAX_KEY_BYTES} bytes`);
        void writer.put(key, value);
      }
    });
    // Readers in this process get a turn, even if the cells come fast.
    await nextTurn();
  }
}
