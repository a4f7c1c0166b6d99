import { type Catalogue, metricIn } from '../catalogue.ts';
import {
  coverageOfMembers,
  groupsOf,
  shown,
  readableOfMembers,
  sumOf,
  valuesOf,
  variedBy,
} from './groups.ts';
import { isComplete, type Coverage } from '../coverage.ts';
import { versionIn, type TableState } from '../table-state.ts';
import { notFound } from '../hints.ts';
import { readGrain, type Metric } from '../metric.ts';
import { invalidParameter, type NotFoundReason } from '../problem.ts';
import type { Question, QuestionOptions, RangeText, TopPeriodText } from './question.ts';
import { clip, grainOf, isRelative, spanOf, touchesNewest } from './range.ts';
import { lengthOf, refine, type Clock, type Grain, type Ordinal, type Span } from '../time.ts';
import { topPeriodOf } from './top-period.ts';

/** What will be read to answer a question, and what that costs. Made before anything is read. */
export type Plan = SeriesPlan | TopPlan;

interface PlanBase {
  readonly metric: Metric;
  readonly grain: Grain;
  /** The question, with its dates resolved: the same for all who ask the same. */
  readonly key: string;
  /** The values asked for, by dimension, normalised. */
  readonly listed: readonly (readonly string[])[];
  /** The dimensions of which whoever asks listed several values, by name. */
  readonly varied: readonly string[];
  /** The version of the partitions that it touches: another one may have another answer. */
  readonly version: number;
  /** Points: periods x series x measures. */
  readonly cost: number;
  /** Whether several series are asked for, so that the budget of points applies. */
  readonly several: boolean;
  /** Whether no newer data can change the answer, corrections aside. */
  readonly closed: boolean;
  /** Whether the same words can mean other periods tomorrow. */
  readonly relative: boolean;
}

export interface SeriesPlan extends PlanBase {
  readonly kind: 'series';
  /** The stored grain that is read: days for weeks, months for years. */
  readonly source: Grain;
  readonly fill: 'zero' | 'null' | undefined;
  /** The dimension whose values are added up. */
  readonly sum: string | undefined;
  /** What was asked for, before it was clipped to what was loaded. */
  readonly asked: Span;
  readonly parts: readonly SeriesPart[];
}

/** One series of the answer. */
export interface SeriesPart {
  /** As shown: one value a dimension; summed values joined by `|`. */
  readonly values: readonly string[];
  /** The stored series it is the sum of: one, but for `sum`. */
  readonly members: readonly (readonly string[])[];
  /** Clipped to what was loaded; empty where nothing was. */
  readonly span: Span;
  readonly coverage: Coverage;
  /** The newest period loaded, where it is known to be only a part of itself. */
  readonly unfinished?: Ordinal;
}

export interface TopPlan extends PlanBase {
  readonly kind: 'top';
  readonly ordinal: Ordinal;
  readonly lists: readonly (readonly string[])[];
  /** What was loaded of the scope of each list. */
  readonly coverages: readonly Coverage[];
}

export interface PlanContext {
  readonly catalogue: Catalogue;
  /** The state of a metric's table, in the engine that is its home. */
  readonly stateOf: (metric: Metric) => TableState;
  readonly clock: Clock;
}

/**
 * Turns a question into a plan. Pure: the same question, catalogue, states and time give the same plan.
 * @throws Problem for every mistake that a caller can make, and where nothing that was asked for is loaded
 */
export function planFor(question: Question, context: PlanContext): Plan {
  const metric = metricIn(context.catalogue, question.metric, 'metric');
  const listed = listedValues(metric, question);
  const state = context.stateOf(metric);
  return metric.shape.kind === 'top'
    ? planTop(metric, listed, question.period as TopPeriodText, state)
    : planSeries(metric, listed, question.period as RangeText, question.options, state, context.clock);
}

/**
 * The values that a question asks for, by dimension, normalised; those that the metric settles are its own.
 * @throws Problem where one can't be a value
 */
export function listedValues(metric: Metric, { where }: Pick<Question, 'where'>): string[][] {
  return metric.dimensions.map((dimension) => {
    const settled = metric.fixed?.[dimension.name];
    return settled === undefined ? valuesOf(dimension, where[dimension.name]) : [settled];
  });
}

