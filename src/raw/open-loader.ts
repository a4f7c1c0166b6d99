import { randomBytes } from 'node:crypto';
import { mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import type { Clock } from '../core/time/time.ts';
import { nodeDisk } from '../disk/node-disk.ts';
import { onFiles } from '../files/file-error.ts';
import type { EventLogReader } from '../log/event-log.ts';
import { type Stream, tableNameOf } from '../streams/stream.ts';
import { pinnedFiles } from '../warehouses/lake/pins.ts';
import { DuckdbRows } from './duckdb/duckdb-rows.ts';
import { BATCH_LIMITS } from './load-batch.ts';
import type { FolderReader } from './folder-reader.ts';
import { takeLeases } from './loader-leases.ts';
import { Loader } from './loader.ts';
import { RawReader } from './raw-reader.ts';
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
  /** Who reads the tables by their folders, such as Hive; undefined where nobody does. */
  readonly reader?: FolderReader;
  /** The partitions of the log that it takes, one at least; undefined: all, and no other loader takes any. */
  readonly partitions?: readonly number[];
  /** Is told what was removed because of its age. */
  readonly onForgotten?: (forgotten: Forgotten) => void;
}

/** A loader that has the lease, until it is closed. */
export interface OpenLoader {
  readonly loader: Loader;
  readonly close: () => Promise<void>;
}

/**
 * Takes the leases of a lake's raw tables and opens them.
 * @throws LoaderLeaseError, naming who has the lease, when the signal's time is over; EngineError
 */
export async function openLoader(options: LoaderOptions): Promise<OpenLoader> {
  const folder = join(options.lake, RAW);
  await onFiles(() => mkdir(folder, { recursive: true }));
  const { partitions } = options;
  const leases = await takeLeases(folder, partitions, options.holder, options.signal);
  try {
    // Loaders that share the partitions are at work at the same time.
    const rows = await DuckdbRows.open(join(folder, partitions ? `_tmp.${partitions[0]}` : '_tmp'));
    const { log, streams, reader, clock = Date, skipLost = false, onForgotten } = options;
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
      lease: leases.all,
      leaseOf: leases.of,
      ...(partitions && { partitions }),
      ...(reader && { reader }),
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
        await leases.all.release();
      },
    };
  } catch (error) {
    await leases.all.release();
    throw error;
  }
}
