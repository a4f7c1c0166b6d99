import { dimensionOf, type SeriesMetric } from '../../core/metric/metric.ts';

/**
 * Returns the points at which a new table is split into regions, so that a first load keeps several region
 * servers busy. Only tables whose first two dimensions declare their spread (`Spread`) are split: those with
 * a row for each article or file. Such a table is split
 *
 * - at each large value of the first dimension, and after it;
 * - within such a value, evenly by the spread of the second dimension;
 * - between the other values of the first dimension.
 *
 * Every other table starts as one region, and HBase splits what grows.
 */
export function splitPoints(metric: SeriesMetric): Uint8Array[] {
  const [first, second] = metric.key.row.map((name) => dimensionOf(metric, name)?.spread);
  if (!first?.large || !second) return [];
  const points = new Set(first.between);
  for (const [value, parts] of Object.entries(first.large)) {
    points.add(`${value}\0`);
    points.add(`${value}\x01`);
    for (const text of evenly(second.between, parts - 1)) points.add(`${value}\0${text}`);
  }
  return [...points].map((point) => Buffer.from(point)).sort((a, b) => Buffer.compare(a, b));
}

/** Picks some texts at about equal distances. */
function evenly(texts: readonly string[], count: number): string[] {
  return Array.from(
    { length: count },
    (_, i) => texts[Math.round(((i + 1) * texts.length) / (count + 1))] as string,
  );
}
