import { setImmediate as nextTurn } from 'node:timers/promises';
import { EMPTY_STATE } from '../../src/core/time/table-state.ts';
import type { Cell, Publication, SeriesStore } from '../../src/stores/series-store.ts';
import { key, leased, signal, TABLE } from './cells.ts';

/* Version after version, each of all of these cells: for stores that are killed or read meanwhile. */

const SERIES = 3000;

export const publishedKeys = Array.from({ length: SERIES }, (_, series) =>
  key(`en.wikipedia\0Article_${series}\0D2024`, 'all-access\0user\x0003'),
);

/** What every cell has after a publication of this version. */
export function publishedValue(version: number): string {
  return `${version} `.repeat(200);
}

async function* cellsOf(version: number, batch: number): AsyncGenerator<readonly Cell[]> {
  const value = Buffer.from(publishedValue(version));
  for (let from = 0; from < SERIES; from += batch) {
    // Cells come from an engine: the process has other things to do meanwhile.
    await nextTurn();
    yield publishedKeys.slice(from, from + batch).map((key) => ({ ...key, value }));
  }
}

/** Publishes so many versions more, and says on standard output when each begins and ends. */
export async function publishVersions(
  opened: SeriesStore,
  versions: number,
  { batch, clear }: { batch: number; clear: Publication['clear'] },
): Promise<void> {
  const store = await leased(opened);
  const { tables } = await store.states(signal);
  const first = (tables.get(TABLE)?.version ?? 0) + 1;
  for (let version = first; version < first + versions; version++) {
    process.stdout.write(`start ${version}\n`);
    const state = { ...EMPTY_STATE, version };
    await store.publish({ table: TABLE, clear, cells: cellsOf(version, batch), state }, signal);
    process.stdout.write(`end ${version}\n`);
  }
  await store.close();
}
