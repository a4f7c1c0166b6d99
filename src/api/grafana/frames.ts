import {
  orGap,
  PRESENCE,
  type Series,
  type SeriesAnswer,
  type TopAnswer,
} from '../../core/question/answer.ts';
import { dimensionIndex, type TopShape } from '../../core/metric/metric.ts';
import { startOf } from '../../core/time/time.ts';
import { entryField } from '../../formats/top-fields.ts';
import { wideColumns } from '../../formats/wide-names.ts';
import { emptyBeside, nothingFound, type FrameMeta, type NothingFound } from './notices.ts';
import type { Target } from './payload.ts';

/** A line of numbers over time, in Grafana's format. */
export interface TimeSeries {
  readonly target: string;
  readonly refId: string;
  /** Pairs of a value and a time in ms since 1970; the value is null for a gap. */
  readonly datapoints: readonly (readonly [number | null, number])[];
  readonly meta?: FrameMeta;
}

export interface TableFrame {
  readonly type: 'table';
  readonly refId: string;
  readonly columns: readonly { readonly text: string; readonly type: 'time' | 'string' | 'number' }[];
  readonly rows: readonly (readonly (string | number | null)[])[];
  readonly meta?: FrameMeta;
}

/** Returns the frame of a query without data: a line without points that says why. */
export function emptyFrame(target: Target, why: NothingFound): TimeSeries {
  const { refId, label, metric } = target;
  return { target: label ?? metric.title, refId, datapoints: [], meta: nothingFound(target, why) };
}

/** Returns the lines of some answers, one per series and measure, with names that a legend can tell apart. */
export function timeSeriesOf(
  found: readonly { readonly target: Target; readonly answer: SeriesAnswer }[],
): TimeSeries[] {
  const names = wideColumns(
    found.map(({ target: { metric, measures, label }, answer }) => ({
      metric,
      measures,
      ...(label === undefined ? {} : { label }),
      series: answer.series.map(({ values }) => values),
    })),
  );
  return names.map(({ name, part, series, measure }) => {
    const { target, answer } = found[part] as (typeof found)[number];
    const { refId } = target;
    const datapoints = pointsOf(answer, answer.series[series] as Series, measure);
    const meta = datapoints.length === 0 ? { meta: emptyBeside([name]) } : {};
    return { target: name, refId, datapoints, ...meta };
  });
}

/** Returns the points from the first period with a row to the last. Gaps are null, so that no line crosses them. */
function pointsOf({ grain }: SeriesAnswer, series: Series, measure: number): TimeSeries['datapoints'] {
  const { presence, first, measures } = series;
  const isRow = (there: number): boolean => there !== PRESENCE.absent;
  const from = presence.findIndex(isRow);
  if (from < 0) return [];
  const points: [number | null, number][] = [];
  for (let i = from; i <= presence.findLastIndex(isRow); i++) {
    const isGap = presence[i] === PRESENCE.absent || presence[i] === PRESENCE.nulls;
    const value = isGap ? null : orGap(measures[measure]?.[i]);
    points.push([value, startOf(grain, first + i)]);
  }
  return points;
}

/**
 * Returns the entries of ranked lists, best first, with the period and the values of each list.
 * @param asked the values of each requested list
 */
export function tableFrameOf(
  { metric, refId }: Target,
  answer: TopAnswer,
  asked: readonly (readonly string[])[],
): TableFrame {
  const shape = metric.shape as TopShape;
  const { fields } = shape;
  const time = startOf(answer.grain, answer.ordinal);
  const dimensions = metric.dimensions.map(({ name }) => name);
  const rows = answer.lists.flatMap(({ values, entries }) => {
    const cells = fields.map((name) => entryField(metric, entries, name));
    return Array.from({ length: entries.length }, (_, i) => [
      time,
      ...dimensions.map((name) => values[dimensionIndex(metric, name)] as string),
      ...cells.map((cell) => cell(i)),
    ]);
  });
  const found = new Set(answer.lists.map(({ values }) => values.join('\0')));
  const missing = asked.filter((values) => !found.has(values.join('\0')));
  const isNumber = (name: string): boolean => name === 'rank' || Object.hasOwn(metric.measures, name);
  return {
    type: 'table',
    refId,
    columns: [
      { text: 'time', type: 'time' },
      ...dimensions.map((text) => ({ text, type: 'string' as const })),
      ...fields.map((text) => ({ text, type: isNumber(text) ? ('number' as const) : ('string' as const) })),
    ],
    rows,
    ...(missing.length > 0 ? { meta: emptyBeside(missing.map((values) => values.join(' '))) } : {}),
  };
}
