import type { Metric, TopShape } from '../core/metric/metric.ts';
import { tableOf } from '../core/metric/metric-table.ts';
import { partitionSpan } from '../core/time/partition.ts';
import { EMPTY_STATE } from '../core/time/table-state.ts';
import { startOf } from '../core/time/time.ts';
import { assertStored, type Selection } from '../load/selection.ts';
import type { SeriesStore } from '../stores/series-store.ts';
import type { Lake } from '../warehouses/lake/lake.ts';
import { checkFiles } from './check-files.ts';
import { checkStore } from './check-store.ts';
import { checkTops } from './check-tops.ts';
import type { Finding } from './finding.ts';
import type { Mending } from './mending.ts';

export interface CheckOptions {
  readonly metrics: readonly Metric[];
  /** Only the tables of these metrics; all by default. */
  readonly only?: readonly Metric[];
  /** Only partitions that hold a part of this. */
  readonly selection: Pick<Selection, 'grain' | 'range'>;
  readonly lake: Lake;
  /** Undefined if nothing was ever published. */
  readonly store: SeriesStore | undefined;
  readonly mending: Mending;
  readonly signal: AbortSignal;
  /** Receives the name of each table before it is looked at. */
  readonly onTable?: (table: string) => void;
}

/**
 * Looks for what disagrees: the lake's files with their manifests, the store with the lake, lists with the series that
 * they rank. Yields what is wrong as it is found. It holds sums by period of one table at a time, and a batch of cells.
 * @throws EngineError if an engine or a manifest can't be read; SelectionError
 */
export async function* check(options: CheckOptions): AsyncGenerator<Finding> {
  const { metrics, only, lake, store, mending, signal, selection } = options;
  const { tables } = await lake.manifests.all();
  for (const metric of only ?? []) if (selection.grain) assertStored(metric, selection.grain);
  const wanted = only && new Set(only.map((metric) => tableOf(metric).name));
  const isMeant = (partition: string): boolean => holds(selection, partition);
  const unreadable = new Map<string, ReadonlySet<string>>();
  for (const [name, manifest] of tables) {
    if (wanted && !wanted.has(name)) continue;
    options.onTable?.(name);
    const metric = metrics.find((one) => tableOf(one).name === name);
    const broken = new Set<string>();
    for await (const finding of checkFiles(lake, { name, metric, manifest, isMeant }, mending, signal)) {
      if (finding.partition !== null) broken.add(finding.partition);
      yield finding;
    }
    unreadable.set(name, broken);
    if (metric?.home !== 'series' || manifest.state.version === 0) continue;
    if (!store) {
      const what = 'nothing was ever published';
      yield { kind: 'store', table: name, partition: null, what, mend: [mending.publish(metric.name)] };
      continue;
    }
    // The store first, and both anew for each table: what is published later was in the lake before.
    const stored = (await store.states(signal)).tables.get(name) ?? EMPTY_STATE;
    const loaded = (await lake.manifests.of(name)) ?? manifest;
    const compared = { metric, manifest: loaded, stored, isMeant, unreadable: broken };
    yield* checkStore(lake, store, compared, mending, signal);
  }
  for (const metric of metrics) yield* listsOf(metric, options, unreadable, isMeant);
}

/** Compares a metric's lists with the series that they rank. */
async function* listsOf(
  metric: Metric,
  { metrics, only, lake, mending, signal }: CheckOptions,
  unreadable: ReadonlyMap<string, ReadonlySet<string>>,
  isMeant: (partition: string) => boolean,
): AsyncGenerator<Finding> {
  if (!isTop(metric) || !metric.shape.ranks || (only && !only.includes(metric))) return;
  const { ranks } = metric.shape;
  const series = metrics.find(({ name }) => name === ranks.metric);
  if (!series) return;
  const top = await lake.manifests.of(tableOf(metric).name);
  const rows = await lake.manifests.of(tableOf(series).name);
  if (!top || !rows) return;
  const isReadable = (partition: string): boolean =>
    [metric, series].every((one) => !unreadable.get(tableOf(one).name)?.has(partition));
  const meant = (partition: string): boolean => isMeant(partition) && isReadable(partition);
  yield* checkTops(
    lake,
    { top: metric, ranks, series, manifests: { top, series: rows }, isMeant: meant },
    mending,
    signal,
  );
}

function isTop(metric: Metric): metric is Metric & { readonly shape: TopShape } {
  return metric.shape.kind === 'top';
}

/** Whether a partition holds a part of a selection. */
function holds({ grain, range }: CheckOptions['selection'], partition: string): boolean {
  const own = partitionSpan(partition);
  if (grain && own.grain !== grain) return false;
  return (
    !range || (startOf(own.grain, own.first) < range.until && range.from < startOf(own.grain, own.last + 1))
  );
}
