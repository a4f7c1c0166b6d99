import type { Config } from '../config/config.ts';
import { timeLimitOf } from '../core/abort.ts';
import { makeFolder } from '../files/make-folder.ts';
import { withLease } from '../load/lease.ts';
import type { EventLogReader } from '../log/event-log.ts';
import { events } from '../metrics/events.ts';
import { writeCounts } from '../raw/counts.ts';
import type { Loader } from '../raw/loader.ts';
import type { HiveReader } from '../raw/hive/hive-reader.ts';
import { openLoader, RAW } from '../raw/open-loader.ts';
import { locationOf, parseHiveAddress } from '../warehouses/hive/address.ts';
import { runLoader, type Told } from '../raw/run-loader.ts';
import type { Forgotten } from '../raw/upkeep.ts';
import type { Stream } from '../streams/stream.ts';
import type { Warehouse } from '../warehouses/warehouse.ts';

export interface LoaderSetup {
  /** The folder of the lake; it is made if it isn't there. */
  readonly lake: string;
  readonly config: Pick<Config, 'leaseWaitMs' | 'warehouse'>;
  readonly log: EventLogReader;
  /** Where the events are counted. */
  readonly warehouse: Warehouse;
  /** The streams there are, now. */
  readonly streams: () => ReadonlyMap<string, Stream>;
  /** Who loads, for whoever finds the lease taken. */
  readonly holder: string;
  /** Whether to go on behind records that the log has lost. */
  readonly skipLost?: boolean;
  /** The partitions of the log that it takes; undefined: all. */
  readonly partitions?: readonly number[];
  /** Is told what was removed because of its age. */
  readonly onForgotten?: (forgotten: Forgotten) => void;
  /** Ends it. */
  readonly signal: AbortSignal;
}

/** A loader that has its lease. */
export interface ReadyLoader {
  readonly loader: Loader;
  /** Brings the metric `events` up to the tables. @throws LeaseHeldError, EngineError */
  count(): Promise<void>;
  /**
   * Loads until the signal is aborted.
   * @throws LoaderLeaseError when another loader has taken over
   */
  run(told: Told): Promise<void>;
  close(): Promise<void>;
}

/**
 * Takes the loader's lease, waiting for it as long as an import waits for another one.
 * @throws LoaderLeaseError, naming who has it; EngineError
 */
export async function readyLoader(setup: LoaderSetup): Promise<ReadyLoader> {
  const { lake, config, log, warehouse, streams, holder, signal } = setup;
  const { skipLost = false, partitions, onForgotten } = setup;
  makeFolder(lake);
  // What a loader commits, Hive is told of: it reads folders.
  const hive = await hiveReaderOf(config, lake);
  const limit = timeLimitOf(signal, config.leaseWaitMs);
  const open = await openLoader({
    lake,
    log,
    streams,
    holder,
    signal: limit.signal,
    skipLost,
    ...(partitions && { partitions }),
    ...(onForgotten && { onForgotten }),
    ...(hive && { reader: hive }),
  })
    .catch(async (error: unknown) => {
      await hive?.close();
      throw error;
    })
    .finally(() => limit.end());
  const { loader } = open;
  const count = (): Promise<void> => {
    const { leaseWaitMs: waitMs } = config;
    return withLease({ warehouse, store: undefined, holder, waitMs, signal }, () =>
      writeCounts(events, warehouse, loader.tables, signal),
    );
  };
  return {
    loader,
    count,
    run: (told) => runLoader({ loader, signal, count, told }),
    close: async () => {
      await open.close();
      await hive?.close();
    },
  };
}

async function hiveReaderOf(
  { warehouse }: Pick<Config, 'warehouse'>,
  lake: string,
): Promise<HiveReader | undefined> {
  const place = /^hive:(.*)$/s.exec(warehouse)?.[1];
  if (place === undefined) return undefined;
  const { openHiveReader } = await import('../raw/hive/hive-reader.ts');
  const address = parseHiveAddress(place);
  return openHiveReader(address, `${locationOf(lake, address.location)}/${RAW}`);
}
