import type { Config } from '../config/config.ts';
import type { EventStreams } from '../datasets/event-stream.ts';
import { columnsOf } from '../raw/columns.ts';
import { readStreams } from '../streams/folder.ts';
import { streamFolders } from './stream-folders.ts';

/** Returns a function that reads the streams that data sets may count, with the fields that their tables have. */
export function datasetStreams(config: Pick<Config, 'streams'>): () => Promise<EventStreams> {
  return async () => {
    const { streams } = await readStreams(streamFolders(config));
    return new Map(
      [...streams].map(([name, stream]) => {
        const columns = new Set(columnsOf(stream).map((column) => column.name));
        return [name, { ...stream, fields: stream.fields.filter((field) => columns.has(field.name)) }];
      }),
    );
  };
}
