/**
 * The share of the time that a check of all files may take, because its cost grows with the number of files.
 */
const SHARE_OF_TIME = 1 / 2000;
const SHORTEST_MS = 1000;
const MAX_INTERVAL_MS = 120_000;

/**
 * The pause after a check of all files, in ms. Such checks are only a safety net: usually a revision
 * file or a notification of the system reports changes at once.
 * @param tookMs how long the check took
 */
export function pauseAfter(tookMs: number): number {
  return Math.min(Math.max(tookMs / SHARE_OF_TIME, SHORTEST_MS), MAX_INTERVAL_MS);
}
