import { STILL_MS } from '../../core/question/counting.ts';
import { startOf, type Grain, type Ordinal } from '../../core/time/time.ts';
import { periodInWords } from './words.ts';

/** When a period under way began, after a number: `since 20:00 UTC`, `on 29 November 2026, so far`. */
export function soFar(grain: Grain, ordinal: Ordinal): string {
  return grain === 'hourly'
    ? `since ${timeOfDay(startOf(grain, ordinal)).slice(0, 5)} UTC`
    : `in ${periodInWords(grain, ordinal)}, so far`.replace(/^in (?=\d+ )/, 'on ');
}

/** The time of the day: `20:17:29`. @param ms since 1970 */
export function timeOfDay(ms: number): string {
  return new Date(ms).toISOString().slice(11, 19);
}

/** Whether numbers that are behind by so much, in ms, aren't counted any more. */
export function isStill(behindMs: number): boolean {
  return behindMs > STILL_MS;
}

/** How live numbers are doing. */
export type LiveState =
  /** The stream is open, and events are counted. */
  | 'live'
  /** The stream is open, but nothing is counted any more. */
  | 'still'
  /** There is no stream. */
  | 'cut'
  /** The reader has no script. */
  | 'once';

/** Says in a sentence how live numbers are doing. @param asOfMs undefined if nothing open is counted */
export function liveInWords(state: LiveState, asOfMs: number | undefined): string {
  const time = asOfMs === undefined ? undefined : `${timeOfDay(asOfMs)} UTC`;
  switch (state) {
    case 'live':
      return time === undefined ? 'Live: waiting for the first numbers.' : `Live: counted up to ${time}.`;
    case 'still':
      return time === undefined
        ? 'Counting stands still: only closed periods have numbers.'
        : `Counting stands still since ${time}. The numbers are of then.`;
    case 'cut':
      return time === undefined
        ? 'The connection is cut, and is tried again.'
        : `The connection is cut, and is tried again. The numbers are of ${time}.`;
    case 'once':
      return time === undefined ? 'Nothing is counted at the moment.' : `Counted up to ${time}.`;
  }
}
