import { once } from 'node:events';
import { createWriteStream, readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { TestContext } from 'node:test';
import { decodeSeriesCell, decodeTopCell } from '../../src/core/cell/cell.ts';
import { cellKeyOf, cellKeysOf, cellPeriods, seriesKeyOf } from '../../src/core/cell/layout.ts';
import type { Metric, SeriesMetric } from '../../src/core/metric/metric.ts';
import { tableOf } from '../../src/core/metric/metric-table.ts';
import { type Grain, ordinalAt } from '../../src/core/time/time.ts';
import { type ExportOptions, exportMetric } from '../../src/load/export.ts';
import { importFiles, type ImportOptions, type ImportReport } from '../../src/load/import.ts';
import { openLmdbStore } from '../../src/stores/lmdb/lmdb-store.ts';
import type { SeriesStore } from '../../src/stores/series-store.ts';
import { openDuckdbWarehouse } from '../../src/warehouses/duckdb/duckdb-warehouse.ts';
import type { Warehouse } from '../../src/warehouses/warehouse.ts';
import { fileWith, temporaryFolder } from './files.ts';

export const SIGNAL = new AbortController().signal;

export interface Engines {
  readonly warehouse: Warehouse;
  readonly store: SeriesStore;
}

/** Both engines in a folder; closed, unless the test closes them itself, before the folder goes. */
export async function enginesIn(
  t: TestContext,
  folder: string,
): Promise<Engines & { readonly close: () => Promise<void> }> {
  const warehouse = await openDuckdbWarehouse(join(folder, 'lake'));
  const store = openLmdbStore(join(folder, 'series.mdb'));
  const close = async (): Promise<void> => {
    await store.close();
    await warehouse.close();
  };
  t.after(close);
  return { warehouse, store, close };
}

export async function newEngines(t: TestContext): Promise<Engines> {
  return enginesIn(t, temporaryFolder(t));
}

/** Imports a text as if it were a file. */
export async function importText(
  t: TestContext,
  engines: Engines,
  metric: Metric,
  text: string,
  options: Partial<ImportOptions> = {},
): Promise<ImportReport> {
  const files = [fileWith(t, 'file', text)];
  return importFiles({
    ...engines,
    metric,
    files,
    holder: 'a test',
    waitMs: 10_000,
    signal: SIGNAL,
    ...options,
  });
}

/** The date's ordinal: `daily`, `2024-02-29`. */
export function at(grain: Grain, date: string): number {
  return ordinalAt(grain, Date.parse(date));
}

/** What the series store has of a series from one date to another: `[date, numbers…]` texts. */
export async function storedSeries(
  store: SeriesStore,
  metric: Metric,
  values: readonly string[],
  grain: Grain,
  from: string,
  to: string,
): Promise<string[]> {
  const series = seriesKeyOf(metric as SeriesMetric, values);
  const periods = cellPeriods('series', { grain, first: at(grain, from), last: at(grain, to) });
  const cells = await store.read(tableOf(metric).name, cellKeysOf(series, periods), SIGNAL);
  return periods.flatMap((period, index) => {
    const bytes = cells[index];
    if (!bytes) return [];
    const { presence, measures } = decodeSeriesCell(bytes);
    return [...presence.keys()]
      .filter((slot) => presence[slot])
      .map((slot) => [period.first + slot - at(grain, from), ...measures.map((m) => m[slot])].join(' '));
  });
}

/** What the series store has of a top's list: `entry rank number` texts; undefined where there is none. */
export async function storedList(
  store: SeriesStore,
  metric: Metric,
  values: readonly string[],
  grain: Grain,
  date: string,
): Promise<string[] | undefined> {
  const ordinal = at(grain, date);
  const [period] = cellPeriods('top', { grain, first: ordinal, last: ordinal });
  const key = cellKeyOf(seriesKeyOf(metric as SeriesMetric, values), period!);
  const [bytes] = await store.read(tableOf(metric).name, [key], SIGNAL);
  if (!bytes || metric.shape.kind !== 'top') return undefined;
  const entries = decodeTopCell(bytes, metric.shape.entry.length, Object.keys(metric.measures).length);
  return Array.from({ length: entries.length }, (_, i) =>
    [...entries.dimensions.map((d) => d[i]), entries.ranks[i], ...entries.measures.map((m) => m[i])].join(
      ' ',
    ),
  );
}

/** What export writes. */
export async function exported(
  t: TestContext,
  warehouse: Warehouse,
  metric: Metric,
  options: ExportOptions,
): Promise<string> {
  const path = join(temporaryFolder(t), 'export');
  const out = createWriteStream(path);
  await exportMetric(metric, warehouse, options, out, SIGNAL);
  out.end();
  await once(out, 'close');
  return readFileSync(path, 'utf8');
}
