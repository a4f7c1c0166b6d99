import {
  orGap,
  PRESENCE,
  type Answer,
  type Series,
  type SeriesAnswer,
  type TopAnswer,
} from '../../core/question/answer.ts';
import { licenceOf, type Metric } from '../../core/metric/metric.ts';
import { suggestion, nearest } from '../../core/value/nearest.ts';
import { namesWithoutRows } from '../../core/question/no-rows.ts';
import type { PathPlan } from '../../core/question/plan.ts';
import { invalidParameter } from '../../core/problem.ts';
import { refuseNullSums } from '../../core/question/summed.ts';
import type { Grain, Ordinal } from '../../core/time/time.ts';
import { entryField } from '../top-fields.ts';
import { shownValue, titleInWords, valueInWords } from './title.ts';
import { periodInWords } from './words.ts';

/** What a picture shows, wherever its numbers come from. */
export type Chart = LineChart | BarChart;

interface ChartBase {
  /** What is shown, in words. */
  readonly title: string;
  /** What is counted: `views`. */
  readonly unit: string;
  /** Whose numbers they are, and under which licence. */
  readonly credit?: string;
  /** What was asked for and has no rows: `Catt, Dog with mobile-web`. */
  readonly noRows?: string;
}

/** Lines over the periods `first`, `first + 1`, … */
export interface LineChart extends ChartBase {
  readonly kind: 'lines';
  readonly grain: Grain;
  readonly first: Ordinal;
  readonly lines: readonly Line[];
  /** `linear` unless given. Numbers that a logarithm hasn't are gaps. */
  readonly scale?: 'linear' | 'log';
  /** The numbers count nothing, so that their axis needs no zero. */
  readonly fit?: true;
}

export interface Line {
  readonly label: string;
  /** One a period; null for a gap. */
  readonly values: readonly (number | null)[];
  /** Which of the values is of a period that isn't known to be whole, where one is. */
  readonly partial?: number;
  /** The line that it is the same as of an earlier time: it has its colour, paler. */
  readonly earlierThan?: number;
  /** All that tells it from other lines, by what that is: its metric, each dimension, the measure. */
  readonly facts?: Readonly<Record<string, string>>;
  /** Its name was chosen by somebody, and stays. */
  readonly isChosen?: true;
}

/** Bars, best first. */
export interface BarChart extends ChartBase {
  readonly kind: 'bars';
  readonly bars: readonly { readonly label: string; readonly value: number }[];
  /** How many other lists were asked for as well. */
  readonly others?: number;
}

export interface ChartOptions {
  /** What was asked; it knows which period isn't whole. */
  readonly plan?: PathPlan;
  /** The measure to draw: the metric's first unless given. */
  readonly measure?: string;
}

/**
 * The picture of an answer: a line a series, or a bar an entry of its first list.
 * @throws Problem for a measure that the metric hasn't, or that doesn't add up in an answer of sums
 */
export function chartOf(answer: Answer, { plan, measure }: ChartOptions = {}): Chart {
  const at = measure === undefined ? 0 : measureAt(answer.metric, measure);
  if (plan) refuseNullSums(plan, Object.keys(answer.metric.measures)[at] as string);
  const noRows = namesWithoutRows(answer.noRows);
  const chart = answer.kind === 'series' ? linesOf(answer, plan, at) : barsOf(answer, at);
  return noRows === undefined ? chart : { ...chart, noRows };
}

/**
 * The place of a measure among the metric's.
 * @throws Problem naming those that there are
 */
export function measureAt(metric: Metric, measure: string): number {
  const names = Object.keys(metric.measures);
  const at = names.indexOf(measure);
  if (at < 0)
    throw invalidParameter(
      'measure',
      `${metric.name} has no measure ${measure}${suggestion(nearest(measure, names))}`,
      names,
    );
  return at;
}

