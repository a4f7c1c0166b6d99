import type { Catalogue } from '../catalogue.ts';
import type { Coverage } from '../coverage.ts';
import type { Metric } from '../metric.ts';
import { invalidParameter } from '../problem.ts';
import type { Asked } from './conditions.ts';
import type { Question, QuestionOptions } from './question.ts';
import type { TableState } from '../table-state.ts';
import { lengthOf, type Clock, type Grain, type Ordinal, type Span } from '../time.ts';

/*
 * What every plan has, whatever the answer is made of.
 */

/** What answers a question: the series store by key, or the warehouse by SQL. */
export type Route = Metric['home'];

export interface PlanBase {
  readonly question: Question;
  readonly metric: Metric;
  readonly route: Route;
  /** Of the metric's table, in the engine that answers. */
  readonly state: TableState;
  /** What is asked of each dimension. */
  readonly asked: readonly Asked[];
  /** The periods asked for, before they are clipped to what was loaded. */
  readonly span: Span;
  readonly grain: Grain;
  /** The stored grain that is read: days for weeks, months for years. */
  readonly source: Grain;
  /** The question, with its dates resolved: the same for all who ask the same. */
  readonly key: string;
  /** The version of the partitions that it touches: another one may have another answer. */
  readonly version: number;
  /** Points: periods x series x measures, and in the one language what the warehouse has to look through. */
  readonly cost: number;
  /** Whether several series are asked for, so that the budget of points applies. */
  readonly several: boolean;
  /** Whether no newer data can change the answer, corrections aside. */
  readonly closed: boolean;
  /** Whether the same words can mean other periods tomorrow. */
  readonly relative: boolean;
}

/** Series that are read whole: those that a path asks for, or whose periods make rows. */
export interface SeriesRead extends Pick<
  PlanBase,
  'question' | 'metric' | 'state' | 'asked' | 'span' | 'source'
> {
  readonly fill: 'zero' | 'null' | undefined;
  readonly parts: readonly SeriesPart[];
}

/** One series of the answer. */
export interface SeriesPart {
  /** As shown: one value a dimension; summed values joined by `|`. Of rows only the values of `by`. */
  readonly values: readonly string[];
  /** The stored series it is the sum of: one, unless values are added up. */
  readonly members: readonly (readonly string[])[];
  /** Clipped to what was loaded; empty where nothing was. */
  readonly span: Span;
  readonly coverage: Coverage;
  /** The newest period loaded, where it is known to be only a part of itself. */
  readonly unfinished?: Ordinal;
}

export interface PlanContext {
  readonly catalogue: Catalogue;
  /** The state of a metric's table, in the engine that answers. */
  readonly stateOf: (metric: Metric, route: Route) => TableState;
  readonly clock: Clock;
}

/** Points of series: periods x series x measures. */
export function pointsOf(parts: readonly SeriesPart[], measures: number): number {
  return parts.reduce((sum, { span, members }) => sum + lengthOf(span) * members.length, 0) * measures;
}

/** What to make of periods without a row. @throws Problem */
export function fillOf({ fill }: QuestionOptions): 'zero' | 'null' | undefined {
  if (fill === undefined || fill === 'zero' || fill === 'null') return fill;
  throw invalidParameter('fill', 'fill should be zero or null', ['zero', 'null']);
}
