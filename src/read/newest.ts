import type { Coverage } from '../core/time/coverage.ts';
import type { Metric } from '../core/metric/metric.ts';
import { allDimensions } from '../core/question/conditions.ts';
import { MAX_ROWS } from '../core/question/query.ts';
import { type TableState, valuesOfScope } from '../core/time/table-state.ts';
import { DAY_MS, formatDate, startOf, type Grain, type Ordinal } from '../core/time/time.ts';
import { named, ownOnly } from '../core/value/named.ts';

export interface Newest {
  readonly grain: Grain;
  readonly first: Ordinal;
  readonly last: Ordinal;
}

/** Grains in order of preference, and how many of their newest periods are enough to see what there is. */
const STRETCHES = { daily: 7, monthly: 3, hourly: 24 } as const;
/** A grain is left out if its data ends this much earlier than the data of another grain, in ms. */
const OUTDATED_MS = 62 * DAY_MS;

/**
 * The newest loaded periods of some scopes: days if there are any, else months, else hours; outdated
 * ones are passed over.
 * @param isMeant tells whether a scope counts, by the values of its dimensions
 */
export function newestOf(
  state: TableState,
  isMeant: (scope: readonly string[]) => boolean = () => true,
): Newest | undefined {
  const found = (Object.keys(STRETCHES) as (keyof typeof STRETCHES)[]).flatMap((grain) => {
    const coverages = [...(state.coverage.get(grain) ?? [])]
      .filter(([scope]) => isMeant(valuesOfScope(scope)))
      .flatMap(([, coverage]): Coverage => coverage.slice(-1));
    if (coverages.length === 0) return [];
    const last = Math.max(...coverages.map((interval) => interval.last));
    return [{ grain, first: last - STRETCHES[grain] + 1, last, ends: startOf(grain, last + 1) }];
  });
  const newest = Math.max(...found.map(({ ends }) => ends));
  const one = found.find(({ ends }) => ends >= newest - OUTDATED_MS);
  return one && { grain: one.grain, first: one.first, last: one.last };
}

/** The values that are already chosen, by dimension. */
export type KnownValues = Readonly<Record<string, string>>;

export interface NewestRows {
  readonly known?: KnownValues;
  readonly prefix?: { readonly dimension: string; readonly text: string };
  /** How many values of a dimension are wanted. */
  readonly values: number;
  /** Whether the newest rows come first, rather than the greatest. */
  readonly byTime?: boolean;
}

/**
 * A /query question for the newest rows of a metric, the greatest first; undefined if nothing is loaded.
 * Nothing is added up, so every metric can answer it.
 */
export function newestRows(
  metric: Metric,
  state: TableState,
  { known: said = {}, prefix, values, byTime = false }: NewestRows,
): Record<string, unknown> | undefined {
  const known: KnownValues = ownOnly({ ...said, ...metric.fixed });
  const newest = newestOf(state, (scope) =>
    metric.scope.every((name, i) => known[name] === undefined || known[name] === scope[i]),
  );
  if (!newest) return undefined;
  const { grain, first, last } = newest;
  const dimensions = allDimensions(metric);
  const where = named<unknown>();
  let combinations = last - first + 1;
  for (const dimension of dimensions) {
    const { name } = dimension;
    if (known[name] !== undefined) where[name] = known[name];
    else if (name === prefix?.dimension && prefix.text !== '') where[name] = { prefix: prefix.text };
    else if (dimension.values) {
      where[name] = dimension.values;
      combinations *= dimension.values.length;
    }
  }
  const measure = metric.shape.kind === 'top' ? metric.shape.rankBy : Object.keys(metric.measures)[0];
  return {
    metric: metric.name,
    where,
    by: dimensions.map(({ name }) => name).filter((name) => known[name] === undefined),
    grain,
    range: { start: formatDate(grain, first), end: formatDate(grain, last) },
    measures: [measure],
    order: [...(byTime ? [{ by: 'timestamp', direction: 'desc' }] : []), { by: measure, direction: 'desc' }],
    limit: Math.min(MAX_ROWS, values * combinations),
  };
}
