/**
 * A question in its original form: unchecked names and texts. Every transport reads its requests into one:
 * paths under /metrics and of Limn files, fields of GraphQL, queries of Grafana panels, and /query. `plan`
 * finds every mistake, so that no two transports can disagree.
 */
export type Question = PathQuestion | RowsQuestion;

interface Asking {
  readonly metric: string;
  /** The conditions, by dimension. */
  readonly where: Readonly<Record<string, ConditionText>>;
  readonly options: QuestionOptions;
}

/** A question that a metric's path can ask: for one series, or one ranked list, of each combination of the values. */
export interface PathQuestion extends Asking {
  readonly where: Readonly<Record<string, readonly string[]>>;
  readonly period: RangeText | TopPeriodText;
  readonly rows?: undefined;
}

/** A question of /query: for rows. */
export interface RowsQuestion extends Asking {
  readonly period: RangeText;
  readonly rows: RowsText;
}

/** The condition on one dimension. */
export type ConditionText =
  string | readonly string[] | { readonly prefix: string } | { readonly not: readonly string[] };

/** The range of series and rows. Paths are read by AQS's rules (`path-range.ts`); /query includes both ends. */
export interface RangeText extends DateRange {
  /** Undefined if the metric's path has no such parameter; in /query if each row is over the whole range. */
  readonly granularity?: string | undefined;
}

/** Two dates: `YYYYMMDD`, `YYYYMMDDHH`, `YYYY-MM-DD`, `YYYY-MM`, `-30d` or `latest`. */
export interface DateRange {
  readonly start: string;
  readonly end: string;
}

/** The period of a ranked list. `day` is undefined if the metric's path has no such parameter. */
export interface TopPeriodText {
  readonly year: string;
  readonly month: string;
  readonly day?: string;
}

export interface QuestionOptions {
  /** What to answer for periods without a row: `zero` or `null`. */
  readonly fill?: string | undefined;
  /** The time whose answer is wanted; undefined for now. */
  readonly asOf?: string | undefined;
  /** Whether the open periods are wanted too: empty or `true`. */
  readonly live?: string | undefined;
  /** In paths: the dimension whose values are added up to one series. */
  readonly sum?: string;
}

/** An earlier range by a word: as many periods directly before the range, or those a year before. */
export type Earlier = 'previous' | 'previous_year';

/** The parts of a /query question that paths don't have. */
export interface RowsText {
  /** The dimensions that rows are grouped by. */
  readonly by: readonly string[];
  /** Undefined: all of them. */
  readonly measures: readonly string[] | undefined;
  readonly order: readonly { readonly by: string; readonly direction: 'asc' | 'desc' }[] | undefined;
  readonly limit: number;
  readonly cursor: string | undefined;
  readonly total: boolean;
  readonly compare: DateRange | Earlier | undefined;
  /** Conditions on numbers: `views>=1000`. */
  readonly having: readonly string[] | undefined;
  /** How many rows of each group of `within` are answered, the first by the order; undefined: all. */
  readonly top: number | undefined;
  /** The columns whose values make a group; undefined: all rows are one. */
  readonly within: readonly string[] | undefined;
  /** Whether each group has a last row with the sum of its other rows. */
  readonly others: boolean;
  readonly dryRun: boolean;
}
