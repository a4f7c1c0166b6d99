import { existsSync, statSync } from 'node:fs';
import type { Config } from '../config/config.ts';
import { openSeriesStore, storeFileOf } from '../config/engines.ts';
import { eventLakeOf } from '../config/lake-folder.ts';
import type { SeriesStore } from '../stores/series-store.ts';
import type { Lake } from '../warehouses/lake/lake.ts';
import { openLake } from '../warehouses/lake/open-lake.ts';
import type { Warehouse } from '../warehouses/warehouse.ts';
import { openForReading } from './open-for-reading.ts';

/** Both engines, opened by a command that looks at what they hold, and makes nothing. */
export interface Looked {
  readonly warehouse: Warehouse;
  /** The files of the warehouse, if they are on this machine. */
  readonly lake: Lake | undefined;
  /** Undefined if nothing was ever published: opening it would make the file. */
  readonly store: SeriesStore | undefined;
}

/** Opens both engines for a command that only looks, and closes them in any case. @throws UsageError; EngineError */
export async function lookAtEngines(config: Config, work: (looked: Looked) => Promise<void>): Promise<void> {
  const warehouse = await openForReading(config);
  try {
    const folder = eventLakeOf(config);
    const lake = folder !== undefined && existsSync(folder) ? await openLake(folder) : undefined;
    try {
      const file = storeFileOf(config.series);
      const isMissing = file !== undefined && !existsSync(file);
      const store = isMissing ? undefined : await openSeriesStore(config.series, { readOnly: true });
      try {
        await work({ warehouse, lake, store });
      } finally {
        await store?.close();
      }
    } finally {
      await lake?.engine.close();
    }
  } finally {
    await warehouse.close();
  }
}

/** Returns the size of the series store's file in bytes; undefined if there is none. */
export function storeFileSize(config: Pick<Config, 'series'>): number | undefined {
  const file = storeFileOf(config.series);
  return file === undefined ? undefined : statSync(file, { throwIfNoEntry: false })?.size;
}
