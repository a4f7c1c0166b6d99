import { covers, isComplete, latestOf, type Coverage } from '../time/coverage.ts';
import type { DateRange } from './question.ts';
import { readGrain, type Metric } from '../metric/metric.ts';
import {
  DAY_MS,
  HOUR_MS,
  lengthOf,
  ordinalAt,
  refine,
  startOf,
  touchedPeriods,
  wholePeriods,
  type Clock,
  type Grain,
  type Ordinal,
  type Span,
} from '../time/time.ts';

/*
 * Relative dates, `latest`, and which periods are loaded, for paths and for /query.
 */

/** A time span in ms since 1970; `until` is excluded. */
export interface Instants {
  readonly from: number;
  readonly until: number;
}

/** The instant that a text such as `-30d` names, in ms since 1970; undefined for any other text. */
export function relativeTo(clock: Clock, text: string): number | undefined {
  const match = /^-(\d{1,4})([hdwmy])$/.exec(text);
  if (!match) return undefined;
  const amount = Number(match[1]);
  switch (match[2]) {
    case 'h':
      return clock.now() - amount * HOUR_MS;
    case 'd':
      return clock.now() - amount * DAY_MS;
    case 'w':
      return clock.now() - amount * 7 * DAY_MS;
    default: {
      const months = match[2] === 'm' ? amount : amount * 12;
      const now = clock.now();
      const month = ordinalAt('monthly', now);
      const lastDay = startOf('monthly', month - months + 1) - DAY_MS;
      const sameDay = startOf('monthly', month - months) + (now - startOf('monthly', month));
      return Math.min(sameDay, lastDay + (now % DAY_MS));
    }
  }
}

/** The end of a range that reaches to the present: open periods are answered, too. */
export const NOW = 'now';

/** Whether a start or end depends on the time of the request or on what is loaded. */
export function isRelative(text: string): boolean {
  return text === 'latest' || text === NOW || text.startsWith('-');
}

/** Whether a range depends on the time of the request or on what is loaded. */
export function isRelativeRange(range: DateRange | string | undefined): boolean {
  return typeof range === 'object' && (isRelative(range.start) || isRelative(range.end));
}

/** The period that `latest` names: the newest one of some coverages. Undefined if nothing is loaded. */
export function latestIn(metric: Metric, grain: Grain, coverages: readonly Coverage[]): Instants | undefined {
  const newest = coverages.reduce(
    (known, coverage) => Math.max(known, latestOfGrain(metric, grain, coverage) ?? -Infinity),
    -Infinity,
  );
  return newest === -Infinity
    ? undefined
    : { from: startOf(grain, newest), until: startOf(grain, newest + 1) };
}

/** The newest period of a coverage. A week or year counts only if all of its days or months are loaded. */
export function latestOfGrain(metric: Metric, grain: Grain, coverage: Coverage): Ordinal | undefined {
  const latest = latestOf(coverage);
  const source = readGrain(metric, grain);
  if (latest === undefined || source === grain) return latest;
  for (const interval of coverage.toReversed()) {
    const whole = wholePeriods({ grain: source, first: interval.first, last: interval.last }, grain);
    if (lengthOf(whole) > 0) return whole.last;
  }
  return undefined;
}

/**
 * The part of a span that can have rows: from the first loaded period to the last one. Weeks and years
 * lie wholly between the first and the last loaded day or month.
 */
export function clip(metric: Metric, span: Span, coverage: Coverage): Span {
  const source = readGrain(metric, span.grain);
  const first = coverage[0]?.first;
  const last = coverage.at(-1)?.last;
  if (first === undefined || last === undefined || lengthOf(span) === 0)
    return { ...span, last: span.first - 1 };
  const hull: Span = { grain: source, first, last };
  const inGrain = source === span.grain ? hull : wholePeriods(hull, span.grain);
  return { ...span, first: Math.max(span.first, inGrain.first), last: Math.min(span.last, inGrain.last) };
}

/** Whether a period of a `summed` grain can be given: all periods that it is the sum of are loaded. */
export function isWhole(coverage: Coverage, source: Grain, grain: Grain, ordinal: Ordinal): boolean {
  return covers(coverage, refine({ grain, first: ordinal, last: ordinal }, source));
}

/** Whether a period is loaded completely. If so, an absent row means that nothing happened. */
export function isKnown(coverage: Coverage, source: Grain, grain: Grain, ordinal: Ordinal): boolean {
  const { first, last } = refine({ grain, first: ordinal, last: ordinal }, source);
  for (let period = first; period <= last; period++) if (!isComplete(coverage, period)) return false;
  return true;
}

/** Whether newer data can change an answer: one of the coverages ends inside the span or before it. */
export function mayGrow(coverages: readonly Coverage[], asked: Span, source: Grain): boolean {
  const oldest = coverages.reduce(
    (known, coverage) => Math.min(known, coverage.at(-1)?.last ?? -Infinity),
    Infinity,
  );
  if (!Number.isFinite(oldest)) return true;
  const inGrain = touchedPeriods({ grain: source, first: oldest, last: oldest }, asked.grain);
  return asked.last >= inGrain.first;
}
