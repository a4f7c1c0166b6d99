import { filledPath, unaskedDimensions } from '../core/metric/path-parameters.ts';
import { dimensionNames, type Metric, openDimensions } from '../core/metric/metric.ts';
import { topPeriodFields } from '../core/question/top-period.ts';
import { formatTimestamp, type Grain, HOUR_MS, type Ordinal, ordinalAt, startOf } from '../core/time/time.ts';
import { assertStored, type DateRange, type Selection, SelectionError } from '../load/selection.ts';

/** One request of a mirror. */
export interface MirrorRequest {
  /** The path after `/metrics`, as the metric's declaration has it. */
  readonly path: string;
  /** The values of the dimensions, by name: items may leave them out. */
  readonly values: Readonly<Record<string, string>>;
}

/** What is to be mirrored. */
export interface Wanted {
  readonly metric: Metric;
  readonly grain: Grain;
  readonly range: DateRange;
  /** The values of dimensions. A dimension that isn't named has its total, except those of the scope. */
  readonly where: NonNullable<Selection['where']>;
}

/** The most requests that one run may need: two days of requests. */
const MOST = 500_000;

/** The time that one request of a series asks for. A list is asked for alone. */
const CHUNK: Readonly<Partial<Record<Grain, Grain>>> = { hourly: 'monthly', daily: 'yearly' };

/**
 * Returns the requests that ask for what is wanted, from the template of the metric's path: one for each combination of
 * values, and each year of days or month of hours; of lists, one for each period.
 * @throws SelectionError if a dimension needs a value, or has no such one
 */
export function requestsOf(wanted: Wanted): MirrorRequest[] {
  const { metric, grain, range } = wanted;
  assertStored(metric, grain);
  const unasked = unaskedDimensions(metric);
  if (unasked.length > 0)
    throw new SelectionError(
      `${metric.name} can't be mirrored: its path doesn't name ${unasked.map(({ name }) => name).join(', ')}`,
    );
  const combinations = combinationsOf(wanted);
  const times = metric.shape.kind === 'top' ? listTimes(grain, range) : seriesTimes(metric, grain, range);
  if (combinations.length * times.length > MOST)
    throw new SelectionError(
      `this needs ${combinations.length * times.length} requests, but one run may send ${MOST}: ask for fewer values or a shorter range`,
    );
  return combinations.flatMap((values) =>
    times.map((time) => ({ path: filledPath(metric, { ...metric.fixed, ...values, ...time }), values })),
  );
}

function combinationsOf({ metric, where }: Wanted): Record<string, string>[] {
  const names = dimensionNames(metric);
  for (const name of Object.keys(where))
    if (!names.includes(name))
      throw new SelectionError(`${metric.name} has no dimension ${name}; it has ${names.join(', ')}`);
  let combinations: Record<string, string>[] = [{}];
  for (const dimension of openDimensions(metric)) {
    const { name, total, example, allowed } = dimension;
    // What numbers are loaded for, such as the project, is for the operator to say.
    const otherwise = total === undefined || metric.scope.includes(name) ? [] : [total];
    const given = where[name] ?? otherwise;
    if (given.length === 0)
      throw new SelectionError(`${metric.name} needs --where ${name}=VALUE, for instance ${name}=${example}`);
    const values = [...new Set(given.map(dimension.normalise))];
    for (const value of values) {
      const refusal = dimension.refuse(value);
      if (refusal !== undefined)
        throw new SelectionError(`${name} "${value}": ${refusal}; allowed is ${allowed}`);
    }
    combinations = combinations.flatMap((known) => values.map((value) => ({ ...known, [name]: value })));
  }
  return combinations;
}

/** The periods of a grain that lie wholly in a range. */
function periodsIn(grain: Grain, { from, until }: DateRange): Ordinal[] {
  const first = ordinalAt(grain, from - 1) + 1;
  const last = ordinalAt(grain, until) - 1;
  if (first > last)
    throw new SelectionError(`no ${grain} period lies wholly in the range: it is too short for this grain`);
  return Array.from({ length: last - first + 1 }, (_, index) => first + index);
}

function listTimes(grain: Grain, range: DateRange): Record<string, string>[] {
  return periodsIn(grain, range).map((ordinal) => ({ ...topPeriodFields({ grain, ordinal }) }));
}

function seriesTimes(metric: Metric, grain: Grain, range: DateRange): Record<string, string>[] {
  const periods = periodsIn(grain, range);
  const [first, last] = [periods[0] as Ordinal, periods.at(-1) as Ordinal];
  const [from, until] = [startOf(grain, first), startOf(grain, last + 1)];
  const chunk = CHUNK[grain];
  if (chunk === undefined) return [timeOf(metric, grain, { from, until })];
  const times: Record<string, string>[] = [];
  for (let at = ordinalAt(chunk, from); startOf(chunk, at) < until; at++) {
    const part = { from: Math.max(from, startOf(chunk, at)), until: Math.min(until, startOf(chunk, at + 1)) };
    times.push(timeOf(metric, grain, part));
  }
  return times;
}

/** The parameters of a range, as the family of the metric reads it. */
function timeOf({ range }: Metric, grain: Grain, { from, until }: DateRange): Record<string, string> {
  const style = grain === 'hourly' || range.hour === 'always' ? 'YYYYMMDDHH' : 'YYYYMMDD';
  const text = (ms: number): string => formatTimestamp(style, 'hourly', ordinalAt('hourly', ms));
  const start = range.start === 'exclusive' ? from - 24 * HOUR_MS : from;
  return {
    granularity: grain,
    start: text(start),
    end: text(range.end === 'exclusive' ? until : until - HOUR_MS),
  };
}
