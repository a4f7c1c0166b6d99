import type { Command } from 'commander';
import { type Config, type Flags, readConfig } from '../config/config.ts';
import { openEventLog, openEventLogReader, openWarehouse } from '../config/engines.ts';
import { lakeFolderOf } from '../config/lake-folder.ts';
import { timeLimitOf } from '../core/abort.ts';
import { LeaseHeldError } from '../core/engine-error.ts';
import { makeFolder } from '../files/make-folder.ts';
import { withLease } from '../load/lease.ts';
import { LogLockedError } from '../log/log-errors.ts';
import { events } from '../metrics/events.ts';
import { writeCounts } from '../raw/counts.ts';
import { openLoader } from '../raw/open-loader.ts';
import { runLoader } from '../raw/run-loader.ts';
import type { Round } from '../raw/stream-loader.ts';
import { trimLog } from '../raw/trim-log.ts';
import { LiveStreams } from '../streams/live.ts';
import { UsageError } from './named-metrics.ts';
import { count, say } from './report.ts';
import { writer } from './with-engines.ts';

export function declare(command: Command): void {
  command
    .option('--follow', 'go on as events come in, until it is stopped', false)
    .option('--skip-lost', 'go on behind records that the log has lost: they are given up', false)
    .action(async (options: Flags & LoadFlags) => {
      await loadCommand(readConfig(process.env, options), options);
    });
}

interface LoadFlags {
  readonly follow: boolean;
  readonly skipLost: boolean;
}

/**
 * `kraken load`: brings the event log into the raw tables, and their counts into the metric `events`.
 * @throws UsageError where the lake isn't on this machine; LoaderLeaseError, naming who has the lease; EngineError
 */
async function loadCommand(config: Config, { follow, skipLost }: LoadFlags): Promise<void> {
  const lake = lakeFolderOf(config);
  if (lake === undefined) throw new UsageError('events are loaded into a lake on this machine: duckdb:PATH');
  makeFolder(lake);
  const turn = writer(config, 'kraken load');
  const { signal } = turn;
  const live = new LiveStreams(config.streams === 'none' ? [] : [config.streams], () => undefined);
  await live.start();
  const log = await openEventLogReader(config.eventLog);
  const limit = timeLimitOf(signal, config.leaseWaitMs);
  const warehouse = await openWarehouse(config.warehouse);
  try {
    const open = await openLoader({
      lake,
      log,
      streams: () => live.current,
      holder: turn.holder,
      signal: limit.signal,
      skipLost,
    });
    const { loader } = open;
    const countEvents = (): Promise<void> =>
      withLease({ ...turn, warehouse, store: undefined }, () =>
        writeCounts(events, warehouse, loader.tables, signal),
      );
    const trim = (): Promise<void> => trimIfFree(config, live, loader.tables);
    try {
      if (follow) {
        const told = new Set<string>();
        await runLoader({
          loader,
          signal,
          count: countEvents,
          trim: () => Promise.resolve(),
          told: {
            round: (rounds) => sayStops(rounds, told),
            failed: (what, error) => say(`${what} failed and is tried again: ${error.message}`),
          },
        });
        return;
      }
      const rounds = await loader.round(signal);
      for (const [stream, { records }] of rounds) say(`${stream}: ${count(records)} events loaded.`);
      sayStops(rounds, new Set());
      await countEvents();
      await loader.upkeep(signal, true);
      await trim();
    } finally {
      await open.close();
    }
  } finally {
    limit.end();
    await live.stop();
    await Promise.all([log.close(), warehouse.close()]);
  }
}

/** Says why streams aren't loaded on, each reason once. */
function sayStops(rounds: ReadonlyMap<string, Round>, told: Set<string>): void {
  for (const [stream, { stopped }] of rounds) {
    const text = stopped && `${stream} isn't loaded on: ${stopped.message}. --skip-lost goes on behind it.`;
    if (text !== undefined && !told.has(text)) say(text);
    if (text !== undefined) told.add(text);
  }
}

/** Trims the log, unless it is written at the moment: who writes trims it, too. */
async function trimIfFree(
  config: Config,
  live: LiveStreams,
  tables: Parameters<typeof trimLog>[2],
): Promise<void> {
  try {
    const log = await openEventLog(config.eventLog, 'kraken load, trimming');
    try {
      await trimLog(log, live.current, tables);
    } finally {
      await log.close();
    }
  } catch (error) {
    if (!(error instanceof LogLockedError || error instanceof LeaseHeldError)) throw error;
  }
}
