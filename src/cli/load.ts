import type { Command } from 'commander';
import { type Config, type Flags, readConfig } from '../config/config.ts';
import { hasOneWriter, openEventLog, openEventLogReader, openWarehouse } from '../config/engines.ts';
import type { Round } from '../raw/stream-loader.ts';
import { type ReadyLoader, readyLoader } from '../setup/ready-loader.ts';
import { startTrimming } from '../setup/start-trimming.ts';
import { LiveStreams } from '../streams/live.ts';
import { streamFolders } from '../setup/stream-folders.ts';
import { parsePartitions } from '../raw/partitions.ts';
import { lakeOfEvents } from './lake-of-events.ts';
import { settleLog, trimOnce } from './log-writer.ts';
import { UsageError } from './named-metrics.ts';
import { count, say } from './report.ts';
import { sayForgotten } from './forgotten.ts';
import { writer } from './with-engines.ts';

export function declare(command: Command): void {
  command
    .option('--follow', 'go on as events come in, until it is stopped', false)
    .option(
      '--partitions <list>',
      'load these partitions of the log alone, such as 0-5 or 0,2,4-5: other loaders load the others',
    )
    .option('--skip-lost', 'go on behind records that the log has lost: they are given up', false)
    .action(async (options: Flags & LoadFlags) => {
      await loadCommand(readConfig(process.env, options), options);
    });
}

interface LoadFlags {
  readonly follow: boolean;
  readonly skipLost: boolean;
  readonly partitions?: string;
}

/**
 * `kraken load`: brings the event log into the raw tables, and their counts into the metric `events`.
 * @throws UsageError where the lake isn't on this machine; LoaderLeaseError, naming who has the lease; EngineError
 */
async function loadCommand(config: Config, { follow, skipLost, partitions: list }: LoadFlags): Promise<void> {
  const lake = lakeOfEvents(config);
  const partitions = list === undefined ? undefined : parsePartitions(list);
  if (list !== undefined && !partitions)
    throw new UsageError(
      `--partitions is ${JSON.stringify(list)}, but it takes numbers and ranges of them, such as 0-5 or 0,2,4-5`,
    );
  const of = list === undefined ? '' : ` --partitions ${list}`;
  const { holder, signal } = writer(config, `kraken load${of}`);
  const live = new LiveStreams(streamFolders(config), () => undefined);
  await live.start();
  // A loader that stays lets collectors settle it: one that starts just now must not find the log taken.
  if (!follow) await settleLog(config, 'kraken load');
  const log = await openEventLogReader(config.eventLog);
  const warehouse = await openWarehouse(config.warehouse, { keepDays: config.correctionsDays });
  const streams = () => live.current;
  const onForgotten = sayForgotten;
  const setup = { lake, config, log, warehouse, streams, holder, skipLost, signal, onForgotten };
  const ready = await readyLoader({ ...setup, ...(partitions && { partitions }) }).catch(
    async (error: unknown) => {
      await Promise.all([live.stop(), log.close(), warehouse.close()]);
      throw error;
    },
  );
  try {
    await (follow ? followLog(ready, config, live, lake) : loadOnce(ready, config, { live, lake, signal }));
  } finally {
    await ready.close();
    await Promise.all([live.stop(), log.close(), warehouse.close()]);
  }
}

async function followLog(ready: ReadyLoader, config: Config, live: LiveStreams, lake: string): Promise<void> {
  const told = new Set<string>();
  const failed = (what: string, error: Error): void =>
    say(`${what} failed and is tried again: ${error.message}`);
  // The embedded log is trimmed by the process that writes it.
  const log = hasOneWriter(config.eventLog) ? undefined : await openEventLog(config.eventLog, 'kraken load');
  const stopTrimming =
    log &&
    startTrimming({
      log,
      lake,
      streams: () => live.current,
      failed: (error) => failed('trimming the log', error),
    });
  try {
    await ready.run({ round: (rounds) => sayStops(rounds, told), failed });
  } finally {
    await stopTrimming?.();
    await log?.close();
  }
}

async function loadOnce(
  ready: ReadyLoader,
  config: Config,
  { live, lake, signal }: { live: LiveStreams; lake: string; signal: AbortSignal },
): Promise<void> {
  const { loader } = ready;
  const rounds = await loader.round(signal);
  for (const [stream, { records }] of rounds) say(`${stream}: ${count(records)} events loaded.`);
  sayStops(rounds, new Set());
  await ready.count();
  await loader.upkeep(signal, true);
  await trimOnce(config, live, lake);
}

/** Says why streams aren't loaded on, each reason once. */
function sayStops(rounds: ReadonlyMap<string, Round>, told: Set<string>): void {
  for (const [stream, { stopped }] of rounds) {
    if (!stopped || told.has(stopped.message)) continue;
    told.add(stopped.message);
    say(`${stream} isn't loaded on: ${stopped.message}. --skip-lost goes on behind it.`);
  }
}
