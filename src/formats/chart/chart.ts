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
import {
  type CorrectionEntry,
  correctionInWords,
  correctionsTouching,
} from '../../core/question/corrections.ts';
import type { PathPlan } from '../../core/question/plan.ts';
import { invalidParameter } from '../../core/problem.ts';
import { refuseNullSums } from '../../core/question/summed.ts';
import type { Grain, Ordinal } from '../../core/time/time.ts';
import { entryField } from '../top-fields.ts';
import { notesOf, type Note } from './notes.ts';
import { shownValue, titleInWords, valueInWords } from './title.ts';
import { periodInWords } from './words.ts';

/** The content of a picture. */
export type Chart = LineChart | BarChart;

interface ChartBase {
  readonly title: string;
  /** The unit of the numbers: `views`. */
  readonly unit: string;
  /** The source and the licence of the numbers. */
  readonly credit?: string;
  /** The values without rows: `Catt, Dog with mobile-web`. */
  readonly noRows?: string;
  /** The owner's notes on its periods, in the order of time. */
  readonly notes?: readonly Note[];
}

/** Lines over the periods `first`, `first + 1`, … */
export interface LineChart extends ChartBase {
  readonly kind: 'lines';
  readonly grain: Grain;
  readonly first: Ordinal;
  readonly lines: readonly Line[];
  /** The default is `linear`. On `log`, zero and negative numbers are gaps. */
  readonly scale?: 'linear' | 'log';
  /** The periods whose numbers were corrected, from one index to another, and what became of them. */
  readonly marks?: readonly Mark[];
  /** Whether the axis may begin elsewhere than at zero, because the numbers are not counts. */
  readonly fit?: true;
}

export interface Mark {
  readonly from: number;
  readonly to: number;
  readonly text: string;
}

export interface Line {
  readonly label: string;
  /** One for each period; null for a gap. */
  readonly values: readonly (number | null)[];
  /** The index of the value whose period may be incomplete. */
  readonly partial?: number;
  /** The index of the line that it shows at an earlier time. It has the same colour, but paler. */
  readonly earlierThan?: number;
  /** What may distinguish it from other lines: its metric, the value of each dimension, its measure. */
  readonly facts?: Readonly<Record<string, string>>;
  /** Whether a data owner chose its label. Such a label isn't changed. */
  readonly isChosen?: true;
}

/** Bars, best first. */
export interface BarChart extends ChartBase {
  readonly kind: 'bars';
  readonly bars: readonly { readonly label: string; readonly value: number }[];
  /** The number of lists of the answer that aren't drawn. */
  readonly others?: number;
  /** What became of the list's numbers since they were first served. */
  readonly corrected?: string;
}

export interface ChartOptions {
  /** The answer's plan, which knows which periods are incomplete. */
  readonly plan?: PathPlan;
  /** The measure to draw. The default is the metric's first measure. */
  readonly measure?: string;
}

/**
 * The chart of an answer: a line for each series, or a bar for each entry of the first list.
 * @throws Problem for an unknown measure, or one that doesn't add up if the answer has sums
 */
export function chartOf(answer: Answer, { plan, measure }: ChartOptions = {}): Chart {
  const at = measure === undefined ? 0 : measureAt(answer.metric, measure);
  if (plan) refuseNullSums(plan, Object.keys(answer.metric.measures)[at] as string);
  const noRows = namesWithoutRows(answer.noRows);
  const chart = answer.kind === 'series' ? linesOf(answer, plan, at) : barsOf(answer, plan, at);
  return noRows === undefined ? chart : { ...chart, noRows };
}

/** The measure that is shown if none is named. */
export function firstMeasure({ measures }: Metric): string {
  return Object.keys(measures)[0] as string;
}

