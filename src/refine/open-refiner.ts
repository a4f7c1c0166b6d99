import { randomBytes } from 'node:crypto';
import { mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import { VIEW_STREAMS } from '../core/metric/view-events.ts';
import { LeaseHeldError } from '../core/engine-error.ts';
import type { Clock } from '../core/time/time.ts';
import { nodeDisk } from '../disk/node-disk.ts';
import { onFiles } from '../files/file-error.ts';
import { acquireLease } from '../files/file-lease.ts';
import { openRawReader, RAW } from '../raw/open-loader.ts';
import { RawFolder } from '../raw/raw-folder.ts';
import { LoaderLeaseError } from '../raw/raw-lease.ts';
import type { RawReader } from '../raw/raw-reader.ts';
import { tableNameOf } from '../streams/stream.ts';
import { Engine } from '../warehouses/lake/engine.ts';
import { pinFiles, pinnedFiles } from '../warehouses/lake/pins.ts';
import { DayKeys } from './day-keys.ts';
import type { ViewRules } from './view-rules.ts';
import { DuckdbViews } from './duckdb/duckdb-views.ts';
import { readRawSources } from './raw-hours.ts';
import { Refiner } from './refiner.ts';
import type { Source } from './view-maker.ts';
import { viewFolder, VIEWS } from './view-reader.ts';
import { ViewTable } from './view-table.ts';

/** Reads the raw tables that views are made of. @param lake the lake's folder */
export function openRawSources(lake: string): Readonly<Record<Source, RawReader>> {
  return { pageview: openRawReader(lake, 'pageview'), webrequest: openRawReader(lake, 'webrequest') };
}

export interface RefinerOptions {
  /** The lake's folder. */
  readonly lake: string;
  readonly rules: ViewRules;
  /** The raw tables; by default they are opened. */
  readonly raw?: Readonly<Record<Source, RawReader>>;
  /** Who refines, for others who find the lease taken. */
  readonly holder: string;
  /** How long another refiner is waited for. */
  readonly signal: AbortSignal;
  readonly clock?: Clock;
}

/** A refiner that has the lease, until it is closed. */
export interface OpenRefiner {
  readonly refiner: Refiner;
  readonly close: () => Promise<void>;
}

/**
 * Takes the lease of a lake's table of views and opens it.
 * @throws LoaderLeaseError, naming who has the lease, when the signal's time is over; EngineError
 */
export async function openRefiner(options: RefinerOptions): Promise<OpenRefiner> {
  const { lake, rules, raw = openRawSources(lake), holder, signal, clock = Date } = options;
  const path = viewFolder(lake);
  await onFiles(() => mkdir(path, { recursive: true }));
  const lease = await acquireLease(join(path, '_lease.json'), holder, signal).catch((cause: unknown) => {
    if (!(cause instanceof LeaseHeldError)) throw cause;
    throw new LoaderLeaseError(`another process refines: ${cause.holder}`, { cause });
  });
  let engine: Engine | undefined;
  const close = async (): Promise<void> => {
    await engine?.close();
    await lease.release();
  };
  try {
    engine = await Engine.open(join(path, '_tmp'), 1);
    const folder = new RawFolder(path, nodeDisk, lease, randomBytes(6).toString('hex'));
    const table = await onFiles(() => ViewTable.open(folder, nodeDisk));
    const refiner = new Refiner({
      table,
      keys: new DayKeys(folder, nodeDisk, lake, randomBytes),
      maker: new DuckdbViews(engine, rules, randomBytes(8).readBigUInt64LE()),
      disk: nodeDisk,
      rules: rules.version,
      sources: () => readRawSources(raw),
      rawFolder: (source) => raw[source].folder,
      whilePinned: async (files, work) => {
        const pins = VIEW_STREAMS.map((source) =>
          pinFiles(lake, `${RAW}/${tableNameOf(source)}`, files[source]),
        );
        try {
          return await work();
        } finally {
          await Promise.all(pins.map((pin) => pin.end()));
        }
      },
      pinned: () => pinnedFiles(lake, VIEWS, clock.now()),
      assertHeld: () => lease.assertHeld(),
      now: () => clock.now(),
    });
    return { refiner, close };
  } catch (error) {
    await close();
    throw error;
  }
}
