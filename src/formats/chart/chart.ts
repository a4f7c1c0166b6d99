import { PRESENCE, type Answer, type SeriesAnswer, type TopAnswer } from '../../core/answer.ts';
import type { Plan } from '../../core/plan.ts';
import { invalidParameter } from '../../core/problem.ts';
import { GRAINS, ordinalAt, startOf, type Grain, type Ordinal } from '../../core/time.ts';
import { entryField } from '../json.ts';

/** What a picture shows, wherever its numbers come from. */
export type Chart = LineChart | BarChart;

/** Lines over the periods `first`, `first + 1`, … */
export interface LineChart {
  readonly kind: 'lines';
  readonly title: string;
  /** What is counted: `views`. */
  readonly unit: string;
  readonly grain: Grain;
  readonly first: Ordinal;
  readonly lines: readonly Line[];
  /** `linear` unless given. Numbers that a logarithm hasn't are gaps. */
  readonly scale?: 'linear' | 'log';
}

export interface Line {
  readonly label: string;
  /** One a period; null for a gap. */
  readonly values: readonly (number | null)[];
  /** Whether the last number is of a period that isn't whole. */
  readonly partial?: true;
}

/** Bars from the longest to the shortest. */
export interface BarChart {
  readonly kind: 'bars';
  readonly title: string;
  readonly unit: string;
  readonly bars: readonly { readonly label: string; readonly value: number }[];
}

export interface ChartOptions {
  /** What was asked; it knows which period isn't whole. */
  readonly plan?: Plan;
  /** The measure to draw: the metric's first unless given. */
  readonly measure?: string;
}

/**
 * The picture of an answer: a line a series, or a bar an entry of its first list.
 * @throws Problem for a measure that the metric hasn't
 */
export function chartOf(answer: Answer, { measure }: ChartOptions = {}): Chart {
  const names = Object.keys(answer.metric.measures);
  const at = measure === undefined ? 0 : names.indexOf(measure);
  if (at < 0) throw invalidParameter('measure', `${answer.metric.name} has no measure ${measure}`, names);
  return answer.kind === 'series' ? linesOf(answer, at) : barsOf(answer, at);
}

/** Several charts as one: their lines over one time. Of lists there is one, the first. */
export function together(
  charts: readonly Chart[],
  options: { readonly title?: string; readonly scale?: 'linear' | 'log' } = {},
): Chart {
  const [chart] = charts as [Chart, ...Chart[]];
  if (chart.kind === 'bars')
    return { ...chart, ...(options.title === undefined ? {} : { title: options.title }) };
  const all = charts.filter((one) => one.kind === 'lines');
  const grain = GRAINS.find((known) => all.some((one) => one.grain === known)) ?? chart.grain;
  const at = (one: LineChart, i: number): Ordinal =>
    one.grain === grain ? one.first + i : ordinalAt(grain, startOf(one.grain, one.first + i));
  const first = Math.min(...all.map((one) => at(one, 0)));
  const lines = all.flatMap((one) =>
    one.lines.map((line) => {
      if (one.grain === grain && one.first === first) return line;
      const values: (number | null)[] = [];
      line.values.forEach((value, i) => {
        const place = at(one, i) - first;
        while (values.length < place) values.push(null);
        values.push(value);
      });
      return { ...line, values };
    }),
  );
  return { ...chart, ...options, grain, first, lines };
}

function linesOf(answer: SeriesAnswer, measure: number): LineChart {
  const { metric, grain } = answer;
  const { first, length } = extentOf(answer);
  const lines = answer.series.map((series): Line => {
    const values = Array.from({ length }, (_, i): number | null => {
      const at = first + i - series.first;
      const presence = series.presence[at] ?? PRESENCE.absent;
      if (presence === PRESENCE.absent || presence === PRESENCE.nulls) return null;
      return series.measures[measure]?.[at] ?? null;
    });
    return { label: series.values.join(', '), values };
  });
  return { kind: 'lines', title: metric.title, unit: unitOf(answer, measure), grain, first, lines };
}

function barsOf(answer: TopAnswer, measure: number): BarChart {
  const { metric, lists } = answer;
  const unit = unitOf(answer, measure);
  const entries = lists[0]?.entries;
  const labels = metric.shape.kind === 'top' && metric.shape.entry[0];
  if (!entries || !labels) return { kind: 'bars', title: metric.title, unit, bars: [] };
  const label = entryField(metric, entries, labels.name);
  const bars = Array.from({ length: entries.length }, (_, i) => ({
    label: String(label(i) ?? ''),
    value: entries.measures[measure]?.[i] ?? 0,
  }));
  return { kind: 'bars', title: metric.title, unit, bars };
}

function unitOf({ metric }: Answer, measure: number): string {
  return Object.values(metric.measures)[measure]?.unit ?? '';
}

function extentOf({ series }: SeriesAnswer): { first: Ordinal; length: number } {
  const present = series.filter((one) => one.presence.length > 0);
  const first = Math.min(...present.map((one) => one.first));
  const last = Math.max(...present.map((one) => one.first + one.presence.length - 1));
  return present.length === 0 ? { first: 0, length: 0 } : { first, length: last - first + 1 };
}
