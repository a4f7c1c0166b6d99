import { after } from 'node:test';
import { openHbaseStore } from '../../../src/stores/hbase/hbase-store.ts';
import { seriesStoreConformance } from '../../stores/conformance.ts';
import { dropTables, emptyPlace } from './place.ts';

const dropping: Promise<void>[] = [];
after(() => Promise.all(dropping));

seriesStoreConformance('hbase', async () => {
  const { place, prefix } = emptyPlace();
  let store = openHbaseStore(place);
  return {
    store,
    async reopen() {
      await store.close();
      return (store = openHbaseStore(place));
    },
    async close() {
      await store.close();
      // Takes seconds, and nothing else needs to wait for it.
      dropping.push(dropTables(prefix));
    },
  };
});
