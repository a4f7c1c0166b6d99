import { type Catalogue, metricIn } from '../../core/metric/catalogue.ts';
import type { Dimension } from '../../core/metric/dimension.ts';
import { openDimensions, type Metric } from '../../core/metric/metric.ts';
import { suggestion, nearest } from '../../core/value/nearest.ts';
import { pathParameters } from '../../core/metric/path-parameters.ts';
import { measuresAsked } from '../../core/question/query-checks.ts';
import { invalidParameter, Problem } from '../../core/problem.ts';
import { GRAINS, type Grain } from '../../core/time/time.ts';
import { optionalObjectAt, optionalTextAt, textsAt } from './body.ts';
import { readingsOfAll, type Readings } from './readings.ts';
import { named } from '../../core/value/named.ts';

type Values = Readonly<Record<string, readonly string[]>>;

/** One query of a panel: a metric and its payload. */
export interface Target {
  /** The name of the query in the panel: `A`. */
  readonly refId: string;
  readonly metric: Metric;
  /**
   * The requested values, by dimension. The default is the total value, or all values if there is no total.
   */
  readonly where: Values;
  /** Other readings of the values, which are tried if the first has no data. */
  readonly otherwise: readonly Values[];
  /** Undefined: the granularity that fits the panel. */
  readonly granularity: string | undefined;
  /** The measures to show; by default all. */
  readonly measures: readonly string[];
  /** The name in the legend. */
  readonly label: string | undefined;
  /** Whether it asks for its numbers, or for its metric's annotations. */
  readonly show: (typeof SHOWN)[number];
}

/** Ad hoc filters: a value by dimension, for all targets that have the dimension. */
export type Filters = ReadonlyMap<string, string>;

/** The members of a payload besides dimensions. */
const OPTIONS = ['granularity', 'measure', 'label', 'show'] as const;
/** What a query can ask for; the first is the default. */
export const SHOWN = ['numbers', 'annotations'] as const;
export const AUTO = 'auto';

/** Returns the names of the members of a metric's payload. A dimension hides an option of the same name. */
export function payloadNames(metric: Metric): string[] {
  const dimensions = openDimensions(metric).map(({ name }) => name);
  return [...dimensions, ...OPTIONS.filter((name) => !dimensions.includes(name))];
}

/** Returns the grains of a metric, the finest first. */
export function grainsOf(metric: Metric): Grain[] {
  return GRAINS.filter((grain) => metric.grains[grain]);
}

/**
 * Reads one target of a request.
 * @returns undefined if it has no metric yet, or is hidden
 * @throws Problem that names the wrong member
 */
export function targetOf(
  catalogue: Catalogue,
  target: Readonly<Record<string, unknown>>,
  place: string,
  filters: Filters,
): Target | undefined {
  const name = optionalTextAt(target['target'], `${place}.target`);
  if (name === undefined || target['hide'] === true) return undefined;
  const metric = metricIn(catalogue, name, `${place}.target`);
  const payload = optionalObjectAt(target['payload'], `${place}.payload`);
  const allowed = payloadNames(metric);
  for (const key of Object.keys(payload)) {
    if (!allowed.includes(key)) {
      const parameter = `${place}.payload.${key}`;
      const hint = suggestion(nearest(key, allowed));
      throw new Problem('unknown-parameter', `${name} has no ${key}${hint}`, { parameter, allowed });
    }
  }
  const textsOf = (key: string): string[] =>
    Object.hasOwn(payload, key) ? textsAt(payload[key], `${place}.payload.${key}`) : [];
  const dimensions = new Set(openDimensions(metric).map((dimension) => dimension.name));
  const option = (key: (typeof OPTIONS)[number]): Readings =>
    readingsOfAll(dimensions.has(key) ? [] : textsOf(key));

  const asked = new Map<string, Readings>();
  const inPath = pathParameters(metric);
  for (const dimension of openDimensions(metric)) {
    const { name: key, total, values: known } = dimension;
    const filter = filters.get(key);
    const readings: Readings = filter === undefined ? readingsOfAll(textsOf(key)) : [[filter]];
    const all = total === undefined ? (inPath.includes(key) ? [] : (known ?? [])) : [total];
    asked.set(key, readings[0].length === 0 ? [all] : possible(dimension, readings));
  }
  const nth = (n: number): Values =>
    named([...asked].map(([key, readings]) => [key, readings[n] ?? (readings.at(-1) as string[])]));
  const most = Math.max(1, ...[...asked.values()].map((readings) => readings.length));
  const [[granularity = AUTO]] = option('granularity');
  const known = Object.keys(metric.measures);
  const measures = option('measure');
  const shownMeasures = measures.find((names) => names.every((one) => known.includes(one))) ?? measures[0];
  return {
    refId: optionalTextAt(target['refId'], `${place}.refId`) ?? '',
    metric,
    where: nth(0),
    otherwise: Array.from({ length: most - 1 }, (_, i) => nth(i + 1)),
    granularity: granularity === AUTO ? undefined : granularity,
    measures: measuresAsked(
      metric,
      shownMeasures.length > 0 ? shownMeasures : undefined,
      () => `${place}.payload.measure`,
    ),
    label: option('label')[0].join('|') || undefined,
    show: shownOf(option('show')[0][0], `${place}.payload.show`),
  };
}

/** @throws Problem that names the place */
function shownOf(text: string = SHOWN[0], place: string): Target['show'] {
  const found = SHOWN.find((known) => known === text);
  if (found) return found;
  throw invalidParameter(place, `show should be one of ${SHOWN.join(', ')}`, SHOWN);
}

/** Returns the readings with values that the dimension accepts. If there are none, returns the last one, so that a problem can name its value. */
function possible(dimension: Dimension, readings: Readings): Readings {
  const [first, ...others] = readings.filter((values) =>
    values.every((value) => dimension.refuse(dimension.normalise(value)) === undefined),
  );
  return first ? [first, ...others] : [readings.at(-1) as Readings[0]];
}