function planSeries(
  metric: Metric,
  listed: readonly string[][],
  text: RangeText,
  options: QuestionOptions,
  state: TableState,
  clock: Clock,
): SeriesPlan {
  const grain = grainOf(metric, text.granularity);
  const source = readGrain(metric, grain);
  const fill = fillOf(options.fill);
  const summed = sumOf(metric, options.sum, listed);
  const groups = groupsOf(listed, summed);
  const coverages = groups.map((members) => readableOfMembers(metric, state, { grain, source }, members));
  const asked = spanOf(metric, grain, text, coverages, clock);
  const parts = groups.map((members, i): SeriesPart => {
    const coverage = coverages[i] as Coverage;
    const unfinished = grain === source ? unfinishedOf(metric, state, grain, members, coverage) : undefined;
    return {
      values: shown(members),
      members,
      span: clip(metric, asked, coverage),
      coverage,
      ...(unfinished === undefined ? {} : { unfinished }),
    };
  });
  const filled = parts.filter((part) => lengthOf(part.span) > 0);
  if (filled.length === 0) {
    throw notFound(reasonOf(coverages), { metric, listed, grain, state, asked });
  }
  const read = around(filled.map((part) => refine(part.span, source)));
  const periods = parts.reduce((sum, part) => sum + lengthOf(part.span) * part.members.length, 0);
  return {
    kind: 'series',
    metric,
    grain,
    source,
    fill,
    sum: options.sum,
    asked,
    listed,
    varied: variedBy(metric, listed),
    parts,
    key: keyOf(metric, grain, asked.first, asked.last, options, listed),
    version: versionIn(state, read),
    cost: periods * Object.keys(metric.measures).length,
    several: parts.length > 1 || summed !== undefined,
    closed: !coverages.some((coverage) => touchesNewest(asked, source, coverage)),
    relative: isRelative(text.start) || isRelative(text.end),
  };
}

/**
 * The newest period loaded, where a part of it is missing: it isn't complete though the one before
 * it is, or it is a month made of days that don't reach its end.
 */
function unfinishedOf(
  metric: Metric,
  state: TableState,
  grain: Grain,
  members: readonly (readonly string[])[],
  coverage: Coverage,
): Ordinal | undefined {
  const newest = coverage.at(-1);
  if (!newest || newest.complete) return undefined;
  if (isComplete(coverage, newest.last - 1)) return newest.last;
  if (metric.grains[grain] !== 'stored or summed') return undefined;
  const day = coverageOfMembers(metric, state, 'daily', members).at(-1)?.last;
  if (day === undefined) return undefined;
  const { first, last } = refine({ grain, first: newest.last, last: newest.last }, 'daily');
  return first <= day && day < last ? newest.last : undefined;
}

function planTop(
  metric: Metric,
  listed: readonly string[][],
  text: TopPeriodText,
  state: TableState,
): TopPlan {
  if (metric.shape.kind !== 'top') throw new Error(`${metric.name} has no lists`);
  const { grain, ordinal } = topPeriodOf(metric, text, { listed, state });
  const lists = groupsOf(listed, undefined).map((members) => members[0] as readonly string[]);
  const coverages = lists.map((list) => coverageOfMembers(metric, state, grain, [list]));
  const asked: Span = { grain, first: ordinal, last: ordinal };
  if (!coverages.some((coverage) => lengthOf(clip(metric, asked, coverage)) > 0)) {
    throw notFound(reasonOf(coverages), { metric, listed, grain, state, asked });
  }
  return {
    kind: 'top',
    metric,
    grain,
    ordinal,
    lists,
    coverages,
    listed,
    varied: variedBy(metric, listed),
    key: keyOf(metric, grain, ordinal, ordinal, {}, listed),
    version: versionIn(state, asked),
    cost: lists.length * metric.shape.limit * Object.keys(metric.measures).length,
    several: lists.length > 1,
    closed: !coverages.some((coverage) => touchesNewest(asked, grain, coverage)),
    relative: false,
  };
}

function reasonOf(coverages: readonly Coverage[]): NotFoundReason {
  return coverages.some((coverage) => coverage.length > 0) ? 'outside-coverage' : 'not-loaded';
}

function fillOf(text: string | undefined): 'zero' | 'null' | undefined {
  if (text === undefined || text === 'zero' || text === 'null') return text;
  throw invalidParameter('fill', 'fill should be zero or null', ['zero', 'null']);
}

/** From the start of the first span to the end of the last. */
function around(spans: readonly Span[]): Span {
  const [first, ...rest] = spans as [Span, ...Span[]];
  return rest.reduce(
    (a, b) => ({ ...a, first: Math.min(a.first, b.first), last: Math.max(a.last, b.last) }),
    first,
  );
}

function keyOf(
  metric: Metric,
  grain: Grain,
  first: Ordinal,
  last: Ordinal,
  options: QuestionOptions,
  listed: readonly (readonly string[])[],
): string {
  let key = `${metric.name}\0${metric.edition ?? ''}\0${grain}\0${first}\0${last}\0${options.fill ?? ''}\0${options.sum ?? ''}`;
  // The number of values keeps lists apart: no value has a NUL in it.
  for (const values of listed) key += `\0${values.length}\0${values.join('\0')}`;
  return key;
}
