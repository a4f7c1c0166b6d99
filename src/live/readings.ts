import { VIEW_STREAMS } from '../core/metric/view-events.ts';
import type { EventLogReader } from '../log/event-log.ts';
import { type InLake, nextLoaded, type Place } from './handover.ts';

/** A partition of the log and how far it was read. */
export interface Reading extends Place {
  /** Its number among all of them, by which rows name it. */
  readonly place: number;
  next: number;
  /** All events that were appended before this instant were read, in ms since 1970. */
  asOfMs: number;
}

/** Returns the partitions that the log has. Those that aren't read yet come last. @throws EventLogError */
export async function readingsOf(
  log: EventLogReader,
  lake: Pick<InLake, 'sources'>,
  known: readonly Reading[],
): Promise<Reading[]> {
  const readings = [...known];
  for (const source of VIEW_STREAMS) {
    for (const place of await log.partitions(source)) {
      const { partition } = place;
      if (readings.some((one) => one.source === source && one.partition === partition)) continue;
      const next = nextLoaded(lake, { source, partition }) ?? (await log.ends(place)).first;
      readings.push({ source, partition, place: readings.length, next, asOfMs: 0 });
    }
  }
  return readings;
}