/** The index of a measure in its metric. @throws Problem that lists the metric's measures */
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
  const marks = plan ? marksOf(plan, first, length) : [];
  const notes = plan ? notesOf(plan, { grain, first, last: first + length - 1 }) : [];
  const asked = metric.dimensions.map((_, d) => answer.series.map(({ values }) => values[d] as string));
  return {
    kind: 'lines',
    title: titleInWords(metric, asked) + measureInWords(metric, measure),
    unit: unitOf(answer, measure),
    credit: creditOf(metric),
    grain,
    first,
    lines: namedLines(lines),
    ...(marks.length > 0 ? { marks } : {}),
    ...(notes.length > 0 ? { notes } : {}),
    ...(Object.values(metric.measures)[measure]?.kind === 'decimal' ? { fit: true } : {}),
  };
}

/** The maximum number of marks in a picture. */
const MAX_MARKS = 20;

/** The corrections of a chart's periods. Those of the same periods share a mark. */
function marksOf(plan: PathPlan, first: Ordinal, length: number): Mark[] {
  const marks = new Map<string, Mark>();
  for (const { entry, span } of correctionsTouching(plan)) {
    const from = Math.max(span.first - first, 0);
    const to = Math.min(span.last - first, length - 1);
    if (from > to) continue;
    const text = textOf(entry);
    const known = marks.get(`${from} ${to}`);
    marks.set(`${from} ${to}`, { from, to, text: known ? `${known.text}\n${text}` : text });
    if (marks.size === MAX_MARKS) break;
  }
  return [...marks.values()];
}

function textOf(entry: CorrectionEntry): string {
  return `Corrected ${entry.at.slice(0, 10)}: ${correctionInWords(entry)}`;
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

/**
 * Labels lines by the facts in which they differ, or by all values if they don't. Labels that somebody chose
 * aren't changed.
 */
export function namedLines(lines: readonly Line[]): readonly Line[] {
  const names = [...new Set(lines.flatMap(({ facts = {} }) => Object.keys(facts)))];
  const differing = names.filter((name) => new Set(lines.map(({ facts }) => facts?.[name])).size > 1);
  return lines.map((line) => {
    if (!line.facts || line.isChosen) return line;
    const { facts } = line;
    const distinguishing =
      differing.length > 0 ? differing : names.filter((name) => name !== 'metric' && name !== 'measure');
    return { ...line, label: distinguishing.flatMap((name) => facts[name] ?? []).join(', ') };
  });
}

function barsOf(answer: TopAnswer, plan: PathPlan | undefined, measure: number): BarChart {
  const { metric, lists, grain, ordinal } = answer;
  const [list] = lists;
  const labels = metric.shape.kind === 'top' && metric.shape.entry[0];
  const asked = metric.dimensions.map((_, d) => (list ? [list.values[d] as string] : []));
  const corrected = plan && correctionsTouching(plan).map(({ entry }) => textOf(entry))[0];
  const notes = plan ? notesOf(plan, { grain, first: ordinal, last: ordinal }) : [];
  const base = {
    kind: 'bars',
    title: `${titleInWords(metric, asked)}${measureInWords(metric, measure)}, ${periodInWords(grain, ordinal)}`,
    unit: unitOf(answer, measure),
    credit: creditOf(metric),
    ...(lists.length > 1 ? { others: lists.length - 1 } : {}),
    ...(corrected === undefined ? {} : { corrected }),
    ...(notes.length > 0 ? { notes } : {}),
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

/** The end of a title that names the measure, unless it is the metric's first. */
function measureInWords(metric: Metric, measure: number): string {
  return measure === 0 ? '' : `: ${Object.keys(metric.measures)[measure]}`;
}

function unitOf({ metric }: Answer, measure: number): string {
  return Object.values(metric.measures)[measure]?.unit ?? '';
}

export function creditOf(metric: Metric): string {
  return `${metric.source}, ${licenceOf(metric)}`;
}

function extentOf({ series }: SeriesAnswer): { first: Ordinal; length: number } {
  const present = series.filter((one) => one.presence.length > 0);
  const first = Math.min(...present.map((one) => one.first));
  const last = Math.max(...present.map((one) => one.first + one.presence.length - 1));
  return present.length === 0 ? { first: 0, length: 0 } : { first, length: last - first + 1 };
}
