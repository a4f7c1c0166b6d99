import type { GrainStats, Stats, TableStats } from '../inspect/stats.ts';

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
    ...aligned([HEAD, ...rows]),
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

function aligned(rows: readonly (readonly string[])[]): string[] {
  const widths = HEAD.map((_, column) => Math.max(...rows.map((row) => row[column]?.length ?? 0)));
  return rows.map((row) =>
    row
      .map((text, column) =>
        column < TEXTS ? text.padEnd(widths[column] ?? 0) : text.padStart(widths[column] ?? 0),
      )
      .join('  ')
      .trimEnd(),
  );
}

function count(number: number): string {
  return number.toLocaleString('en');
}

/** Formats bytes: `412 B`, `1.2 KiB`, `34.0 MiB`. */
export function bytesInWords(bytes: number): string {
  const units = ['B', 'KiB', 'MiB', 'GiB', 'TiB'];
  let value = bytes;
  let unit = 0;
  for (; value >= 1024 && unit < units.length - 1; unit++) value /= 1024;
  return `${unit === 0 ? value : value.toFixed(1)} ${units[unit]}`;
}
