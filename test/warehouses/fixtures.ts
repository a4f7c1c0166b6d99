import { text } from '../../src/core/metric/dimension.ts';
import { defineMetric, type Metric } from '../../src/core/metric/metric.ts';
import { count } from '../../src/core/metric/measure.ts';
import type { Rows, Table } from '../../src/core/metric/table.ts';
import { tableOf } from '../../src/core/metric/metric-table.ts';
import type { Why } from '../../src/core/time/history.ts';
import { type Grain, ordinalAt, parseTimestamp } from '../../src/core/time/time.ts';
import type {
  Change,
  Cover,
  Removal,
  Repeats,
  Select,
  Warehouse,
  Written,
} from '../../src/warehouses/warehouse.ts';

const free = <Name extends string>(name: Name) => text(name, name, { example: 'a', allowed: 'any text' });

const shared = {
  title: 'A test',
  doc: 'A test',
  source: 'a test',
  home: 'warehouse',
  range: { end: 'inclusive', months: 'as stored' },
  timestamp: 'YYYYMMDD',
  examples: [],
} as const;

const flat: Metric = defineMetric({
  ...shared,
  name: 'test-flat',
  path: '/test/{project}/{page-type}/{granularity}/{start}/{end}',
  shape: { kind: 'series' },
  dimensions: [free('project'), free('page-type')],
  measures: { edits: count('edits', 'Edits'), bytes: count('bytes', 'Bytes') },
  grains: { daily: 'stored', monthly: 'stored' },
  scope: ['project'],
});

const share: Metric = defineMetric({
  ...shared,
  name: 'test-share',
  path: '/share/{project}/{granularity}/{start}/{end}',
  shape: { kind: 'series' },
  dimensions: [free('project')],
  measures: { share: { doc: 'A share', kind: 'decimal', unit: 'ratio', additive: false } },
  grains: { monthly: 'stored' },
  scope: ['project'],
});

const top: Metric = defineMetric({
  ...shared,
  name: 'test-top',
  path: '/top/{project}/{year}/{month}/{day}',
  shape: {
    kind: 'top',
    list: 'articles',
    entry: [free('article')],
    rankBy: 'views',
    limit: 3,
    fields: ['article', 'views', 'rank'],
  },
  dimensions: [free('project')],
  measures: { views: count('views', 'Views') },
  grains: { daily: 'stored' },
  scope: ['project'],
});

/** Two dimensions and two counts, by day and month. */
export const flatTable: Table = tableOf(flat);
/** One dimension and one decimal, by month. */
export const shareTable: Table = tableOf(share);
/** Lists of three articles, by day. */
export const topTable: Table = tableOf(top);

/** Texts that have broken some warehouse before. */
export const HARD_TEXTS = [
  `O'Brien "quoted" \`back\``,
  '${env:HOME} and ${hiveconf:x}',
  'back\\slash \\n \\t \\u0041 \\',
  'line\nbreak\r\nand\ttab',
  'emoji 👩‍🚀 and é, e\u0301',
  'a,b;c|d%_*?/',
  '',
  ' ',
  'NULL',
  '日本語'.repeat(80),
];

/** One row as a test spells it: dimensions, date, ranked dimensions, measures, all in the table's order. */
export interface Row {
  readonly at: string;
  readonly of: readonly string[];
  readonly entry?: readonly string[];
  readonly rank?: number | null;
  readonly is: readonly number[];
}

export const never = new AbortController().signal;

export function ordinal(grain: Grain, date: string): number {
  return ordinalAt(grain, parseTimestamp(date) as number);
}

export function rowsOf(table: Table, grain: Grain, rows: readonly Row[]): Rows {
  return {
    length: rows.length,
    grain,
    ordinals: rows.map((row) => ordinal(grain, row.at)),
    dimensions: table.dimensions.map((_, index) => rows.map((row) => row.of[index] as string)),
    entry: table.entry.map((_, index) => rows.map((row) => row.entry?.[index] as string)),
    ...(table.ranking ? { ranks: rows.map((row) => row.rank ?? null) } : {}),
    measures: table.measures.map((_, index) => rows.map((row) => row.is[index] as number)),
  };
}

export async function* batches(...rows: readonly Rows[]): AsyncGenerator<Rows> {
  for (const batch of rows) yield await Promise.resolve(batch);
}

/** Takes the lease, writes, releases it. */
export async function write(
  warehouse: Warehouse,
  table: Table,
  rows: readonly Rows[] | AsyncIterable<Rows>,
  options: {
    remove?: readonly Removal[];
    covers?: readonly Cover[];
    onRepeats?: (repeats: Repeats) => void;
    why?: Why;
    signal?: AbortSignal;
  } = {},
): Promise<Written> {
  const lease = await warehouse.lease('a test', never);
  try {
    const change: Change = {
      table,
      remove: options.remove ?? [],
      rows: Symbol.asyncIterator in rows ? rows : batches(...rows),
      covers: () => options.covers ?? [],
      ...(options.onRepeats ? { onRepeats: options.onRepeats } : {}),
      ...(options.why ? { why: options.why } : {}),
    };
    return await warehouse.write(change, options.signal ?? never);
  } finally {
    await lease.release();
  }
}

/** Every row of an answer, each as one array: dimensions, ordinal, ranked dimensions, rank, measures. */
export async function read(
  warehouse: Warehouse,
  table: Table,
  grain: Grain,
  from: string,
  to: string,
  options: Pick<Partial<Select>, 'where' | 'sumTo' | 'asOf' | 'anyOrder'> = {},
): Promise<(string | number | null)[][]> {
  const found: (string | number | null)[][] = [];
  const question: Select = {
    table,
    grain,
    first: ordinal(grain, from),
    last: ordinal(grain, to),
    where: options.where ?? [],
    ...(options.sumTo ? { sumTo: options.sumTo } : {}),
    ...(options.asOf === undefined ? {} : { asOf: options.asOf }),
    ...(options.anyOrder ? { anyOrder: true } : {}),
  };
  for await (const rows of warehouse.select(question, never)) {
    for (let index = 0; index < rows.length; index++) {
      found.push([
        ...rows.dimensions.map((column) => column[index] as string),
        rows.ordinals[index] as number,
        ...rows.entry.map((column) => column[index] as string),
        ...(rows.ranks ? [rows.ranks[index] as number | null] : []),
        ...rows.measures.map((column) => column[index] as number),
      ]);
    }
  }
  return found;
}

/** A complete claim over some days or months. */
export function claim(grain: Grain, scope: string, from: string, to: string): Cover {
  return { grain, scope, first: ordinal(grain, from), last: ordinal(grain, to), complete: true };
}
