import type { Command } from 'commander';
import { type Config, type Flags, readConfig } from '../config/config.ts';
import type { Metric } from '../core/metric/metric.ts';
import { withLease } from '../load/lease.ts';
import { publish } from '../load/publish.ts';
import type { Selection } from '../load/selection.ts';
import { METRICS } from '../metrics/index.ts';
import type { SeriesStore } from '../stores/series-store.ts';
import type { Warehouse } from '../warehouses/warehouse.ts';
import { metricNamed } from './named-metrics.ts';
import { grainOption, RANGE, type SelectionOptions } from './options.ts';
import { ProgressBar } from './progress-bar.ts';
import { changesIn, count, say } from './report.ts';
import { type SelectionFlags, selectionOf } from './selection.ts';
import { withEngines, writer } from './with-engines.ts';

export function declare(command: Command): void {
  command
    .argument('[metric...]', 'names of metrics, as in the catalogue; default: all')
    .addOption(grainOption)
    .option('--range <range>', RANGE)
    .option('--again', 'also publish what the store already has, for instance after damage', false)
    .action(async (names: string[], options: Flags & SelectionOptions & { again: boolean }) => {
      const config = readConfig(process.env, options);
      const published = METRICS.filter(({ home }) => home === 'series');
      const metrics =
        names.length === 0 ? published : await Promise.all(names.map((name) => metricNamed(name)));
      await publishCommand(config, metrics, options);
    });
}

/**
 * `kraken publish`: brings the series store up to date with the warehouse, partition by partition.
 * @param metrics the metrics to publish
 * @throws what `publish` throws; LeaseHeldError
 */
async function publishCommand(
  config: Config,
  metrics: readonly Metric[],
  flags: Pick<SelectionFlags, 'grain' | 'range'> & { again: boolean },
): Promise<void> {
  const selection = selectionOf(flags);
  await withEngines(config, async (engines) => {
    const turn = writer(config, 'kraken publish');
    await withLease({ ...turn, ...engines }, async () => {
      for (const metric of metrics) await publishOne(metric, engines, turn.signal, { ...flags, selection });
    });
  });
}

async function publishOne(
  metric: Metric,
  engines: { warehouse: Warehouse; store: SeriesStore },
  signal: AbortSignal,
  { selection, again }: { selection: Selection; again: boolean },
): Promise<void> {
  const bar = new ProgressBar(metric.name);
  const started = performance.now();
  try {
    const { rows, cells, partitions } = await publish({
      ...engines,
      metric,
      signal,
      again,
      stepwise: true,
      selection,
      onProgress: bar.onProgress,
    });
    bar.stop();
    const seconds = (performance.now() - started) / 1000;
    const work = `${count(rows)} rows in ${count(cells)} cells, ${seconds.toFixed(1)} s, ${count(rows / seconds)} rows/s`;
    const home = metric.home === 'warehouse' ? 'not published: its home is the warehouse' : 'nothing changed';
    say(
      `${metric.name}: ${partitions.length === 0 ? home : `${changesIn(partitions).replace('changed', 'published')}; ${work}`}.`,
    );
  } finally {
    bar.stop();
  }
}
