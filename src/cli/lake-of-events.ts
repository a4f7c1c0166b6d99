import type { Config } from '../config/config.ts';
import { eventLakeOf } from '../config/lake-folder.ts';
import { UsageError } from './named-metrics.ts';

/** Returns the folder of the lake that events are loaded into. @throws UsageError if it isn't on this machine */
export function lakeOfEvents(config: Pick<Config, 'warehouse'>): string {
  const lake = eventLakeOf(config);
  if (lake === undefined)
    throw new UsageError(
      'events are loaded into a folder on this machine: duckdb:PATH, or hive://… with lake=FOLDER',
    );
  return lake;
}
