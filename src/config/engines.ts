import { existsSync } from 'node:fs';
import type { EventLog, EventLogReader } from '../log/event-log.ts';
import { orConfigError } from './placed.ts';
import type { SeriesStore } from '../stores/series-store.ts';
import type { Warehouse } from '../warehouses/warehouse.ts';

/**
 * Openers of the series engines, by the scheme of the address. An opener gets the part after the scheme.
 * A new engine is a folder and a line here. Engines are imported only when opened, because they are heavy.
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

/** Openers of the warehouse engines, by the scheme of the address. */
const WAREHOUSE_ENGINES = {
  duckdb: async (path, options) =>
    (await import('../warehouses/duckdb/duckdb-warehouse.ts')).openDuckdbWarehouse(path, options),
  hive: async (place, options) =>
    (await import('../warehouses/hive/hive-warehouse.ts')).openHiveWarehouse(place, options),
} satisfies Record<string, (place: string, options: { keepDays?: number }) => Promise<Warehouse>>;

/** An engine of the event log, opened to append and read, or beside the writer to read only. */
interface EventLogEngine {
  open(place: string, holder: string): Promise<EventLog>;
  openReader(place: string): Promise<EventLogReader>;
}

/** Whether one process alone may open the event log at an address to append to it and to trim it. */
export function hasOneWriter(address: string): boolean {
  return address.startsWith('files:');
}

/** Whether there is an event log at an address already: a folder, or any Kafka, whose topics may come later. */
export function hasEventLog(address: string): boolean {
  return !hasOneWriter(address) || existsSync(placeIn(address));
}

/** Likewise, every engine that can hold the event log. */
const EVENT_LOG_ENGINES = {
  files: {
    open: async (path, holder) => (await import('../log/files/open.ts')).openFileLog(path, holder),
    openReader: async (path) => (await import('../log/files/open.ts')).openFileLogReader(path),
  },
  kafka: {
    open: async (place) => (await import('../log/kafka/open.ts')).openKafkaLog(place),
    openReader: async (place) => (await import('../log/kafka/open.ts')).openKafkaLogReader(place),
  },
} satisfies Record<string, EventLogEngine>;

export const SERIES_SCHEMES = Object.keys(SERIES_ENGINES);
export const WAREHOUSE_SCHEMES = Object.keys(WAREHOUSE_ENGINES);
export const EVENT_LOG_SCHEMES = Object.keys(EVENT_LOG_ENGINES);

/** Returns the path of the series store's file; undefined if it isn't a file of this machine. */
export function storeFileOf(series: string): string | undefined {
  return /^lmdb:(.+)$/s.exec(series)?.[1];
}

/**
 * Opens the series store at an address such as `lmdb:./data/series`.
 * @param options.readOnly true if this process will publish nothing
 * @throws EngineError; ConfigError if the store can't be at this address
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
 * @param options.keepDays for how many days the tables that this process changes can be taken back
 * @throws EngineError; ConfigError if the warehouse can't be at this address
 */
export async function openWarehouse(
  address: string,
  options: { keepDays?: number } = {},
): Promise<Warehouse> {
  return orConfigError('--data or --warehouse', () =>
    openerOf(WAREHOUSE_ENGINES, address)(placeIn(address), options),
  );
}

/**
 * Opens the event log at an address such as `files:./data/events` to append to it and to read it.
 * @param holder who opens it, for people who find it taken: a command and its place
 * @throws EventLogError, LogLockedError if another process writes to it; ConfigError if it can't be at this address
 */
export async function openEventLog(address: string, holder: string): Promise<EventLog> {
  return orConfigError('--data or --event-log', () =>
    openerOf<EventLogEngine>(EVENT_LOG_ENGINES, address).open(placeIn(address), holder),
  );
}

/**
 * Opens the event log at an address to read it beside the process that writes to it.
 * @throws EventLogError; ConfigError if it can't be at this address
 */
export async function openEventLogReader(address: string): Promise<EventLogReader> {
  return orConfigError('--data or --event-log', () =>
    openerOf<EventLogEngine>(EVENT_LOG_ENGINES, address).openReader(placeIn(address)),
  );
}

function openerOf<Opener>(openers: Readonly<Record<string, Opener>>, address: string): Opener {
  const opener = openers[address.slice(0, address.indexOf(':'))];
  if (!opener) throw new Error(`no engine is known for ${address}`);
  return opener;
}

function placeIn(address: string): string {
  return address.slice(address.indexOf(':') + 1);
}
