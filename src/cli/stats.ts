import type { Command } from 'commander';
import { type Config, type Flags, readConfig } from '../config/config.ts';
import type { Metric } from '../core/metric/metric.ts';
import { statsOf } from '../inspect/stats.ts';
import { catalogueWithDatasets } from '../setup/datasets-catalogue.ts';
import { interruption } from './interruption.ts';
import { storedMetric } from './named-metrics.ts';
import { lookAtEngines, storeFileSize } from './open-for-looking.ts';
import { wholeNumber } from './options.ts';
import { say } from './report.ts';
import { statsLines } from './stats-lines.ts';

export function declare(command: Command): void {
  command
    .argument('[metric...]', 'names of metrics or data sets, as in the catalogue; default: every table')
    .option('--json', 'print one JSON object instead of a table', false)
    .option('--quick', 'read no rows and no cells: series, cells and keys stay unknown', false)
    .option('--largest <n>', 'how many of the largest keys are listed', wholeNumber, 5)
    .action(async (names: string[], options: Flags & StatsFlags) => {
      const config = readConfig(process.env, options);
      const only = await Promise.all(names.map((name) => storedMetric(name, config)));
      await statsCommand(config, only, options);
    });
}

interface StatsFlags {
  readonly json: boolean;
  readonly quick: boolean;
  readonly largest: number;
}

/** `kraken stats`: prints what the engines hold. @throws what `statsOf` throws */
async function statsCommand(
  config: Config,
  only: readonly Metric[],
  { json, quick, largest }: StatsFlags,
): Promise<void> {
  const signal = interruption();
  const { metrics } = await catalogueWithDatasets(config, signal);
  await lookAtEngines(config, async (engines) => {
    const stats = await statsOf({
      ...engines,
      metrics,
      ...(only.length > 0 ? { only } : {}),
      quick,
      largest,
      signal,
    });
    const storeBytes = storeFileSize(config) ?? null;
    if (json)
      process.stdout.write(`${JSON.stringify({ ...stats, storeFileBytes: storeBytes }, undefined, 2)}\n`);
    else for (const line of statsLines(stats, storeBytes)) process.stdout.write(`${line}\n`);
    if (!engines.lake)
      say("The warehouse's files aren't on this machine: their bytes and series are unknown.");
    if (engines.store && !engines.store.scan && !quick)
      say('This series store is not streamed: its cells, keys and bytes are unknown.');
  });
}
