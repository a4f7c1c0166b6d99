import assert from 'node:assert/strict';
import { EMPTY_STATE } from '../../src/core/time/table-state.ts';
import type { CellKey } from '../../src/core/cell/layout.ts';
import type { Cell, SeriesStore } from '../../src/stores/series-store.ts';

export const TABLE = 'pageviews_per_article';
/** Of those who wait for ever. */
export const signal = new AbortController().signal;

export const bytes = (text: string): Uint8Array => Buffer.from(text);
/** The key of a small cell, whose period is what follows the last 0x00 of its column. */
export const key = (row: string, column: string): CellKey => ({
  row: bytes(row),
  column: bytes(column),
  periodBytes: bytes(column.slice(column.lastIndexOf('\0') + 1)).length,
});
/** The key of a cell that stands alone. */
export const keyAlone = (row: string, column: string): CellKey => ({ ...key(row, column), periodBytes: 0 });
export const cell = (row: string, column: string, value: string): Cell => ({
  ...key(row, column),
  value: bytes(value),
});
export const texts = (values: readonly (Uint8Array | undefined)[]): (string | undefined)[] =>
  values.map((value) => value && Buffer.from(value).toString());

export async function* batches(...all: readonly (readonly Cell[])[]): AsyncGenerator<readonly Cell[]> {
  yield* all;
}

/** The store, with the lease that its publications need until it closes. */
export async function leased(store: SeriesStore): Promise<SeriesStore> {
  await store.lease('a test', signal);
  return store;
}

/** Publishes cells, with a state of the version given. */
export async function put(
  store: SeriesStore,
  cells: readonly Cell[],
  version = 1,
  table = TABLE,
): Promise<void> {
  const state = { ...EMPTY_STATE, version };
  await store.publish({ table, clear: [], cells: batches(cells), state }, signal);
}

/** Reads cells, also at once if the store can: both must find the same. */
export async function get(store: SeriesStore, keys: readonly CellKey[]): Promise<(string | undefined)[]> {
  const found = texts(await store.read(TABLE, keys, signal));
  if (store.readNow) {
    const now = keys.map((one) => texts([store.readNow?.(TABLE, one)])[0]);
    assert.deepEqual(now, found);
  }
  return found;
}
