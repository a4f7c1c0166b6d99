import { Option, type Command } from 'commander';
import { type Config, type Flags, readConfig } from '../config/config.ts';
import type { Metric } from '../core/metric/metric.ts';
import { openForReading } from './open-for-reading.ts';
import { exportMetric } from '../load/export.ts';
import { interruption } from './interruption.ts';
import { isMetric, storedMetric } from './named-metrics.ts';
import { grainOption, RANGE, type SelectionOptions, whereOption } from './options.ts';
import { say } from './report.ts';
import { type SelectionFlags, selectionOf, whyNothing } from './selection.ts';

export function declare(command: Command): void {
  command
    .argument('<metric>', 'name of the metric, as in the catalogue, or of a stream of collected events')
    .addOption(grainOption)
    .option('--range <range>', RANGE)
    .addOption(whereOption)
    .addOption(new Option('--format <format>').choices(['ndjson', 'csv']).default('ndjson'))
    .action(async (name: string, options: Flags & SelectionOptions & { format: 'ndjson' | 'csv' }) => {
      const config = readConfig(process.env, options);
      const { exportStream, streamNames } = await import('./export-stream.ts');
      const streams = await streamNames(config);
      if (streams.includes(name) && !(await isMetric(name, config))) {
        const isSelected = options.grain !== undefined || Object.keys(options.where).length > 0;
        await exportStream(name, config, { ...options, isSelected });
        return;
      }
      await exportCommand(config, await storedMetric(name, config, streams), options);
    });
}

/** `kraken export`: writes rows to standard output. @throws what `exportMetric` throws */
async function exportCommand(
  config: Config,
  metric: Metric,
  flags: SelectionFlags & { format: 'ndjson' | 'csv' },
): Promise<void> {
  const options = { ...selectionOf(flags), format: flags.format };
  const warehouse = await openForReading(config);
  try {
    const signal = interruption();
    const rows = await exportMetric(metric, warehouse, options, process.stdout, signal);
    if (rows === 0) say(await whyNothing(metric, options, warehouse, signal));
  } finally {
    await warehouse.close();
  }
}
