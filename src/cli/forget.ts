import type { Command } from 'commander';
import { type Config, type Flags, readConfig } from '../config/config.ts';
import { openEventLogReader, openWarehouse } from '../config/engines.ts';
import { timeLimitOf } from '../core/abort.ts';
import { dayText } from '../raw/hours.ts';
import type { Forgotten } from '../raw/upkeep.ts';
import { openRefiner } from '../refine/open-refiner.ts';
import { standardRules } from '../refine/standard-rules.ts';
import { readyLoader } from '../setup/ready-loader.ts';
import { streamFolders } from '../setup/stream-folders.ts';
import { LiveStreams } from '../streams/live.ts';
import { lakeOfEvents } from './lake-of-events.ts';
import { trimOnce } from './log-writer.ts';
import { sayForgotten } from './forgotten.ts';
import { say } from './report.ts';
import { writer } from './with-engines.ts';

export function declare(command: Command): void {
  command.action(async (options: Flags) => {
    await forgetCommand(readConfig(process.env, options));
  });
}

/**
 * `kraken forget`: removes what streams keep no longer, from the raw tables and the event log, and the keys of actors of
 * those days.
 * @throws UsageError if the lake isn't on this machine; LoaderLeaseError, naming who has the lease; EngineError
 */
async function forgetCommand(config: Config): Promise<void> {
  const lake = lakeOfEvents(config);
  const { holder, signal } = writer(config, 'kraken forget');
  const live = new LiveStreams(streamFolders(config), () => undefined);
  await live.start();
  const log = await openEventLogReader(config.eventLog);
  const warehouse = await openWarehouse(config.warehouse);
  let forgotten = 0;
  const onForgotten = (what: Forgotten): void => {
    forgotten++;
    sayForgotten(what);
  };
  try {
    const streams = () => live.current;
    const loading = await readyLoader({ lake, config, log, warehouse, streams, holder, signal, onForgotten });
    try {
      await loading.loader.openAll();
      await loading.loader.upkeep(signal, true);
      await trimOnce(config, live, lake);
    } finally {
      await loading.close();
    }
    const limit = timeLimitOf(signal, config.leaseWaitMs);
    const refining = await openRefiner({
      lake,
      holder,
      signal: limit.signal,
      rules: standardRules(),
    }).finally(() => limit.end());
    try {
      const days = await refining.refiner.forget();
      for (const day of days) say(`${dayText(day)}: the key of its actors is removed.`);
      if (forgotten + days.length === 0) say('There was nothing to forget.');
    } finally {
      await refining.close();
    }
  } finally {
    await Promise.all([live.stop(), log.close(), warehouse.close()]);
  }
}
