import type { Command } from 'commander';
import { type Config, type Flags, readConfig } from '../config/config.ts';
import { openEventLog, openEventLogReader, openWarehouse } from '../config/engines.ts';
import { LogLockedError } from '../log/log-errors.ts';
import type { Round } from '../raw/stream-loader.ts';
import { trimLog } from '../raw/trim-log.ts';
import { type ReadyLoader, readyLoader } from '../setup/ready-loader.ts';
import { LiveStreams } from '../streams/live.ts';
import { streamFolders } from '../setup/stream-folders.ts';
import { lakeOfEvents } from './lake-of-events.ts';
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
  const lake = lakeOfEvents(config);
  const { holder, signal } = writer(config, 'kraken load');
  const live = new LiveStreams(streamFolders(config), () => undefined);
  await live.start();
  const log = await openEventLogReader(config.eventLog);
  const warehouse = await openWarehouse(config.warehouse, { keepDays: config.correctionsDays });
  const streams = () => live.current;
  const ready = await readyLoader({ lake, config, log, warehouse, streams, holder, skipLost, signal }).catch(
    async (error: unknown) => {
      await Promise.all([live.stop(), log.close(), warehouse.close()]);
      throw error;
    },
  );
  try {
    await (follow ? followLog(ready) : loadOnce(ready, config, live, signal));
  } finally {
    await ready.close();
    await Promise.all([live.stop(), log.close(), warehouse.close()]);
  }
}

async function followLog(ready: ReadyLoader): Promise<void> {
  const told = new Set<string>();
  await ready.run({
    round: (rounds) => sayStops(rounds, told),
    failed: (what, error) => say(`${what} failed and is tried again: ${error.message}`),
  });
}

async function loadOnce(
  ready: ReadyLoader,
  config: Config,
  live: LiveStreams,
  signal: AbortSignal,
): Promise<void> {
  const { loader } = ready;
  const rounds = await loader.round(signal);
  for (const [stream, { records }] of rounds) say(`${stream}: ${count(records)} events loaded.`);
  sayStops(rounds, new Set());
  await ready.count();
  await loader.upkeep(signal, true);
  // Who writes the log trims it, too.
  const written = await openEventLog(config.eventLog, 'kraken load, trimming').catch((error: unknown) => {
    if (error instanceof LogLockedError) return undefined;
    throw error;
  });
  if (!written) return;
  try {
    await trimLog(written, live.current, loader.tables);
  } finally {
    await written.close();
  }
}

/** Says why streams aren't loaded on, each reason once. */
function sayStops(rounds: ReadonlyMap<string, Round>, told: Set<string>): void {
  for (const [stream, { stopped }] of rounds) {
    if (!stopped || told.has(stopped.message)) continue;
    told.add(stopped.message);
    say(`${stream} isn't loaded on: ${stopped.message}. --skip-lost goes on behind it.`);
  }
}
