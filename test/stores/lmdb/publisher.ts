import { fileURLToPath } from 'node:url';
import { openLmdbStore } from '../../../src/stores/lmdb/lmdb-store.ts';
import { publishVersions } from '../publishing.ts';

/** Run as a process, it publishes version after version. Told anything by standard input, it exits with code 3. */
export const PUBLISHER = fileURLToPath(import.meta.url);

// The test runner loads every file: without arguments this one does nothing.
const [place, versions] = process.argv.slice(2);
if (place !== undefined) {
  process.stdin.once('data', () => process.exit(3));
  await publishVersions(openLmdbStore(place), Number(versions), { batch: 100, clear: [] });
  process.stdin.destroy();
}
