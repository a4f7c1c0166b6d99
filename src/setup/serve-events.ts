import { eventLakeOf } from '../config/lake-folder.ts';
import { type ServeLoaderParts, startLoader } from './serve-loader.ts';
import { type ServeNumbersParts, startNumbers } from './serve-numbers.ts';
import { type ServeRefinerParts, startRefiner } from './serve-refiner.ts';
import { type ServeStreamsParts, startStreams } from './serve-streams.ts';
import { startTrimming } from './start-trimming.ts';

export type ServeEventsParts = ServeLoaderParts & ServeRefinerParts & ServeNumbersParts & ServeStreamsParts;

/**
 * Does what follows on collecting, beside a gateway, until it is stopped: loads the event log, makes views of what was
 * loaded and numbers of the views and of the streams, unless other processes do (`KRAKEN_LOAD`), and trims the log. Each goes on by
 * itself, so none waits for a slower one.
 * @returns a function that stops all of it and waits for what is being written
 */
export function startEvents(parts: ServeEventsParts): () => Promise<void> {
  const { config, log, streams, logger } = parts;
  const started = config.load
    ? [startLoader(parts), startRefiner(parts), startNumbers(parts), startStreams(parts)]
    : [];
  const lake = eventLakeOf(config);
  const failed = (error: Error): void =>
    logger.error({ err: error }, 'trimming the event log failed, and is tried again');
  const stopTrimming = lake === undefined ? undefined : startTrimming({ log, lake, streams, failed });
  return async () => {
    await Promise.all(started.map((stop) => stop?.()));
    await stopTrimming?.();
  };
}
