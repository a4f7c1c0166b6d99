import { hostname } from 'node:os';
import type { Config } from './config.ts';
import { makeCatalogue } from './core/catalogue.ts';
import { hintFor } from './core/hints.ts';
import type { Metric } from './core/metric.ts';
import { tableOf } from './core/table.ts';
import { EMPTY_STATE } from './core/table-state.ts';
import { openSeriesStore, openWarehouse } from './engines.ts';
import { exportMetric } from './load/export.ts';
import { importFiles, type ImportReport } from './load/import.ts';
import { retract } from './load/retract.ts';
import { withLease } from './load/lease.ts';
import { publish } from './load/publish.ts';
import { loadSample } from './load/sample.ts';
import { coveredDates, parseDateRange, type Selection } from './load/selection.ts';
import { METRICS } from './metrics/index.ts';
import { ProgressBar } from './progress-bar.ts';
import { SAMPLE_FOLDER } from './sample-answers.ts';
import type { SeriesStore } from './stores/series-store.ts';
import type { Warehouse } from './warehouses/warehouse.ts';

/** A part of a metric, as written at the command line. */
export interface SelectionFlags {
  readonly grain?: Selection['grain'];
  readonly range?: string;
  readonly where?: Selection['where'];
}

/** `kraken import`: loads files, and says on stderr what came of it. @throws what `importFiles` throws */
export async function importCommand(
  config: Config,
  metric: Metric,
  files: readonly string[],
  flags: { replace?: string; skipBad: number; complete: boolean; covers?: string },
): Promise<void> {
  const replace = flags.replace === undefined ? {} : { replace: selectionOf({ range: flags.replace }) };
  const covers = flags.covers === undefined ? {} : { covers: coveredDates(flags.covers, Date.now()) };
  await withEngines(config, async (engines) => {
    const bar = new ProgressBar(metric.name);
    try {
      const report = await importFiles({
        ...writer(config, `kraken import ${metric.name}`),
        ...engines,
        metric,
        files,
        skipBad: flags.skipBad,
        complete: flags.complete,
        ...covers,
        ...replace,
        onProgress: bar.onProgress,
      });
      bar.stop();
      for (const { message } of report.skipped) say(`skipped ${message}`);
      const speed = `${report.seconds.toFixed(1)} s, ${count(report.rowsPerSecond)} rows/s`;
      say(
        `${metric.name}: ${count(report.rows)} rows read in ${speed}; ${changesIn(report.changed)}${lateIn(report)}.`,
      );
      if (report.repeated > 0)
        say(`${count(report.repeated)} of them came before in the same files, with the same numbers.`);
    } finally {
      bar.stop();
    }
  });
}

/** `kraken serve --sample`: loads the sample data where there is none yet. @throws what `loadSample` throws */
export async function sampleCommand(config: Config): Promise<void> {
  const catalogue = makeCatalogue(METRICS);
  await withEngines(config, async (engines) => {
    const started = performance.now();
    const show = (metric: string): ProgressBar => new ProgressBar(metric);
    const loaded = await loadSample({
      ...writer(config, 'kraken serve --sample'),
      ...engines,
      folder: SAMPLE_FOLDER,
      catalogue,
      show,
    });
    const seconds = ((performance.now() - started) / 1000).toFixed(1);
    if (loaded.length > 0) say(`The sample is loaded: ${loaded.length} metrics in ${seconds} s.`);
  });
}

/** `kraken retract`: removes rows for good. @throws what `retract` throws */
export async function retractCommand(config: Config, metric: Metric, flags: SelectionFlags): Promise<void> {
  const selection = selectionOf(flags);
  await withEngines(config, async (engines) => {
    const holder = `kraken retract ${metric.name}`;
    const { changed } = await retract({ ...writer(config, holder), ...engines, metric, selection });
    say(`${metric.name}: ${changesIn(changed)}.`);
    if (changed.length === 0)
      say(await whyNothing(metric, selection, engines.warehouse, AbortSignal.timeout(WHY_MS)));
  });
}

