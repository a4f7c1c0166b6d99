import type { Command } from 'commander';
import { setTimeout as sleep } from 'node:timers/promises';
import { type Config, type Flags, readConfig } from '../config/config.ts';
import { openEventLogReader, openWarehouse } from '../config/engines.ts';
import { lakeFolderOf } from '../config/lake-folder.ts';
import { patienceOf } from '../core/abort.ts';
import { makeFolder } from '../files/make-folder.ts';
import { withLease } from '../load/lease.ts';
import { events } from '../metrics/events.ts';
import { writeCounts } from '../raw/counts.ts';
import { openLoader } from '../raw/open-loader.ts';
import { readStreams } from '../streams/folder.ts';
import { UsageError } from './named-metrics.ts';
import { count, say } from './report.ts';
import { writer } from './with-engines.ts';

export function declare(command: Command): void {
  command
    .option('--follow', 'go on as events come in, until it is stopped', false)
    .option('--skip-lost', 'go on behind records that the log has lost, which are given up', false)
    .action(async (options: Flags & { follow: boolean; skipLost: boolean }) => {
      await loadCommand(readConfig(process.env, options), options);
    });
}

/** How long `--follow` waits from one round to the next, in ms. */
const PAUSE_MS = 500;

/** `kraken load`: brings the event log into the raw tables, and its counts into the metric `events`. */
async function loadCommand(config: Config, flags: { follow: boolean; skipLost: boolean }): Promise<void> {
  const lake = lakeFolderOf(config);
  if (lake === undefined) throw new UsageError('events are loaded into a lake on this machine: duckdb:PATH');
  makeFolder(lake);
  const turn = writer(config, 'kraken load');
  const { streams } = await readStreams(config.streams === 'none' ? [] : [config.streams]);
  const log = await openEventLogReader(config.eventLog);
  const patience = patienceOf(turn.signal, config.leaseWaitMs);
  const warehouse = await openWarehouse(config.warehouse);
  try {
    const open = await openLoader({
      lake,
      log,
      streams: () => streams,
      holder: turn.holder,
      signal: patience.signal,
      skipLost: flags.skipLost,
    });
    try {
      for (;;) {
        const rounds = await open.loader.round(turn.signal);
        for (const [stream, { records, stopped }] of rounds) {
          if (!flags.follow) say(`${stream}: ${count(records)} events loaded.`);
          if (stopped) say(`${stream} isn't loaded on: ${stopped.message}. --skip-lost goes on behind it.`);
        }
        await withLease({ ...turn, warehouse, store: undefined }, () =>
          writeCounts(events, warehouse, open.loader.tables, turn.signal),
        );
        if (!flags.follow || turn.signal.aborted) return;
        await sleep(PAUSE_MS, undefined, { signal: turn.signal }).catch(() => undefined);
      }
    } finally {
      await open.close();
    }
  } finally {
    patience.end();
    await Promise.all([log.close(), warehouse.close()]);
  }
}
