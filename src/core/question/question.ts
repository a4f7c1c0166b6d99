/**
 * A question as it was asked: names and texts only, nothing checked. Every transport makes one;
 * `planFor` finds every mistake in it, so that REST and GraphQL can't disagree.
 */
export interface Question {
  /** A metric's name. */
  readonly metric: string;
  /** The values asked for, by dimension; several make several series. */
  readonly where: Readonly<Record<string, readonly string[]>>;
  readonly period: RangeText | TopPeriodText;
  readonly options: QuestionOptions;
}

/** For series: `YYYYMMDD`, `YYYYMMDDHH`, `YYYY-MM-DD`, `-30d` or `latest`. */
export interface RangeText {
  /** Undefined where the metric's path has none. */
  readonly granularity?: string;
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
  /** What to make of periods without a row. */
  readonly fill?: string;
  /** The dimension whose listed values are added into one series. */
  readonly sum?: string;
}
