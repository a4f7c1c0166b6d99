import { sumOfDecimals } from '../../../core/value/decimal-sum.ts';
import { orGap, PRESENCE, type Series, type SeriesAnswer } from '../../../core/question/answer.ts';
import type { SeriesPlan } from '../../../core/question/plan.ts';
import { changeOf } from '../../../core/question/query-answer.ts';
import { lengthOf, type Span } from '../../../core/time/time.ts';
import { shownValue } from '../../../formats/chart/title.ts';
import { labelOf } from './words.ts';

/** A question with its answer. */
export interface AnsweredSeries {
  readonly plan: SeriesPlan;
  readonly answer: SeriesAnswer;
}

/** One series over the shown periods: a line, or a column of a table. */
export interface Column {
  readonly label: string;
  /** The number of each period; null if there is none. */
  readonly now: readonly (number | null)[];
  /** The numbers of as many earlier periods; undefined without a comparison. */
  readonly before: readonly (number | null)[] | undefined;
}

/** Returns the span of all periods that a plan reads, over all its series. */
export function shownSpan({ grain, parts }: SeriesPlan): Span {
  const spans = parts.map(({ span }) => span).filter((span) => lengthOf(span) > 0);
  return {
    grain,
    first: Math.min(...spans.map(({ first }) => first)),
    last: Math.max(...spans.map(({ last }) => last)),
  };
}

/** Returns the numbers of one measure, by series. */
export function columnsOf(
  { plan, answer }: AnsweredSeries,
  measure: string,
  before: AnsweredSeries | undefined,
  isCompared: boolean,
): Column[] {
  const place = Object.keys(plan.metric.measures).indexOf(measure);
  const span = shownSpan(plan);
  const length = lengthOf(span);
  return answer.series.map((series) => {
    const earlier = before?.answer.series.find(({ values }) =>
      values.every((v, i) => v === series.values[i]),
    );
    return {
      label: seriesLabel(answer, series, measure),
      now: numbersOf(series, place, span.first, length),
      before: isCompared ? numbersOf(earlier, place, span.first - length, length) : undefined,
    };
  });
}

/** Returns the values that tell a series from the others, or the measure if there is only one series. */
function seriesLabel({ metric, series }: SeriesAnswer, { values }: Series, measure: string): string {
  const varying = metric.dimensions.flatMap((dimension, i) =>
    series.some((other) => other.values[i] !== values[i]) ? [shownValue(dimension, values[i] as string)] : [],
  );
  return varying.length > 0 ? varying.join(', ') : labelOf(measure);
}

function numbersOf(
  series: Series | undefined,
  measure: number,
  first: number,
  length: number,
): (number | null)[] {
  return Array.from({ length }, (_, i) => {
    const at = first + i - (series?.first ?? 0);
    const presence = series?.presence[at] ?? PRESENCE.absent;
    if (presence === PRESENCE.absent || presence === PRESENCE.nulls) return null;
    return orGap(series?.measures[measure]?.[at]);
  });
}

/** The sum of a column. */
export interface Sum {
  readonly label: string;
  /** Null if the column has no number. */
  readonly total: number | null;
  /** The mean over the periods that have a number. */
  readonly mean: number | null;
  readonly before: number | null;
  /** The change since the earlier periods, as a share of their sum. */
  readonly change: number | null;
}

export function sumOf({ label, now, before }: Column): Sum {
  const total = added(now);
  const earlier = before === undefined ? null : added(before);
  const periods = now.filter((value) => value !== null).length;
  return {
    label,
    total,
    mean: total === null ? null : total / periods,
    before: earlier,
    change: changeOf(total, earlier),
  };
}

function added(values: readonly (number | null)[]): number | null {
  const there = values.filter((value) => value !== null);
  return there.length === 0 ? null : sumOfDecimals(there);
}
