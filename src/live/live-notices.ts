import { isoTime } from '../core/question/as-of.ts';
import { type Counting, type NotCounting, STILL_MS } from '../core/question/counting.ts';

/** Says to operators, in sentences, what is wrong with the counting of open periods; nothing if all is well. */
export function liveNotices(counting: Counting | NotCounting | undefined, nowMs: number): string[] {
  if (!counting) return [];
  if ('why' in counting) return [counting.why];
  const behindMs = nowMs - counting.asOfMs;
  if (behindMs <= STILL_MS) return [];
  const seconds = Math.round(behindMs / 1000);
  return [
    `Open periods are counted only up to ${isoTime(counting.asOfMs)}, ${seconds} seconds ago. If that stays so, the event log or the lake can't be read; this process logs why.`,
  ];
}
