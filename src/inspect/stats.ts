import { union } from '../core/time/coverage.ts';
import type { Metric } from '../core/metric/metric.ts';
import { tableOf } from '../core/metric/metric-table.ts';
import { EMPTY_STATE, type TableState } from '../core/time/table-state.ts';
import { partitionSpan } from '../core/time/partition.ts';
import { formatDate, GRAINS, type Grain } from '../core/time/time.ts';
import type { SeriesStore } from '../stores/series-store.ts';
import type { Lake } from '../warehouses/lake/lake.ts';
import type { Warehouse } from '../warehouses/warehouse.ts';
import { lakeFacts } from './lake-facts.ts';
import { type LargeKey, storeFacts } from './store-facts.ts';

/** What is stored of a table's rows of one grain. Null: nobody could tell cheaply. */
export interface GrainStats {
  readonly grain: Grain;
  /** The first and last loaded period, as dates; null if coverage names none. */
  readonly first: string | null;
  readonly last: string | null;
  readonly loadedPeriods: number;
  /** The periods between the first and the last that nothing was loaded for. */
  readonly missingPeriods: number;
  readonly rows: number;
  readonly series: number | null;
  readonly lake: {
    readonly files: number;
    readonly bytes: number;
    readonly bytesPerRow: number | null;
  } | null;
  /** Null also for a metric that isn't published. */
  readonly store: {
    readonly keys: number;
    readonly cells: number;
    readonly rows: number;
    readonly bytes: number;
    readonly bytesPerRow: number | null;
  } | null;
}

export interface TableStats {
  readonly table: string;
  /** The metric whose rows these are; null for events and for what no declaration names. */
  readonly metric: string | null;
  readonly home: Metric['home'] | null;
  readonly grains: readonly GrainStats[];
}

export interface Stats {
  readonly tables: readonly TableStats[];
  /** The keys of the series store with the most bytes, the largest first. */
  readonly largestKeys: readonly LargeKey[];
}

export interface StatsOptions {
  readonly metrics: readonly Metric[];
  readonly warehouse: Pick<Warehouse, 'states'>;
  /** The lake on this machine; undefined if the warehouse has none. */
  readonly lake: Lake | undefined;
  /** Undefined if nothing was ever published. */
  readonly store: SeriesStore | undefined;
  /** Only this metric's table; all by default. */
  readonly only?: readonly Metric[];
  /** Reads no rows and no cells: series, cells and keys stay unknown. */
  readonly quick?: boolean;
  /** How many of the largest keys are listed. */
  readonly largest: number;
  readonly signal: AbortSignal;
}

/** Tells what the engines hold. It reads one table after the other, in bounded memory. @throws EngineError; CellFormatError */
export async function statsOf(options: StatsOptions): Promise<Stats> {
  const { metrics, warehouse, store, only, signal, largest } = options;
  const loaded = (await warehouse.states(signal)).tables;
  const published = store ? (await store.states(signal)).tables : new Map<string, TableState>();
  const wanted = only && new Set(only.map((metric) => tableOf(metric).name));
  const names = [...new Set([...loaded.keys(), ...published.keys()])].sort();
  const tables: TableStats[] = [];
  let keys: LargeKey[] = [];
  for (const name of names) {
    if (wanted && !wanted.has(name)) continue;
    const metric = metrics.find((one) => tableOf(one).name === name);
    const state = loaded.get(name) ?? EMPTY_STATE;
    const { grains, largestKeys } = await grainsOf(name, metric, state, options);
    if (grains.length === 0) continue;
    tables.push({ table: name, metric: metric?.name ?? null, home: metric?.home ?? null, grains });
    keys = [...keys, ...largestKeys].sort((a, b) => b.bytes - a.bytes).slice(0, largest);
  }
  return { tables, largestKeys: keys };
}

async function grainsOf(
  name: string,
  metric: Metric | undefined,
  state: TableState,
  { lake, store, quick, largest, signal }: StatsOptions,
): Promise<{ grains: GrainStats[]; largestKeys: readonly LargeKey[] }> {
  const manifest = await lake?.manifests.of(name);
  const table = metric && quick !== true ? tableOf(metric) : undefined;
  const inLake = lake && manifest && (await lakeFacts(lake, { name, manifest, table }, signal));
  const scans = store && quick !== true && metric?.home === 'series';
  const inStore =
    scans && (await storeFacts(store, { table: name, kind: metric.shape.kind, most: largest }, signal));
  const grains = GRAINS.flatMap((grain): GrainStats[] => {
    const rows = rowsOf(state, grain);
    const held = inStore ? inStore.grains.get(grain) : undefined;
    const files = inLake?.get(grain);
    const periods = periodsOf(state, grain);
    if (rows === 0 && periods.loadedPeriods === 0 && !held) return [];
    return [
      {
        grain,
        ...periods,
        rows,
        series: files?.series ?? null,
        lake: files
          ? { files: files.files, bytes: files.bytes, bytesPerRow: perRow(files.bytes, rows) }
          : null,
        store: held ? { ...held, bytesPerRow: perRow(held.bytes, held.rows) } : null,
      },
    ];
  });
  return { grains, largestKeys: inStore ? inStore.largest : [] };
}

function perRow(bytes: number, rows: number): number | null {
  return rows === 0 ? null : Math.round((bytes / rows) * 100) / 100;
}

function rowsOf(state: TableState, grain: Grain): number {
  let rows = 0;
  for (const [partition, own] of state.partitions)
    if (partitionSpan(partition).grain === grain) rows += own.rows;
  return rows;
}

function periodsOf(
  state: TableState,
  grain: Grain,
): Pick<GrainStats, 'first' | 'last' | 'loadedPeriods' | 'missingPeriods'> {
  const coverage = union(state.coverage.get(grain)?.values() ?? []);
  const [first, last] = [coverage[0]?.first, coverage.at(-1)?.last];
  if (first === undefined || last === undefined)
    return { first: null, last: null, loadedPeriods: 0, missingPeriods: 0 };
  const loadedPeriods = coverage.reduce((sum, one) => sum + one.last - one.first + 1, 0);
  return {
    first: formatDate(grain, first),
    last: formatDate(grain, last),
    loadedPeriods,
    missingPeriods: last - first + 1 - loadedPeriods,
  };
}
