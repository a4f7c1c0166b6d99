import { setTimeout as sleep } from 'node:timers/promises';
import type { EventSource } from '../load/event-source.ts';
import type { Clock } from '../core/time/time.ts';

/** How often the events are looked at, in ms. */
const LOOK_MS = 5_000;
/** How long late events wait for others before their periods are made again, in ms. */
const LATE_MS = 5 * 60_000;
/** How long numbers whose making failed are left alone, in ms. */
const RETRY_MS = 30_000;

/** Numbers that are made together, of the same events. */
export interface Making {
  readonly name: string;
  /** If it changes, the numbers are made in another way. */
  readonly edition?: string | undefined;
  /** Returns the events as they are now; undefined if there is nothing to make numbers of. @throws EngineError */
  readonly look: () => Promise<Pick<EventSource, 'version' | 'closedMs'> | undefined>;
  /** @throws LeaseHeldError, EngineError */
  readonly make: (signal: AbortSignal) => Promise<void>;
  /** Called with the error of a look or of making, which is tried again. */
  readonly failed: (error: unknown) => void;
}

/** What numbers were made from last. */
interface Made {
  readonly edition: string | undefined;
  readonly closedMs: number;
  readonly version: number;
  readonly atMs: number;
}

/**
 * Makes numbers whenever an hour of their events was closed or their definition changed, and after late events, until the
 * signal is aborted. Those that fail don't keep the others waiting.
 * @param makings returns all that there are now
 */
export async function keepMade(
  makings: () => readonly Making[],
  clock: Clock,
  signal: AbortSignal,
  lookMs = LOOK_MS,
): Promise<void> {
  const made = new Map<string, Made>();
  const failedMs = new Map<string, number>();
  while (!signal.aborted) {
    for (const { name, edition, look, make, failed } of makings()) {
      if (signal.aborted || clock.now() - (failedMs.get(name) ?? -Infinity) < RETRY_MS) continue;
      try {
        const events = await look();
        if (!events || !isDue(made.get(name), { edition, ...events }, clock.now())) continue;
        await make(signal);
        const { version, closedMs = 0 } = events;
        made.set(name, { edition, version, closedMs, atMs: clock.now() });
        failedMs.delete(name);
      } catch (error) {
        if (signal.aborted) return;
        failed(error);
        failedMs.set(name, clock.now());
      }
    }
    await sleep(lookMs, undefined, { signal }).catch(() => undefined);
  }
}

function isDue(
  before: Made | undefined,
  { edition, closedMs = 0, version }: Partial<Omit<Made, 'version'>> & Pick<Made, 'version'>,
  nowMs: number,
): boolean {
  if (!before || before.edition !== edition || closedMs > before.closedMs) return true;
  return version !== before.version && nowMs - before.atMs >= LATE_MS;
}
