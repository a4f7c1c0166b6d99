import type { Metric } from '../metric/metric.ts';
import { publishedState } from '../metric/published-state.ts';
import { invalidParameter, type Problem } from '../problem.ts';
import { publishedAt, versionAt } from '../time/history.ts';
import { stateAt } from '../time/past-state.ts';
import type { TableState } from '../time/table-state.ts';
import { type Clock, parseTimestamp } from '../time/time.ts';
import { isRelative, relativeTo } from './periods.ts';
import type { Route } from './plan.ts';
import type { QuestionOptions } from './question.ts';

/** An earlier time whose answer is wanted. */
export interface AsOf {
  /** In ms since 1970. */
  readonly at: number;
  /** Whether it was given relative to now. */
  readonly relative: boolean;
}

/** When a question was answered: in which version of its table, and at which time if its range depends on that. */
export interface Moment {
  /** The version of the whole table, in the engine that answers. */
  readonly version: number;
  /** In ms since 1970. */
  readonly at: number | undefined;
}

const ALLOWED =
  'a time such as 2026-11-29T14:30:00Z, a day (its start, in UTC), or a time before now such as -7d (h, d, w, m, y)';

/** The option `asOf`; undefined if it isn't given. @throws Problem if it isn't a time, or in the future */
export function asOfAsked({ asOf }: QuestionOptions, clock: Clock): AsOf | undefined {
  if (asOf === undefined) return undefined;
  const at = instantOf(asOf) ?? relativeTo(clock, asOf);
  if (at === undefined) throw invalidParameter('asOf', 'asOf should be a time.', ALLOWED);
  if (at > clock.now())
    throw invalidParameter(
      'asOf',
      `asOf is in the future: ${isoTime(at)}. Nobody knows what will be answered then.`,
      `at most ${isoTime(clock.now())}`,
    );
  return { at, relative: isRelative(asOf) };
}

/** Reads a time by RFC 3339, or a date or hour as everywhere in the API. */
function instantOf(text: string): number | undefined {
  const date = parseTimestamp(text);
  if (date !== undefined) return date;
  if (!/^\d{4}-\d\d-\d\dT\d\d:\d\d(:\d\d(\.\d{1,6})?)?(Z|[+-]\d\d:\d\d)?$/.test(text)) return undefined;
  const ms = Date.parse(/(Z|[+-]\d\d:\d\d)$/.test(text) ? text : `${text}Z`);
  return Number.isNaN(ms) ? undefined : ms;
}

/** A time as answers spell it: `2026-11-29T14:30:00.000Z`. */
export function isoTime(at: number): string {
  return new Date(at).toISOString();
}

/**
 * The state of a metric's table as it was served at a time.
 * @param loaded the state in the warehouse
 * @param published the state in the series store
 * @throws Problem if no history reaches back so far
 */
export function pastStateOf(
  metric: Metric,
  route: Route,
  at: number,
  loaded: TableState,
  published: TableState,
): TableState {
  const { history } = loaded;
  if (!history) {
    throw invalidParameter(
      'asOf',
      `No earlier numbers of ${metric.name} are kept: only what changes from now on can be answered as of an earlier time, if KRAKEN_CORRECTIONS_DAYS isn't 0 and the tables lie in a lake's folder.`,
    );
  }
  const { publications } = published;
  const isPublished = route === 'series' && publications !== undefined;
  const live = (time: number): number | undefined =>
    isPublished ? publishedAt(publications, time) : versionAt(history, time);
  const isKept = (time: number): boolean => time >= history.since && (live(time) ?? -1) >= history.base;
  const version = live(at);
  if (version === undefined || !isKept(at)) {
    const times = [history.since, ...(isPublished ? publications.map((one) => one.at) : [])];
    throw tooEarly(metric, at, times.find(isKept) ?? history.since);
  }
  const past = stateAt(loaded, version);
  return route === 'series' ? publishedState(metric, past) : past;
}

/**
 * The state of a metric's table in a version; undefined if it is an earlier one and no history reaches back so far. A
 * table that nothing was loaded into has no history.
 * @param loaded the state in the warehouse
 */
export function stateOfVersion(
  metric: Metric,
  route: Route,
  version: number,
  loaded: TableState,
): TableState | undefined {
  const past = version === loaded.version ? loaded : earlierState(loaded, version);
  if (!past) return undefined;
  return route === 'series' ? publishedState(metric, past) : past;
}

function earlierState(loaded: TableState, version: number): TableState | undefined {
  const { history } = loaded;
  if (!history || version < history.base || version > loaded.version) return undefined;
  return stateAt(loaded, version);
}

function tooEarly(metric: Metric, at: number, since: number): Problem {
  return invalidParameter(
    'asOf',
    `asOf is ${isoTime(at)}, but ${metric.name} can be answered only as of ${isoTime(since)} and later: earlier numbers aren't kept.`,
    `${isoTime(since)} or later`,
  );
}
