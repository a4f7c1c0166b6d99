import type { Config } from '../config/config.ts';
import { timeLimitOf } from '../core/abort.ts';
import { makeFolder } from '../files/make-folder.ts';
import { withLease } from '../load/lease.ts';
import type { EventLog, EventLogReader } from '../log/event-log.ts';
import { events } from '../metrics/events.ts';
import { writeCounts } from '../raw/counts.ts';
import type { Loader } from '../raw/loader.ts';
import { openLoader } from '../raw/open-loader.ts';
import { runLoader, type Told } from '../raw/run-loader.ts';
import { trimLog } from '../raw/trim-log.ts';
import type { Forgotten } from '../raw/upkeep.ts';
import type { Stream } from '../streams/stream.ts';
import type { Warehouse } from '../warehouses/warehouse.ts';

export interface LoaderSetup {
  /** The folder of the lake; it is made if it isn't there. */
  readonly lake: string;
  readonly config: Pick<Config, 'leaseWaitMs'>;
  readonly log: EventLogReader;
  /** The same log where this process writes it, so that it is trimmed as well. */
  readonly written?: EventLog;
  /** Where the events are counted. */
  readonly warehouse: Warehouse;
  /** The streams there are, now. */
  readonly streams: () => ReadonlyMap<string, Stream>;
  /** Who loads, for whoever finds the lease taken. */
  readonly holder: string;
  /** Whether to go on behind records that the log has lost. */
  readonly skipLost?: boolean;
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
  const {
    lake,
    config,
    log,
    written,
    warehouse,
    streams,
    holder,
    skipLost = false,
    signal,
    onForgotten,
  } = setup;
  makeFolder(lake);
  const limit = timeLimitOf(signal, config.leaseWaitMs);
  const open = await openLoader({
    lake,
    log,
    streams,
    holder,
    signal: limit.signal,
    skipLost,
    ...(onForgotten && { onForgotten }),
  }).finally(() => limit.end());
  const { loader } = open;
  const count = (): Promise<void> => {
    const { leaseWaitMs: waitMs } = config;
    return withLease({ warehouse, store: undefined, holder, waitMs, signal }, () =>
      writeCounts(events, warehouse, loader.tables, signal),
    );
  };
  const trim = async (): Promise<void> => {
    if (written) await trimLog(written, streams(), loader.tables);
  };
  return {
    loader,
    count,
    run: (told) => runLoader({ loader, signal, count, trim, told }),
    close: () => open.close(),
  };
}
