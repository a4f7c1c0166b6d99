/**
 * A question as it was asked: names and texts only, nothing checked. Every spelling is read into one
 * (a path under /metrics or of a Limn file, a field of GraphQL, a query of a Grafana panel, the one
 * language of /query), and `plan` finds every mistake in it, so that no two spellings can disagree.
 */
export type Question = PathQuestion | RowsQuestion;

interface Asking {
  /** A metric's name. */
  readonly metric: string;
  /** What the dimensions have to be. */
  readonly where: Readonly<Record<string, ConditionText>>;
  readonly options: QuestionOptions;
}

/** What a metric's path can ask: a series, or a ranked list, of every combination of the listed values. */
export interface PathQuestion extends Asking {
  readonly where: Readonly<Record<string, readonly string[]>>;
  readonly period: RangeText | TopPeriodText;
  readonly rows?: undefined;
}

/** What the one language asks: rows. */
export interface RowsQuestion extends Asking {
  readonly period: RangeText;
  readonly rows: RowsText;
}

/** What a dimension has to be. */
export type ConditionText =
  string | readonly string[] | { readonly prefix: string } | { readonly not: readonly string[] };

/** Of series and rows. In paths AQS's rules read it, in the one language both ends belong to it. */
export interface RangeText extends DateRange {
  /** Undefined where the metric's path has none; in the one language: a row is over the whole range. */
  readonly granularity?: string | undefined;
}

/** Two dates: `YYYYMMDD`, `YYYYMMDDHH`, `YYYY-MM-DD`, `YYYY-MM`, `-30d` or `latest`. */
export interface DateRange {
  readonly start: string;
  readonly end: string;
}

/** For tops. `day` is undefined where the metric's path has none. */
export interface TopPeriodText {
  readonly year: string;
  readonly month: string;
  readonly day?: string;
}

export interface QuestionOptions {
  /** What to make of periods without a row: `zero` or `null`. */
  readonly fill?: string | undefined;
  /** In paths: the dimension whose listed values are added into one series. */
  readonly sum?: string;
}

/** What the one language says of rows. */
export interface RowsText {
  /** The dimensions whose values are told apart. */
  readonly by: readonly string[];
  /** All of them where undefined. */
  readonly measures: readonly string[] | undefined;
  readonly order: readonly { readonly by: string; readonly direction: 'asc' | 'desc' }[] | undefined;
  readonly limit: number;
  readonly cursor: string | undefined;
  readonly total: boolean;
  readonly compare: DateRange | 'previous' | undefined;
  readonly dryRun: boolean;
}
