import type { Command } from 'commander';
import { type Config, type Flags, readConfig } from '../config/config.ts';
import { lakeFolderOf } from '../config/lake-folder.ts';
import type { Metric } from '../core/metric/metric.ts';
import { aggregate } from '../load/aggregate.ts';
import { METRICS } from '../metrics/index.ts';
import { viewSource } from '../refine/view-source.ts';
import { metricNamed, UsageError } from './named-metrics.ts';
import { changesIn, say } from './report.ts';
import { withEngines, writer } from './with-engines.ts';

export function declare(command: Command): void {
  command
    .argument('[metric...]', 'names of metrics, as in the catalogue; default: all that are made from events')
    .option(
      '--again',
      'also make periods again whose events have not changed, for instance after a retraction',
      false,
    )
    .action(async (names: string[], options: Flags & { again: boolean }) => {
      const config = readConfig(process.env, options);
      const metrics =
        names.length === 0 ? METRICS : await Promise.all(names.map((name) => metricNamed(name)));
      const foreign = names.find((name) => !metrics.find((metric) => metric.name === name)?.aggregate);
      if (foreign !== undefined)
        throw new UsageError(`${foreign} isn't made from events: its rows are imported`);
      await aggregateCommand(config, metrics, options);
    });
}

/** `kraken aggregate`: computes metrics from events. @throws what `aggregate` throws */
async function aggregateCommand(
  config: Config,
  metrics: readonly Metric[],
  { again }: { again: boolean },
): Promise<void> {
  const lake = lakeFolderOf(config);
  await withEngines(config, async (engines) => {
    const done = await aggregate({
      ...writer(config, 'kraken aggregate'),
      ...engines,
      metrics,
      again,
      ...(lake === undefined ? {} : { views: () => viewSource(lake) }),
      onDone: ({ metric, made, leftOut, changed, seconds }) => {
        const work = `made in ${seconds.toFixed(1)} s; ${changesIn(changed)}`;
        say(`${metric.name}: ${made.length > 0 ? work : 'its events have not changed'}.`);
        for (const { reason } of leftOut) say(`${metric.name}: ${reason}`);
      },
    });
    if (done.every(({ made }) => made.length === 0))
      say('There was nothing to do; --again makes everything again.');
  });
}
