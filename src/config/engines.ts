import { orConfigError } from './placed.ts';
import type { SeriesStore } from '../stores/series-store.ts';
import type { Warehouse } from '../warehouses/warehouse.ts';

/**
 * Every engine that can hold series, by the scheme of its address; it is opened with what follows
 * the scheme. A new one is a folder and a line here. Imported only when opened: engines are heavy.
 */
const SERIES_ENGINES = {
  lmdb: async (path, options) => (await import('../stores/lmdb/lmdb-store.ts')).openLmdbStore(path, options),
  hbase: async (place, options) => {
    const [{ openHbaseStore }, { METRICS }] = await Promise.all([
      import('../stores/hbase/hbase-store.ts'),
      import('../metrics/index.ts'),
    ]);
    return openHbaseStore(place, { ...options, metrics: METRICS });
  },
} satisfies Record<string, (place: string, options: { readOnly?: boolean }) => Promise<SeriesStore>>;

/** Likewise, every engine that can hold the tables. */
const WAREHOUSE_ENGINES = {
  duckdb: async (path) =>
    (await import('../warehouses/duckdb/duckdb-warehouse.ts')).openDuckdbWarehouse(path),
  hive: async (place) => (await import('../warehouses/hive/hive-warehouse.ts')).openHiveWarehouse(place),
} satisfies Record<string, (place: string) => Promise<Warehouse>>;

export const SERIES_SCHEMES = Object.keys(SERIES_ENGINES);
export const WAREHOUSE_SCHEMES = Object.keys(WAREHOUSE_ENGINES);

/**
 * Opens the series store at an address such as `lmdb:./data/series`.
 * @param options.readOnly whether nothing will be published by this process
 * @throws EngineError; ConfigError where it can't lie there
 */
export async function openSeriesStore(
  address: string,
  options: { readOnly?: boolean } = {},
): Promise<SeriesStore> {
  return orConfigError('--data or --series', () =>
    openerOf(SERIES_ENGINES, address)(placeIn(address), options),
  );
}

/**
 * Opens the warehouse at an address such as `duckdb:./data/lake`.
 * @throws EngineError; ConfigError where it can't lie there
 */
export async function openWarehouse(address: string): Promise<Warehouse> {
  return orConfigError('--data or --warehouse', () => openerOf(WAREHOUSE_ENGINES, address)(placeIn(address)));
}

function openerOf<Opener>(openers: Readonly<Record<string, Opener>>, address: string): Opener {
  const opener = openers[address.slice(0, address.indexOf(':'))];
  if (!opener) throw new Error(`no engine is known for ${address}`);
  return opener;
}

function placeIn(address: string): string {
  return address.slice(address.indexOf(':') + 1);
}
