import { hullOf } from '../core/time/coverage.ts';
import { openDimensions, type Metric, type Parameters } from '../core/metric/metric.ts';
import { coverageOf, type TableState, scopeKey, valuesOfScope } from '../core/time/table-state.ts';
import { formatTimestamp, GRAINS, type Grain } from '../core/time/time.ts';
import { ALL_DAYS } from '../core/question/top-period.ts';
import type { FrequentValues } from './frequent-values.ts';
import { named } from '../core/value/named.ts';

/** The maximum number of series that are shown if nobody chose them. */
const MAX_SERIES_SHOWN = 12;

/** The question for a whole data set. */
export interface Whole {
  readonly parameters: Parameters;
  /** Whether loaded data can answer the question. */
  readonly isLoaded: boolean;
}

/** Which values of dimensions are shown. */
interface Choice {
  /** The selected values; the other dimensions get their total. */
  readonly chosen: 'all' | ReadonlyMap<string, readonly string[]>;
  /** Values that the coverage doesn't name. */
  readonly frequent: FrequentValues;
}

/** The start if nothing is loaded yet: the year in which Wikipedia began. */
const BEGINNING = '20010101';

/**
 * Returns the question for a whole data set, or for as much as can be shown: every value, from the first
 * loaded period to the latest.
 * @param points the maximum cost of a request for several series; fewer series are shown if they are long
 */
export function wholeOf(
  metric: Metric,
  state: TableState,
  { chosen, frequent }: Choice,
  points: number,
): Whole {
  const grain = coarsest(metric, state);
  const scopes = [...(state.coverage.get(grain)?.keys() ?? [])].map(valuesOfScope);
  const mine = scopes.filter((scope) =>
    metric.scope.every((name, i) => metric.fixed?.[name] === undefined || metric.fixed[name] === scope[i]),
  );
  const hull = hullOf(coverageOf(state, grain, mine.map(scopeKey)));
  const parameters = named<string>();
  const periods = hull ? hull.last - hull.first + 1 : 1;
  const affordable = Math.floor(points / (periods * Object.keys(metric.measures).length));
  let room = Math.min(MAX_SERIES_SHOWN, affordable);
  for (const { name, values, total, example } of openDimensions(metric)) {
    const place = metric.scope.indexOf(name);
    const loaded =
      place >= 0 ? [...new Set(mine.flatMap((scope) => scope[place] ?? []))] : (frequent.get(name) ?? []);
    const listed = values ? values.filter((value) => loaded.includes(value)) : loaded;
    const one = total ?? loaded[0] ?? example;
    const all = chosen === 'all' ? (listed.length > 0 ? listed : [one]) : (chosen.get(name) ?? [one]);
    const shown = all.slice(0, Math.max(room, 1));
    room = Math.floor(room / shown.length);
    parameters[name] = shown.join('|');
  }
  if (metric.shape.kind === 'top') {
    const digits = hull ? formatTimestamp('YYYYMMDD', grain, hull.last) : BEGINNING;
    const day = grain === 'monthly' ? ALL_DAYS : digits.slice(6);
    Object.assign(parameters, { year: digits.slice(0, 4), month: digits.slice(4, 6), day });
  } else {
    const style = grain === 'hourly' || metric.range.hour === 'always' ? 'YYYYMMDDHH' : 'YYYYMMDD';
    const start = hull
      ? formatTimestamp(style, grain, hull.first)
      : BEGINNING + (style === 'YYYYMMDD' ? '' : '00');
    Object.assign(parameters, { granularity: grain, start, end: 'latest' });
  }
  return { parameters, isLoaded: hull !== undefined };
}

/** Returns the coarsest stored grain that is loaded; if none is loaded, the coarsest stored grain. */
function coarsest(metric: Metric, state: TableState): Grain {
  const stored = GRAINS.toReversed().filter((grain) => metric.grains[grain]?.startsWith('stored'));
  return stored.find((grain) => state.coverage.get(grain)?.size) ?? (stored[0] as Grain);
}
