import type { Catalogue } from '../metric/catalogue.ts';
import type { Coverage } from '../time/coverage.ts';
import type { Metric } from '../metric/metric.ts';
import type { NotFoundReason } from '../problem.ts';
import type { AskedDimension, Scope } from './conditions.ts';
import type { Counting, NotCounting, OpenPeriods } from './counting.ts';
import type { LoadedRange } from './query-loaded.ts';
import type { Having, Top } from './analysis.ts';
import type { Cell } from './query-measures.ts';
import type { Query } from './query.ts';
import type { Question } from './question.ts';
import type { History } from '../time/history.ts';
import type { TableState } from '../time/table-state.ts';
import type { Clock, Grain, Ordinal, Span } from '../time/time.ts';

/** What has to be read to answer a question, and what that costs. It is made before anything is read. */
export type Plan = PathPlan | RowsPlan;

/** The engine that answers a question: the series store by key, or the warehouse by SQL. */
export type Route = Metric['home'];

export interface PlanBase {
  readonly question: Question;
  readonly metric: Metric;
  readonly route: Route;
  /** The state of the metric's table, in the engine that answers. */
  readonly state: TableState;
  readonly asked: readonly AskedDimension[];
  /** The periods asked for, before they are clipped to what is loaded. */
  readonly span: Span;
  readonly grain: Grain;
  /** The stored grain that is read: days for weeks, months for years. */
  readonly source: Grain;
  /** The cache key: the question with its dates resolved. Equal questions have equal keys. */
  readonly key: string;
  /** The highest version of the partitions that are read. A later version may give another answer. */
  readonly version: number;
  /** The cost in points: periods x series x measures; for /query plus a charge for rows that the warehouse scans. */
  readonly cost: number;
  /** Whether several series are asked for, so that the budget of points applies. */
  readonly several: boolean;
  /** Whether only corrections can still change the answer, not newer data. */
  readonly closed: boolean;
  /** Whether the same question can mean other periods tomorrow. */
  readonly relative: boolean;
  /** The earlier time as of which the question is answered, and the version of the table that was live then. */
  readonly asOf?: { readonly at: number; readonly version: number };
  /** The open periods that are counted for the answer; undefined if it has none. */
  readonly open?: OpenPeriods;
  /** Why the open periods that were asked for aren't counted. */
  readonly notCounted?: string;
  /** The recent changes of the metric's table; undefined if none are kept. */
  readonly history: History | undefined;
}

/** The version of an answer: a later one of the data it is made of, or of what is counted, may give another answer. */
export function answerVersion({ version, open }: Pick<PlanBase, 'version' | 'open'>): number {
  // Versions and revisions only grow, so their sum changes whenever one of them does.
  return version + (open?.revision ?? 0);
}

/** Series to read: those that a path asks for, or those whose periods become rows of /query. */
export interface SeriesRead extends Pick<
  PlanBase,
  'question' | 'metric' | 'state' | 'asked' | 'span' | 'source' | 'asOf' | 'open'
> {
  readonly fill: 'zero' | 'null' | undefined;
  readonly parts: readonly SeriesPart[];
}

/** One series of the answer. */
export interface SeriesPart {
  /** The values as shown: one for each dimension, summed ones joined by `|`. For rows only those of `by`. */
  readonly values: readonly string[];
  /** The stored series that it is the sum of: one, unless values are added up. */
  readonly members: readonly (readonly string[])[];
  /** The periods asked for, clipped to what is loaded; empty if nothing is. */
  readonly span: Span;
  readonly coverage: Coverage;
  /** The newest loaded period, if a part of it is known to be missing. */
  readonly unfinished?: Ordinal;
}

/** The plan of a question that a metric's path can ask. */
export type PathPlan = SeriesPlan | TopPlan;

export interface SeriesPlan extends PlanBase, Pick<SeriesRead, 'fill' | 'parts'> {
  readonly kind: 'series';
}

export interface TopPlan extends PlanBase {
  readonly kind: 'top';
  readonly ordinal: Ordinal;
  readonly lists: readonly (readonly string[])[];
  /** The loaded periods of the scope of each list. */
  readonly coverages: readonly Coverage[];
}

/** The plan of a /query question: rows, grouped by values and periods. */
export interface RowsPlan extends PlanBase {
  readonly kind: 'rows';
  /** The question with every default and date filled in. */
  readonly query: Query;
  /** The measures that are read: those that are answered, and those that others are derived of. */
  readonly measures: readonly string[];
  /** What is computed of the rows that are read; undefined if they are answered as they are. */
  readonly analysis: AnalysisPlan | undefined;
  /** The loaded part of the range; null if nothing is loaded. */
  readonly coverage: LoadedRange | null;
  /** Why there are no rows, if that is known before anything is read. */
  readonly reason: NotFoundReason | undefined;
  /** How many rows come before this page. */
  readonly offset: number;
  /** The periods that the rows are compared with. */
  readonly compared: Span | undefined;
  /** The values of `by` of each group, if they are listed; otherwise only the rows show which groups there are. */
  readonly groups: readonly (readonly string[])[] | undefined;
  readonly scopes: readonly Scope[];
  /** The loaded periods of all scopes together. */
  readonly loaded: Coverage;
  /** The series of the range, then those of the compared range; empty unless every series can be named. */
  readonly series: readonly SeriesRead[];
}

/** What is computed of the rows of a question. */
export interface AnalysisPlan {
  /** First the numbers that are answered, one for each of `query.measures`; then those that only `having` needs. */
  readonly cells: readonly Cell[];
  readonly shown: number;
  readonly having: readonly Having[];
  readonly top?: Top;
  /** The same rows of other metrics, one measure each. */
  readonly divisors: readonly RowsPlan[];
}

export interface PlanContext {
  readonly catalogue: Catalogue;
  /**
   * The state of a metric's table, in the engine that answers.
   * @param asOf the time, in ms since 1970, whose state is wanted
   * @throws Problem if that state isn't kept
   */
  readonly stateOf: (metric: Metric, route: Route, asOf?: number) => TableState;
  /** The recent changes of a metric's table. */
  readonly historyOf?: (metric: Metric) => History | undefined;
  readonly clock: Clock;
  /** The earlier time as of which questions are answered, in ms since 1970. */
  readonly asOf?: number;
  /** What is counted of open periods now. */
  readonly counting?: Counting | NotCounting;
  /** The state of a metric's table without open periods, by which `latest` is read. The default is `stateOf`. */
  readonly closedState?: PlanContext['stateOf'];
}
