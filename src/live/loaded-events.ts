import type { DuckDBConnection } from '@duckdb/node-api';
import { join } from 'node:path';
import { VIEW_STREAMS } from '../core/metric/view-events.ts';
import type { Ordinal } from '../core/time/time.ts';
import { filesOf } from '../refine/raw-hours.ts';
import type { Source } from '../refine/view-maker.ts';
import { fetchChunk, query } from '../warehouses/lake/engine.ts';
import { rowsOfEventFiles } from '../warehouses/lake/event-files.ts';
import { Bindings, rowsOfFiles } from '../warehouses/lake/sql.ts';
import type { LakeLook, LakeReaders } from './lake-look.ts';

/** An event as the log had it, with its place there. */
export interface LoadedEvent {
  readonly source: Source;
  readonly partition: number;
  readonly position: number;
  readonly json: string;
}

/** Yields the raw rows of an hour as events. @throws EngineError */
export async function* loadedEvents(
  connection: DuckDBConnection,
  { sources }: LakeLook,
  { raw }: LakeReaders,
  hour: Ordinal,
): AsyncGenerator<LoadedEvent> {
  for (const source of VIEW_STREAMS) {
    const files = filesOf(sources, source, hour).map((path) => join(raw[source].folder, path));
    if (files.length === 0) continue;
    const bindings = new Bindings();
    const result = await query(
      connection,
      `SELECT meta.partition, CAST(meta.position AS DOUBLE), CAST(to_json(event) AS VARCHAR)
       FROM ${rowsOfEventFiles(files, bindings)} AS event`,
      bindings,
    );
    for (let chunk = await fetchChunk(result); chunk; chunk = await fetchChunk(result)) {
      const [partitions = [], positions = [], texts = []] = [0, 1, 2].map((at) => chunk?.getColumnValues(at));
      for (let row = 0; row < chunk.rowCount; row++)
        yield {
          source,
          partition: partitions[row] as number,
          position: positions[row] as number,
          json: texts[row] as string,
        };
    }
  }
}

/** Yields the ids of events of views, at most so many. @throws EngineError */
export async function* recentIds(
  connection: DuckDBConnection,
  files: readonly string[],
  most: number,
): AsyncGenerator<string> {
  if (files.length === 0) return;
  const bindings = new Bindings();
  const text = `SELECT event_id FROM ${rowsOfFiles(files, bindings)} ORDER BY dt DESC LIMIT ${most}`;
  const result = await query(connection, text, bindings);
  for (let chunk = await fetchChunk(result); chunk; chunk = await fetchChunk(result))
    yield* chunk.getColumnValues(0) as string[];
}
