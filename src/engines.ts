import type { SeriesStore } from './stores/series-store.ts';
import type { Warehouse } from './warehouses/warehouse.ts';

/** Opens the engine at a place: what follows the scheme. Imports it only then, since engines are heavy. */
type Opener<Engine> = (place: string) => Promise<Engine>;

/** Every engine that can hold series, by the scheme of its address. A new one is a folder and a line here. */
const SERIES_ENGINES: Readonly<Record<string, Opener<SeriesStore>>> = {
  lmdb: async (place) => (await import('./stores/lmdb/lmdb-store.ts')).openLmdb(place),
};

/** Likewise, every engine that can hold the tables. */
const WAREHOUSE_ENGINES: Readonly<Record<string, Opener<Warehouse>>> = {
  duckdb: async (place) => (await import('./warehouses/duckdb/duckdb-warehouse.ts')).openDuckdb(place),
};

export const SERIES_SCHEMES = Object.keys(SERIES_ENGINES);
export const WAREHOUSE_SCHEMES = Object.keys(WAREHOUSE_ENGINES);

export interface OpenEngines {
  readonly store: SeriesStore;
  readonly warehouse: Warehouse;
  close(): Promise<void>;
}

/**
 * Opens both engines, `lmdb:./data/series` and the like, whose schemes were checked by the settings.
 * @throws EngineError when one of them can't be opened; the other one is closed then
 */
export async function openEngines(addresses: { series: string; warehouse: string }): Promise<OpenEngines> {
  const store = await open(SERIES_ENGINES, addresses.series);
  try {
    const warehouse = await open(WAREHOUSE_ENGINES, addresses.warehouse);
    return {
      store,
      warehouse,
      close: async () => {
        await Promise.all([store.close(), warehouse.close()]);
      },
    };
  } catch (error) {
    await store.close();
    throw error;
  }
}

async function open<Engine>(
  openers: Readonly<Record<string, Opener<Engine>>>,
  address: string,
): Promise<Engine> {
  const colon = address.indexOf(':');
  const opener = openers[address.slice(0, colon)];
  if (!opener) throw new Error(`no engine is known for ${address}`);
  return opener(address.slice(colon + 1));
}
