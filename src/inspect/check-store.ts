import { isDeepStrictEqual } from 'node:util';
import { EngineError } from '../core/engine-error.ts';
import { tableOf } from '../core/metric/metric-table.ts';
import type { SeriesMetric } from '../core/metric/metric.ts';
import { publishedState } from '../core/metric/published-state.ts';
import { partitionSpan } from '../core/time/partition.ts';
import type { TableState } from '../core/time/table-state.ts';
import { formatDate } from '../core/time/time.ts';
import type { SeriesStore } from '../stores/series-store.ts';
import type { Lake } from '../warehouses/lake/lake.ts';
import type { Manifest } from '../warehouses/lake/manifest.ts';
import { type Finding, listed, rangeFlags } from './finding.ts';
import { lakeSums } from './lake-sums.ts';
import type { Mending } from './mending.ts';
import { areSame, type PeriodSums, sumNames } from './period-sums.ts';
import { type StoreSums, storeSums } from './store-sums.ts';

export interface PublishedTable {
  readonly metric: SeriesMetric;
  readonly manifest: Manifest;
  /** The state of the table in the store, as of when the check began. */
  readonly stored: TableState;
  readonly isMeant: (partition: string) => boolean;
  /** The partitions whose files can't be read. */
  readonly unreadable: ReadonlySet<string>;
}

/** Compares a metric's cells with the lake's rows: versions, coverage, and where they are the same, rows and sums by period. */
export async function* checkStore(
  lake: Lake,
  store: SeriesStore,
  { metric, manifest, stored, isMeant, unreadable }: PublishedTable,
  mending: Mending,
  signal: AbortSignal,
): AsyncGenerator<Finding> {
  const table = tableOf(metric);
  const expected = publishedState(metric, manifest.state);
  const about = { kind: 'store', table: table.name } as const;
  const names = [...new Set([...expected.partitions.keys(), ...stored.partitions.keys()])]
    .filter(isMeant)
    .sort();
  const versionIn = (state: TableState, name: string): number | undefined =>
    state.partitions.get(name)?.version;
  const behind = names.filter((name) => versionIn(stored, name) !== versionIn(expected, name));
  if (behind.length > 0)
    yield {
      ...about,
      partition: null,
      what: `the store has other versions of ${listed(behind)} than the lake: the last import was not published, or is being published now`,
      mend: [mending.publish(metric.name)],
    };
  else if (!isDeepStrictEqual(stored.coverage, expected.coverage))
    yield {
      ...about,
      partition: null,
      what: 'the store claims other periods than the lake',
      mend: [mending.publish(metric.name)],
    };

  const compared = new Set(names.filter((name) => !behind.includes(name)));
  let sums: StoreSums | undefined;
  try {
    sums = await storeSums(store, metric, (name) => isMeant(name) && !behind.includes(name), signal);
  } catch (error) {
    if (!(error instanceof EngineError)) throw error;
    yield {
      ...about,
      partition: null,
      what: `the store can't be read: ${error.message}`,
      mend: mending.store(),
    };
    return;
  }
  if (!sums) return;
  for (const name of new Set([...compared, ...sums.partitions.keys()])) {
    if (isUnreadable(name, unreadable)) continue;
    const damage = sums.damaged.get(name);
    let differences: string[] = [];
    if (damage !== undefined) differences = [`a cell can't be read: ${damage}`];
    else {
      const loaded = await sumsUnlessReplaced(lake, { metric, manifest, partition: name }, signal);
      const published = sums.partitions.get(name) ?? new Map<number, Float64Array>();
      if (loaded) differences = differencesIn(name, sumNames(table), loaded, published);
    }
    if (differences.length === 0) continue;
    yield {
      ...about,
      partition: name,
      what: listed(differences),
      mend: [mending.publish(metric.name, rangeFlags(name), '--again')],
    };
  }
}

/** Adds up a partition's rows; undefined if a change has replaced its files since, and they are gone. @throws EngineError */
async function sumsUnlessReplaced(
  lake: Lake,
  of: Parameters<typeof lakeSums>[1],
  signal: AbortSignal,
): Promise<PeriodSums | undefined> {
  try {
    return await lakeSums(lake, of, signal);
  } catch (error) {
    const now = await lake.manifests.of(tableOf(of.metric).name);
    if (error instanceof EngineError && now?.state.version !== of.manifest.state.version) return undefined;
    throw error;
  }
}

/** Whether rows of a partition, or of days that its months are summed from, can't be read. */
function isUnreadable(name: string, unreadable: ReadonlySet<string>): boolean {
  if (unreadable.has(name)) return true;
  const [grain, year] = name.split('/');
  return grain === 'monthly' && [...unreadable].some((other) => other.startsWith(`daily/${year}-`));
}

function differencesIn(
  partition: string,
  names: readonly string[],
  lake: PeriodSums,
  store: PeriodSums,
): string[] {
  const { grain } = partitionSpan(partition);
  return [...new Set([...lake.keys(), ...store.keys()])]
    .sort((a, b) => a - b)
    .flatMap((ordinal) => {
      const date = formatDate(grain, ordinal);
      const [loaded, published] = [lake.get(ordinal), store.get(ordinal)];
      if (!published) return [`${date} is missing in the store`];
      if (!loaded) return [`${date} is in the store, but not in the lake`];
      if (areSame(loaded, published)) return [];
      const at = loaded.findIndex((sum, index) => sum !== published[index]);
      return [`${date} has ${loaded[at]} ${names[at]} in the lake, but ${published[at]} in the store`];
    });
}