/** The longest that a command which did nothing looks why, in ms. */
const WHY_MS = 5000;

/** What may have been meant by a selection in which nothing is, as a gateway would say it. */
async function whyNothing(
  metric: Metric,
  { grain, where = {} }: Selection,
  warehouse: Warehouse,
  signal: AbortSignal,
): Promise<string> {
  const state = (await warehouse.states(signal)).tables.get(tableOf(metric).name) ?? EMPTY_STATE;
  const [first = 'daily'] = state.coverage.keys();
  const listed = metric.dimensions.map(({ name, normalise }) => (where[name] ?? []).map(normalise));
  return `There is nothing like that. ${hintFor({ metric, listed, grain: grain ?? first, state })}`;
}

/**
 * `kraken publish`: brings the series store up to the warehouse, partition by partition.
 * @param metrics those to publish; the others of this Kraken are left alone
 * @throws what `publish` throws; LeaseHeldError
 */
export async function publishCommand(
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
    const home = metric.home === 'warehouse' ? 'it is read from the warehouse' : 'nothing changed';
    say(
      `${metric.name}: ${partitions.length === 0 ? home : `${changesIn(partitions).replace('changed', 'published')}; ${work}`}.`,
    );
  } finally {
    bar.stop();
  }
}

/** `kraken export`: writes rows to standard output. @throws what `exportMetric` throws */
export async function exportCommand(
  config: Config,
  metric: Metric,
  flags: SelectionFlags & { format: 'ndjson' | 'csv' },
): Promise<void> {
  const options = { ...selectionOf(flags), format: flags.format };
  const warehouse = await openWarehouse(config.warehouse);
  try {
    const signal = interruption();
    const rows = await exportMetric(metric, warehouse, options, process.stdout, signal);
    if (rows === 0) say(await whyNothing(metric, options, warehouse, signal));
  } finally {
    await warehouse.close();
  }
}

function selectionOf({ grain, range, where }: SelectionFlags): Selection {
  return {
    ...(grain === undefined ? {} : { grain }),
    ...(range === undefined ? {} : { range: parseDateRange(range) }),
    ...(where === undefined ? {} : { where }),
  };
}

export async function withEngines(
  config: Config,
  work: (engines: { warehouse: Warehouse; store: SeriesStore }) => Promise<void>,
): Promise<void> {
  const warehouse = await openWarehouse(config.warehouse);
  try {
    const store = await openSeriesStore(config.series);
    try {
      await work({ warehouse, store });
    } finally {
      await store.close();
    }
  } finally {
    await warehouse.close();
  }
}

/** Who writes, in case somebody else waits for it, and for how long this one waits. */
export function writer(
  config: Config,
  command: string,
): { holder: string; waitMs: number; signal: AbortSignal; onWait: (holder: string) => void } {
  return {
    holder: `${command} (process ${process.pid} on ${hostname()})`,
    waitMs: config.leaseWaitMs,
    onWait: (other) =>
      say(`Waiting up to ${count(config.leaseWaitMs / 1000)} s for another import to end: ${other}.`),
    signal: interruption(),
  };
}

/** Is aborted when whoever waits at the terminal, or the system, has had enough. */
export function interruption(): AbortSignal {
  const controller = new AbortController();
  for (const signal of ['SIGINT', 'SIGTERM'] as const) {
    process.once(signal, () => controller.abort(new Error(`stopped by ${signal}`)));
  }
  return controller.signal;
}

/** What an import published that an earlier one had left: it was killed, or the metric's home is new. */
function lateIn({ changed, published }: ImportReport): string {
  return changed.length === 0 && published && published.cells > 0
    ? `, but ${count(published.cells)} cells were still to be published`
    : '';
}

export function changesIn(partitions: readonly string[]): string {
  if (partitions.length === 0) return 'nothing changed';
  return `${count(partitions.length)} ${partitions.length === 1 ? 'partition' : 'partitions'} changed`;
}

export function count(number: number): string {
  return Math.round(number).toLocaleString('en');
}

export function say(line: string): void {
  process.stderr.write(`${line}\n`);
}
