import type { Ordinal } from '../../core/time/time.ts';
import type { Stream } from '../../streams/stream.ts';
import { adoptHours, assertMovable, HourTables } from '../../warehouses/hive/hour-tables.ts';
import type { Sessions } from '../../warehouses/hive/sessions.ts';
import type { RawHour } from '../manifest.ts';
import type { RawReader } from '../raw-reader.ts';
import { closedFolders, rawHiveTable } from './raw-tables.ts';

/** A stream that has a raw table, and the hours of it. */
export interface LoadedStream {
  readonly stream: Stream;
  readonly hours: ReadonlyMap<Ordinal, RawHour>;
}

export interface RawAdoption {
  readonly streams: readonly LoadedStream[];
  /** The folder of raw tables as Hive sees it, without a final slash. */
  readonly location: string;
  readonly database: string;
}

/** Finds the streams that have raw tables. @throws EngineError */
export async function loadedStreams(
  streams: Iterable<Stream>,
  readerOf: (stream: string) => RawReader,
): Promise<LoadedStream[]> {
  const found: LoadedStream[] = [];
  for (const stream of streams) {
    const reader = readerOf(stream.name);
    const view = await reader.manifest();
    if (view) found.push({ stream, hours: await reader.hours(view) });
  }
  return found;
}

/**
 * Yields the statements that let a Hive read raw tables: closed hours only. Each may be run again, and has to be when
 * other hours are closed or compacted.
 * @throws EngineError where Hive can't have raw tables there
 */
export function* adoptRawStatements({ streams, location, database }: RawAdoption): Generator<string> {
  if (streams.length > 0) assertMovable(location);
  for (const { stream, hours } of streams)
    yield* adoptHours(database, rawHiveTable(stream, location), closedFolders(hours));
}

/** Runs those of them that Hive needs, and drops hours that have no rows any more. @throws EngineError */
export async function adoptRaw(
  sessions: Sessions,
  { streams, location, database }: RawAdoption,
  signal: AbortSignal,
): Promise<void> {
  const hive = new HourTables(sessions, database);
  for (const { stream, hours } of streams)
    await hive.replace(rawHiveTable(stream, location), closedFolders(hours), signal);
}
