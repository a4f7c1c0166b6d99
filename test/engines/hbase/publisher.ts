import { fileURLToPath } from 'node:url';
import { EMPTY_STATE } from '../../../src/core/table-state.ts';
import { openHbaseStore } from '../../../src/stores/hbase/hbase-store.ts';
import type { Cell } from '../../../src/stores/series-store.ts';
import { key, leased, signal, TABLE } from '../../stores/cells.ts';

/** Run as a process, it publishes version after version, each of all of these cells, and says so. */
const SERIES = 3000;
const BATCH = 300;

export const PUBLISHER = fileURLToPath(import.meta.url);

export const publishedKeys = Array.from({ length: SERIES }, (_, series) =>
  key(`en.wikipedia\0Article_${series}\0D2024`, 'all-access\0user\x0003'),
);

/** What every cell has after a publication of this version. */
export function publishedValue(version: number): string {
  return `${version} `.repeat(200);
}

async function* cellsOf(version: number): AsyncGenerator<readonly Cell[]> {
  const value = Buffer.from(publishedValue(version));
  for (let from = 0; from < SERIES; from += BATCH) {
    yield publishedKeys.slice(from, from + BATCH).map((key) => ({ ...key, value }));
  }
}

async function run(place: string, versions: number): Promise<void> {
  const store = await leased(openHbaseStore(place));
  const { tables } = await store.states(signal);
  const first = (tables.get(TABLE)?.version ?? 0) + 1;
  for (let version = first; version < first + versions; version++) {
    process.stdout.write(`start ${version}\n`);
    const clear = [{ row: 'D2024', column: '03' }];
    const state = { ...EMPTY_STATE, version };
    await store.publish({ table: TABLE, clear, cells: cellsOf(version), state }, signal);
    process.stdout.write(`end ${version}\n`);
  }
  await store.close();
}

// The test runner loads every file: without arguments this one does nothing.
const [place, versions] = process.argv.slice(2);
if (place !== undefined) await run(place, Number(versions));
