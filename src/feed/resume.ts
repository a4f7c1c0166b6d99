import type { Road } from '../read/road.ts';
import { closedEvents, knownAfter, NOTHING, type Before } from './differences.ts';
import { seenAmong, type Seen } from './event-id.ts';
import { pastSnapshot, type Followed, type Snapshot } from './snapshot.ts';
import { openRowsOf, type Knowing } from './told.ts';

/**
 * Finds out what a client knows that has seen something: the answers of then are asked again, as of then.
 * @returns undefined if it can't be found out any more; then everything is told again
 * @throws EngineError if it can't be found out now
 */
export async function knowingOf(
  road: Road,
  followed: Followed,
  seen: Seen,
  now: Snapshot,
  signal: AbortSignal,
): Promise<Knowing | undefined> {
  let before: Before = NOTHING;
  for (const step of seen.steps) {
    const then = await pastSnapshot(road, followed, step, now, signal);
    if (!then) return undefined;
    if (step.count === undefined) before = then;
    else {
      const events = closedEvents(before, then);
      if (step.count > events.length) return undefined;
      before = { rows: knownAfter(before.rows, events.slice(0, step.count)), extent: then.extent };
    }
  }
  const { steps, open } = seen;
  return { steps, before, openKeys: seenAmong(openRowsOf(now), open), open };
}
