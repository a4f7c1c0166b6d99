import assert from 'node:assert/strict';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { openLmdbStore } from '../../../src/stores/lmdb/lmdb-store.ts';
import { seriesStoreConformance } from '../conformance.ts';

seriesStoreConformance('lmdb', async () => {
  const folder = await mkdtemp(join(tmpdir(), 'kraken-lmdb-'));
  const path = join(folder, 'series.mdb');
  let store = openLmdbStore(path);
  return {
    store,
    async reopen() {
      await store.close();
      return (store = openLmdbStore(path));
    },
    async close() {
      await store.close();
      await rm(folder, { recursive: true });
    },
  };
});
