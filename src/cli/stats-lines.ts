import { aligned } from '../formats/aligned.ts';
import type { GrainStats, Stats, TableStats } from '../inspect/stats.ts';
import { bytesInWords, count } from './report.ts';

const UNKNOWN = '?';
const NONE = '-';
const HEAD = [
  'table',
  'grain',
  'from',
  'to',
  'missing',
  'series',
  'rows',
  'cells',
  'lake',
  'store',
  'lake/row',
  'store/row',
];
/** The first columns are texts. The others are numbers, which end at the same place. */
const TEXTS = 4;

/** Writes what the engines hold as a table for people. @param storeBytes the size of the series store's file; null if it has none */
export function statsLines({ tables, largestKeys }: Stats, storeBytes: number | null): string[] {
  if (tables.length === 0) return ['No table has rows.'];
  const rows = tables.flatMap((table) => table.grains.map((grain) => rowOf(table, grain)));
  const lake = sum(tables, ({ lake: own }) => own?.bytes ?? 0);
  const store = sum(tables, ({ store: own }) => own?.bytes ?? 0);
  return [
    ...aligned([HEAD, ...rows], (column) => column < TEXTS),
    '',
    `lake: ${bytesInWords(lake)} in ${count(sum(tables, ({ lake: own }) => own?.files ?? 0))} files`,
    `store: ${bytesInWords(store)} of keys and cells${storeBytes === null ? '' : ` in a file of ${bytesInWords(storeBytes)}`}`,
    ...(largestKeys.length === 0
      ? []
      : [
          '',
          'largest keys:',
          ...largestKeys.map(({ table, key, bytes }) => `  ${bytesInWords(bytes)}  ${table}: ${key}`),
        ]),
  ];
}

function rowOf({ table, home }: TableStats, stats: GrainStats): string[] {
  const { grain, first, last, missingPeriods, series, rows, lake, store } = stats;
  const unstored = home === 'series' ? UNKNOWN : NONE;
  return [
    table,
    grain,
    first ?? NONE,
    last ?? NONE,
    count(missingPeriods),
    series === null ? UNKNOWN : count(series),
    count(rows),
    store ? count(store.cells) : unstored,
    lake ? bytesInWords(lake.bytes) : UNKNOWN,
    store ? bytesInWords(store.bytes) : unstored,
    perRow(lake?.bytesPerRow, UNKNOWN),
    perRow(store?.bytesPerRow, unstored),
  ];
}

function perRow(bytes: number | null | undefined, without: string): string {
  return typeof bytes === 'number' ? `${bytes} B` : without;
}

function sum(tables: readonly TableStats[], of: (grain: GrainStats) => number): number {
  return tables.flatMap(({ grains }) => grains).reduce((total, grain) => total + of(grain), 0);
}
