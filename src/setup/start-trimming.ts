import { setTimeout as sleep } from 'node:timers/promises';
import type { EventLog } from '../log/event-log.ts';
import { openRawReader } from '../raw/open-loader.ts';
import { trimLog } from '../raw/trim-log.ts';
import type { Stream } from '../streams/stream.ts';
import { keepRunning } from './keep-running.ts';

/** How often a log is trimmed, in ms. */
const TRIM_MS = 60_000;

export interface TrimmingParts {
  /** As a process has it that may trim it: the one that writes the embedded log, or any one with Kafka. */
  readonly log: Pick<EventLog, 'trim' | 'partitions'>;
  /** The folder of the lake that the log is loaded into, by whichever process. */
  readonly lake: string;
  /** The streams there are, now. */
  readonly streams: () => ReadonlyMap<string, Stream>;
  /** Trimming failed, and is tried again. */
  readonly failed: (error: Error) => void;
  readonly everyMs?: number;
}

/**
 * Lets the log forget what is loaded and has been kept for long enough, from time to time. The tables' manifests say
 * what is loaded, so the loader may be another process.
 * @returns a function that ends it and waits for what is under way
 */
export function startTrimming({ everyMs = TRIM_MS, failed, ...parts }: TrimmingParts): () => Promise<void> {
  return keepRunning(async (signal) => {
    while (!signal.aborted) {
      await trimLoaded(parts).catch(failed);
      await sleep(everyMs, undefined, { signal, ref: false }).catch(() => undefined);
    }
  });
}

/** Does it once. @throws EngineError */
export async function trimLoaded({
  log,
  lake,
  streams,
}: Pick<TrimmingParts, 'log' | 'lake' | 'streams'>): Promise<void> {
  const declared = streams();
  for (const name of declared.keys()) {
    const manifest = await openRawReader(lake, name).manifest();
    if (manifest) await trimLog(log, declared, new Map([[name, { manifest }]]));
  }
}
