import type { Catalogue } from '../metric/catalogue.ts';
import type { Coverage } from '../time/coverage.ts';
import type { Metric } from '../metric/metric.ts';
import type { NotFoundReason } from '../problem.ts';
import type { AskedDimension, Scope } from './conditions.ts';
import type { LoadedRange } from './query-loaded.ts';
import type { Query } from './query.ts';
import type { Question } from './question.ts';
import type { TableState } from '../time/table-state.ts';
import type { Clock, Grain, Ordinal, Span } from '../time/time.ts';

/** What will be read to answer a question, and what that costs. Made before anything is read. */
export type Plan = PathPlan | RowsPlan;

/** What answers a question: the series store by key, or the warehouse by SQL. */
export type Route = Metric['home'];

export interface PlanBase {
  readonly question: Question;
  readonly metric: Metric;
  readonly route: Route;
  /** Of the metric's table, in the engine that answers. */
  readonly state: TableState;
  /** What is asked of each dimension. */
  readonly asked: readonly AskedDimension[];
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

/** The plan of what a path asks, or what asks as a path does. */
export type PathPlan = SeriesPlan | TopPlan;

export interface SeriesPlan extends PlanBase, Pick<SeriesRead, 'fill' | 'parts'> {
  readonly kind: 'series';
}

export interface TopPlan extends PlanBase {
  readonly kind: 'top';
  readonly ordinal: Ordinal;
  readonly lists: readonly (readonly string[])[];
  /** What was loaded of the scope of each list. */
  readonly coverages: readonly Coverage[];
}

/** The plan of a question in the one language: rows, of the values and periods that it tells apart. */
export interface RowsPlan extends PlanBase {
  readonly kind: 'rows';
  /** The question, understood. */
  readonly query: Query;
  /** What of the range was loaded; null where nothing was. */
  readonly coverage: LoadedRange | null;
  /** Why there are no rows, where that is known before anything is read. */
  readonly reason: NotFoundReason | undefined;
  /** How many rows come before this page. */
  readonly offset: number;
  /** The periods that those of the rows are compared with. */
  readonly compared: Span | undefined;
  /** The values of `by` of every group, where they are listed; undefined where rows tell. */
  readonly groups: readonly (readonly string[])[] | undefined;
  readonly scopes: readonly Scope[];
  /** What was loaded of all of them together. */
  readonly loaded: Coverage;
  /** Where every value is listed: the series of the range, and those of the range that it is compared with. */
  readonly series: readonly SeriesRead[];
}

export interface PlanContext {
  readonly catalogue: Catalogue;
  /** The state of a metric's table, in the engine that answers. */
  readonly stateOf: (metric: Metric, route: Route) => TableState;
  readonly clock: Clock;
}
