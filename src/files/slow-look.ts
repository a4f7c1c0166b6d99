/** The part of the time that a look may take which grows with what is looked at. */
const SHARE_OF_TIME = 1 / 2000;
const SHORTEST_MS = 1000;
const MAX_INTERVAL_MS = 120_000;

/**
 * How long nothing is looked at after a look that finds every change, in ms. It is only a net: what
 * changes is usually told by a file or by the system, at once.
 * @param tookMs how long that look took
 */
export function pauseAfter(tookMs: number): number {
  return Math.min(Math.max(tookMs / SHARE_OF_TIME, SHORTEST_MS), MAX_INTERVAL_MS);
}
