import { closed, text } from '../../src/core/metric/dimension.ts';
import { defineMetric, type Metric } from '../../src/core/metric/metric.ts';
import { count } from '../../src/core/metric/measure.ts';

/** What the names in metrics and data sets stand for. */
export interface Names {
  readonly place: string;
  readonly kind: string;
  readonly amount: string;
  readonly entry: string;
}

/** Names that every JavaScript object has by itself … */
export const INHERITED: Names = {
  place: 'constructor',
  kind: 'toString',
  amount: 'valueOf',
  entry: 'hasOwnProperty',
};
/** … and others of their length and order, which none has. */
export const ORDINARY: Names = {
  place: 'constructoz',
  kind: 'toStrinz',
  amount: 'valueOz',
  entry: 'hasOwnPropertz',
};

/** A text in which the one kind of names is replaced by the other. */
export function withOrdinary(said: string): string {
  const keys = Object.keys(INHERITED) as (keyof Names)[];
  return keys.reduce((one, key) => {
    const [name, other] = [INHERITED[key], ORDINARY[key]];
    const big = (word: string): string => word.charAt(0).toUpperCase() + word.slice(1);
    return one
      .replaceAll(name, other)
      .replaceAll(big(name), big(other))
      .replaceAll(name.toUpperCase(), other.toUpperCase())
      .replaceAll(name.toLowerCase(), other.toLowerCase());
  }, said);
}

/** Metrics of every home and shape, whose dimensions, measure and entry have these names. */
export function metricsNamed({ place, kind, amount, entry }: Names): Metric[] {
  const dimensions = [
    text(place, 'A place.', { example: 'here', allowed: 'any text' }),
    closed(kind, 'A kind.', ['all', 'this', 'that'], { total: 'all' }),
  ] as const;
  const measures = { [amount]: count('things', 'Things.') };
  const common = {
    title: 'Things',
    doc: 'Things that are counted.',
    source: 'a test',
    dimensions,
    measures,
    range: { end: 'inclusive', months: 'as stored' },
    timestamp: 'YYYYMMDD',
    scope: [place],
    examples: [{ [place]: 'here', [kind]: 'all', granularity: 'daily', start: '20240101', end: '20240105' }],
  } as const;
  const series = { shape: { kind: 'series' }, grains: { daily: 'stored' } } as const;
  const path = `{${place}}/{${kind}}`;
  return [
    defineMetric<typeof dimensions, string, string>({
      ...common,
      ...series,
      name: 'by-key',
      path: `/things/by-key/${path}/{granularity}/{start}/{end}`,
      home: 'series',
      key: { row: [place], column: [kind] },
    } as never),
    defineMetric<typeof dimensions>({
      ...common,
      ...series,
      name: 'by-sql',
      path: `/things/by-sql/${path}/{granularity}/{start}/{end}`,
      home: 'warehouse',
    } as never),
    defineMetric<typeof dimensions>({
      ...common,
      ...series,
      name: 'by-path',
      // Of a closed list that the path doesn't name all values come.
      path: `/things/by-path/{${place}}/{granularity}/{start}/{end}`,
      home: 'warehouse',
    } as never),
    defineMetric<typeof dimensions, string, string>({
      ...common,
      name: 'best',
      shape: {
        kind: 'top',
        list: 'entries',
        entry: [text(entry, 'What is listed.', { example: 'one', allowed: 'any text' })],
        rankBy: amount,
        limit: 10,
        fields: [entry, amount, 'rank'],
      },
      grains: { daily: 'stored' },
      path: `/things/best/${path}/{year}/{month}/{day}`,
      home: 'series',
      key: { row: [place], column: [kind] },
      examples: [{ [place]: 'here', [kind]: 'all', year: '2024', month: '01', day: '01' }],
    } as never),
  ];
}

/** Rows of a metric of them: the kind `all` is the sum of the others. */
export function itemsOf(metric: string, { place, kind, amount, entry }: Names): object[] {
  const kinds = ['all', 'this', 'that'];
  return ['here', 'there'].flatMap((where, p) =>
    kinds.flatMap((what, k): object[] => {
      const numbers = [1, 2, 3, 4].map((day) => (k === 0 ? 30 : 10 * k) * (p + 1) + day * (k === 0 ? 2 : 1));
      if (metric !== 'best')
        return numbers.map((number, day) => ({
          [place]: where,
          [kind]: what,
          granularity: 'daily',
          timestamp: `2024010${day + 1}`,
          [amount]: number,
        }));
      return [
        {
          [place]: where,
          [kind]: what,
          year: '2024',
          month: '01',
          day: '01',
          entries: numbers
            .toReversed()
            .map((number, i) => ({ [entry]: `entry-${i}`, [amount]: number, rank: i + 1 })),
        },
      ];
    }),
  );
}
