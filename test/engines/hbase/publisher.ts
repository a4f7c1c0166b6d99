import { fileURLToPath } from 'node:url';
import { openHbaseStore } from '../../../src/stores/hbase/hbase-store.ts';
import { publishVersions } from '../../stores/publishing.ts';

/** Run as a process, it publishes version after version. */
export const PUBLISHER = fileURLToPath(import.meta.url);

// The test runner loads every file: without arguments this one does nothing.
const [place, versions] = process.argv.slice(2);
if (place !== undefined)
  await publishVersions(openHbaseStore(place), Number(versions), {
    batch: 300,
    clear: [{ row: 'D2024', column: '03' }],
  });
