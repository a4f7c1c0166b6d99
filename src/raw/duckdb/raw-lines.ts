import { join } from 'node:path';
import type { Ordinal } from '../../core/time/time.ts';
import { tableNameOf } from '../../streams/stream.ts';
import { Engine, fetchChunk, query } from '../../warehouses/lake/engine.ts';
import { pinFiles } from '../../warehouses/lake/pins.ts';
import { Bindings } from '../../warehouses/lake/sql.ts';
import { openRawReader, RAW } from '../open-loader.ts';
import { rowsOfEventFiles } from '../../warehouses/lake/event-files.ts';

export interface RawSelection {
  /** The folder of the lake. */
  readonly lake: string;
  readonly stream: string;
  /** The first and last hour, as ordinals. Without them every hour is read. */
  readonly hours?: { readonly first: Ordinal; readonly last: Ordinal };
}

/**
 * Yields the rows of a raw table as JSON, one text a row, hour by hour and in order of time. The files that it
 * reads stay until it ends, also if a loader replaces them.
 * @throws EngineError
 */
export async function* rawLines(
  { lake, stream, hours: wanted }: RawSelection,
  signal: AbortSignal,
): AsyncGenerator<string> {
  const reader = openRawReader(lake, stream);
  const manifest = await reader.manifest();
  if (!manifest) return;
  const hours = [...(await reader.hours(manifest))]
    .filter(([hour]) => !wanted || (hour >= wanted.first && hour <= wanted.last))
    .map(([hour, { files }]) => ({ hour, files: files.map(({ path }) => path) }))
    .filter(({ files }) => files.length > 0)
    .toSorted((a, b) => a.hour - b.hour);
  const all = hours.flatMap(({ files }) => files);
  const pin = pinFiles(lake, `${RAW}/${tableNameOf(stream)}`, all);
  const engine = await Engine.open(join(lake, RAW, '_tmp'));
  try {
    const connection = await engine.borrow(signal);
    try {
      for (const { files } of hours) {
        const bindings = new Bindings();
        const paths = files.map((path) => join(reader.folder, path));
        const result = await query(
          connection,
          `SELECT CAST(to_json(rows) AS VARCHAR)
           FROM ${rowsOfEventFiles(paths, bindings)} AS rows
           ORDER BY rows.meta.dt, rows.meta.partition, rows.meta.position`,
          bindings,
        );
        for (let chunk = await fetchChunk(result); chunk; chunk = await fetchChunk(result)) {
          signal.throwIfAborted();
          yield* (chunk.getColumns()[0] ?? []) as string[];
        }
      }
    } finally {
      engine.giveBack(connection);
    }
  } finally {
    await engine.close();
    await pin.end();
  }
}
