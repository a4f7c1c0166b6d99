import { createHash } from 'node:crypto';
import { VIEW_STREAMS } from '../core/metric/view-events.ts';
import type { Ordinal } from '../core/time/time.ts';
import { dayOfHour } from '../raw/hours.ts';
import { filesOf, hoursOf, isWhole, type RawSources, rowsText } from './raw-hours.ts';
import type { ViewHour } from './view-manifest.ts';

export interface PlanOptions {
  /** The first and last hour that may be made. Without them, all hours may be. */
  readonly hours?: { readonly first: Ordinal; readonly last: Ordinal };
  /** Whether hours are made again even if nothing says that they would differ. */
  readonly again: boolean;
}

/** What is to be done to an hour. */
export interface HourTask {
  readonly hour: Ordinal;
  readonly kind:
    /** Its views are made of its raw rows. */
    | 'make'
    /** Earlier hours of its day have other actors: its labels are looked at. */
    | 'look'
    /** It would be made, but its raw rows or the key of its day are gone. It stays as it is. */
    | 'keep';
  /** The number of its raw rows. */
  readonly rows: number;
}

export interface PlanState {
  readonly sources: RawSources;
  /** The version of the rules. */
  readonly rules: string;
  readonly hours: (day: Ordinal) => Promise<ReadonlyMap<Ordinal, ViewHour>>;
  readonly hasKey: (day: Ordinal) => Promise<boolean>;
}

/**
 * Yields what is to be done, in order of time.
 * @param after only hours after this one
 */
export async function* tasksOf(
  state: PlanState,
  options: PlanOptions,
  after: Ordinal = -Infinity,
): AsyncGenerator<HourTask> {
  const { hours: range } = options;
  for (const hour of hoursOf(state.sources)) {
    if (hour <= after || (range && (hour < range.first || hour > range.last))) continue;
    const task = await taskOf(state, hour, options);
    if (task) yield task;
  }
}

async function taskOf(
  { sources, rules, hours, hasKey }: PlanState,
  hour: Ordinal,
  { hours: range, again }: PlanOptions,
): Promise<HourTask | undefined> {
  const day = dayOfHour(hour);
  const all = await hours(day);
  const made = all.get(hour);
  const counts = VIEW_STREAMS.map((source) => sources.get(source)?.hours.get(hour)?.counts.accepted ?? 0);
  const rows = counts.reduce((sum, count) => sum + count, 0);
  const isThere = VIEW_STREAMS.some((source) => filesOf(sources, source, hour).length > 0);
  // What was never made before its rows went can't be made any more.
  if (!made) return isThere ? { hour, kind: 'make', rows } : undefined;
  const { madeFrom } = made;
  const isAsked = again || (range !== undefined && madeFrom.rules !== rules);
  const isOther = madeFrom.raw !== rowsText(sources, hour);
  const canBeMade = (isAsked || isOther) && isWhole(sources, hour) && (await hasKey(day));
  if (canBeMade) return { hour, kind: 'make', rows };
  if (isAsked || isOther) return { hour, kind: 'keep', rows: 0 };
  return madeFrom.before === beforeText(all, hour) ? undefined : { hour, kind: 'look', rows: 0 };
}

/** Returns the files of actors of the earlier hours of a day, in order of time. */
export function actorsBefore(hours: ReadonlyMap<Ordinal, ViewHour>, hour: Ordinal): string[] {
  const earlier = [...hours].filter(([other]) => other < hour).toSorted(([a], [b]) => a - b);
  return earlier.flatMap(([, { actors }]) => (actors === undefined ? [] : [actors]));
}

/** Names them: a text that differs if there are others. */
export function beforeText(hours: ReadonlyMap<Ordinal, ViewHour>, hour: Ordinal): string {
  const files = actorsBefore(hours, hour);
  if (files.length === 0) return '';
  return createHash('sha256').update(files.join('\n')).digest('hex').slice(0, 32);
}
