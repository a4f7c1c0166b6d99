import type { Config } from '../config/config.ts';
import { hasOneWriter, openEventLog } from '../config/engines.ts';
import type { EventLog } from '../log/event-log.ts';
import { LogLockedError } from '../log/log-errors.ts';
import { trimLoaded } from '../setup/start-trimming.ts';
import type { LiveStreams } from '../streams/live.ts';

/** Does work with the event log opened to write. While another process writes the log, nothing is done. @throws EventLogError */
async function withLogWriter(
  { eventLog }: Pick<Config, 'eventLog'>,
  holder: string,
  work: (log: EventLog) => Promise<void>,
): Promise<void> {
  const log = await openEventLog(eventLog, holder).catch((error: unknown) => {
    if (error instanceof LogLockedError) return undefined;
    throw error;
  });
  if (!log) return;
  try {
    await work(log);
  } finally {
    await log.close();
  }
}

/** Lets the log forget what is loaded and kept no longer. Another process that writes the log trims it itself. */
export async function trimOnce(
  config: Pick<Config, 'eventLog'>,
  live: LiveStreams,
  lake: string,
): Promise<void> {
  await withLogWriter(config, 'kraken, trimming', (log) =>
    trimLoaded({ log, lake, streams: () => live.current }),
  );
}

/**
 * Makes readers see all that a writer who died has acknowledged: of the embedded log only the next writer establishes
 * where it ends.
 * @throws EventLogError
 */
export async function settleLog(config: Pick<Config, 'eventLog'>, holder: string): Promise<void> {
  if (hasOneWriter(config.eventLog)) await withLogWriter(config, holder, () => Promise.resolve());
}
