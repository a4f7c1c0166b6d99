import { eventLakeOf } from '../config/lake-folder.ts';
import { type ServeLoaderParts, startLoader } from './serve-loader.ts';
import { type ServeNumbersParts, startNumbers } from './serve-numbers.ts';
import { type ServeRefinerParts, startRefiner } from './serve-refiner.ts';
import { type ServeStreamsParts, startStreams } from './serve-streams.ts';
import { startTrimming } from './start-trimming.ts';

export type ServeEventsParts = Omit<
  ServeLoaderParts & ServeRefinerParts & ServeNumbersParts & ServeStreamsParts,
  'lake'
>;

/**
 * Does what follows on collecting, beside a gateway, until it is stopped: loads the event log, makes views of what was
 * loaded and numbers of the views and of the streams, unless other processes do (`KRAKEN_LOAD`), and trims the log. Each goes on by
 * itself, so none waits for a slower one. Nothing is done if the lake isn't on this machine.
 * @returns a function that stops all of it and waits for what is being written
 */
export function startEvents(parts: ServeEventsParts): () => Promise<void> {
  const { config, log, streams, logger } = parts;
  const lake = eventLakeOf(config);
  if (lake === undefined) return () => Promise.resolve();
  const inLake = { ...parts, lake };
  const started = config.load
    ? [startLoader(inLake), startRefiner(inLake), startNumbers(inLake), startStreams(inLake)]
    : [];
  const failed = (error: Error): void =>
    logger.error({ err: error }, 'trimming the event log failed, and is tried again');
  const stopTrimming = startTrimming({ log, lake, streams, failed });
  return async () => {
    await Promise.all(started.map((stop) => stop()));
    await stopTrimming();
  };
}
