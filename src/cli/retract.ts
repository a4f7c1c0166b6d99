import type { Command } from 'commander';
import { type Config, type Flags, readConfig } from '../config/config.ts';
import type { Metric } from '../core/metric/metric.ts';
import { retract } from '../load/retract.ts';
import { storedMetric } from './named-metrics.ts';
import { grainOption, METRIC, NOTE, RANGE, type SelectionOptions, whereOption } from './options.ts';
import { changesIn, say } from './report.ts';
import { type SelectionFlags, selectionOf, WHY_MS, whyNothing } from './selection.ts';
import { withEngines, writer } from './with-engines.ts';

export function declare(command: Command): void {
  command
    .argument(...METRIC)
    .addOption(grainOption)
    .requiredOption('--range <range>', RANGE)
    .addOption(whereOption)
    .option('--note <text>', NOTE)
    .action(async (name: string, options: Flags & SelectionOptions & Noted) => {
      const config = readConfig(process.env, options);
      await retractCommand(config, await storedMetric(name, config), options);
    });
}

interface Noted {
  readonly note?: string;
}

/** `kraken retract`: removes rows permanently. @throws what `retract` throws */
async function retractCommand(config: Config, metric: Metric, flags: SelectionFlags & Noted): Promise<void> {
  const selection = selectionOf(flags);
  const note = flags.note === undefined ? {} : { note: flags.note };
  await withEngines(config, async (engines) => {
    const holder = `kraken retract ${metric.name}`;
    const { changed } = await retract({ ...writer(config, holder), ...engines, metric, selection, ...note });
    say(`${metric.name}: ${changesIn(changed)}.`);
    if (changed.length === 0)
      say(await whyNothing(metric, selection, engines.warehouse, AbortSignal.timeout(WHY_MS)));
  });
}
