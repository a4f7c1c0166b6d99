import { randomBytes } from 'node:crypto';
import { mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import { LeaseHeldError } from '../core/engine-error.ts';
import type { Clock } from '../core/time/time.ts';
import { nodeDisk } from '../disk/node-disk.ts';
import { onFiles } from '../files/file-error.ts';
import { acquireLease } from '../files/file-lease.ts';
import type { EventLogReader } from '../log/event-log.ts';
import { type Stream, tableNameOf } from '../streams/stream.ts';
import { pinnedFiles } from '../warehouses/lake/pins.ts';
import { DuckdbRows } from './duckdb/duckdb-rows.ts';
import { BATCH_LIMITS } from './load-batch.ts';
import { Loader } from './loader.ts';
import { RawReader } from './raw-reader.ts';
import { LoaderLeaseError } from './raw-lease.ts';
import type { Forgotten } from './upkeep.ts';

/** Where raw tables lie, in a lake's folder. */
export const RAW = 'raw';

/** Reads the raw table of a stream beside its loader. @param lake the lake's folder */
export function openRawReader(lake: string, stream: string): RawReader {
  return new RawReader(nodeDisk, join(lake, RAW, tableNameOf(stream)));
}

export interface LoaderOptions {
  /** The lake's folder. */
  readonly lake: string;
  readonly log: EventLogReader;
  readonly streams: () => ReadonlyMap<string, Stream>;
  /** Who loads, for whoever finds the lease taken. */
  readonly holder: string;
  /** How long another loader is waited for. */
  readonly signal: AbortSignal;
  readonly clock?: Clock;
  readonly skipLost?: boolean;
  /** Is told what was removed because of its age. */
  readonly onForgotten?: (forgotten: Forgotten) => void;
}

/** A loader that has the lease, until it is closed. */
export interface OpenLoader {
  readonly loader: Loader;
  readonly close: () => Promise<void>;
}

/**
 * Takes the lease of a lake's raw tables and opens them.
 * @throws LoaderLeaseError, naming who has the lease, when the signal's time is over; EngineError
 */
export async function openLoader(options: LoaderOptions): Promise<OpenLoader> {
  const folder = join(options.lake, RAW);
  await onFiles(() => mkdir(folder, { recursive: true }));
  const lease = await acquireLease(join(folder, '_loader.json'), options.holder, options.signal).catch(
    (cause: unknown) => {
      if (!(cause instanceof LeaseHeldError)) throw cause;
      throw new LoaderLeaseError(`another loader is at work: ${cause.holder}`, { cause });
    },
  );
  try {
    const rows = await DuckdbRows.open(join(folder, '_tmp'));
    const { log, streams, clock = Date, skipLost = false, onForgotten } = options;
    const tag = randomBytes(6).toString('hex');
    const now = () => clock.now();
    const pinned = (table: string) => pinnedFiles(options.lake, `${RAW}/${table}`, clock.now());
    const parts = {
      pinned,
      folder,
      disk: nodeDisk,
      log,
      rows,
      streams,
      lease,
      tag,
      now,
      limits: BATCH_LIMITS,
      skipLost,
      onForgotten,
    };
    return {
      loader: new Loader(parts),
      close: async () => {
        await rows.close();
        await lease.release();
      },
    };
  } catch (error) {
    await lease.release();
    throw error;
  }
}
