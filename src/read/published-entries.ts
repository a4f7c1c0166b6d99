import type { Entries } from '../core/question/answer.ts';
import type { Metric } from '../core/metric/metric.ts';
import { publishable } from '../core/metric/privacy.ts';

/** The entries of a list that may be published. The import leaves the others out; this makes sure. */
export function published(metric: Metric, values: readonly string[], entries: Entries): Entries {
  const isPublishable = publishable(metric);
  if (!isPublishable) return entries;
  const kept = entries.ranks.flatMap((_, i) => {
    const row = [...values, ...entries.dimensions.map((column) => column[i] as string)];
    return isPublishable(
      row,
      entries.measures.map((column) => column[i] as number),
    )
      ? [i]
      : [];
  });
  if (kept.length === entries.length) return entries;
  const pick = <T>(column: readonly T[]): T[] => kept.map((i) => column[i] as T);
  return {
    length: kept.length,
    dimensions: entries.dimensions.map(pick),
    ranks: pick(entries.ranks),
    measures: entries.measures.map(pick),
  };
}