function linesOf(answer: SeriesAnswer, plan: PathPlan | undefined, measure: number): LineChart {
  const { metric, grain } = answer;
  const { first, length } = extentOf(answer);
  const parts = plan?.kind === 'series' ? plan.parts : [];
  const lines = answer.series.map((series, i): Line => {
    const values = Array.from({ length }, (_, i): number | null => {
      const at = first + i - series.first;
      const presence = series.presence[at] ?? PRESENCE.absent;
      if (presence === PRESENCE.absent || presence === PRESENCE.nulls) return null;
      return orGap(series.measures[measure]?.[at]);
    });
    const unfinished = parts[i]?.unfinished;
    const partial = unfinished === undefined ? -1 : unfinished - first;
    const there = (values[partial] ?? null) !== null;
    return { label: '', values, facts: factsOf(metric, series, measure), ...(there ? { partial } : {}) };
  });
  const asked = metric.dimensions.map((_, d) => answer.series.map(({ values }) => values[d] as string));
  return {
    kind: 'lines',
    title: titleInWords(metric, asked) + measureInWords(metric, measure),
    unit: unitOf(answer, measure),
    credit: creditOf(metric),
    grain,
    first,
    lines: namedLines(lines),
    ...(Object.values(metric.measures)[measure]?.kind === 'decimal' ? { fit: true } : {}),
  };
}

function factsOf(metric: Metric, { values }: Series, measure: number): Record<string, string> {
  return {
    metric: metric.title,
    ...Object.fromEntries(
      metric.dimensions.map(({ name }, d) => [name, valueInWords(metric, d, values[d] as string)]),
    ),
    measure: Object.keys(metric.measures)[measure] as string,
  };
}

/** Lines named by what tells them apart, or by all their values; chosen names stay. */
export function namedLines(lines: readonly Line[]): readonly Line[] {
  const names = [...new Set(lines.flatMap(({ facts = {} }) => Object.keys(facts)))];
  const telling = names.filter((name) => new Set(lines.map(({ facts }) => facts?.[name])).size > 1);
  return lines.map((line) => {
    if (!line.facts || line.isChosen) return line;
    const { facts } = line;
    const told =
      telling.length > 0 ? telling : names.filter((name) => name !== 'metric' && name !== 'measure');
    return { ...line, label: told.flatMap((name) => facts[name] ?? []).join(', ') };
  });
}

function barsOf(answer: TopAnswer, measure: number): BarChart {
  const { metric, lists, grain, ordinal } = answer;
  const [list] = lists;
  const labels = metric.shape.kind === 'top' && metric.shape.entry[0];
  const asked = metric.dimensions.map((_, d) => (list ? [list.values[d] as string] : []));
  const base = {
    kind: 'bars',
    title: `${titleInWords(metric, asked)}${measureInWords(metric, measure)}, ${periodInWords(grain, ordinal)}`,
    unit: unitOf(answer, measure),
    credit: creditOf(metric),
    ...(lists.length > 1 ? { others: lists.length - 1 } : {}),
  } as const;
  if (!list || !labels) return { ...base, bars: [] };
  const label = entryField(metric, list.entries, labels.name);
  const bars = Array.from({ length: list.entries.length }, (_, i) => {
    const name = label(i);
    return {
      label: shownValue(labels, name === null ? 'without a name' : String(name)),
      value: list.entries.measures[measure]?.[i] ?? 0,
    };
  });
  return { ...base, bars };
}

/** Which measure, where it isn't the metric's first. */
function measureInWords(metric: Metric, measure: number): string {
  return measure === 0 ? '' : `: ${Object.keys(metric.measures)[measure]}`;
}

function unitOf({ metric }: Answer, measure: number): string {
  return Object.values(metric.measures)[measure]?.unit ?? '';
}

function creditOf(metric: Metric): string {
  return `${metric.source}, ${licenceOf(metric)}`;
}

function extentOf({ series }: SeriesAnswer): { first: Ordinal; length: number } {
  const present = series.filter((one) => one.presence.length > 0);
  const first = Math.min(...present.map((one) => one.first));
  const last = Math.max(...present.map((one) => one.first + one.presence.length - 1));
  return present.length === 0 ? { first: 0, length: 0 } : { first, length: last - first + 1 };
}
