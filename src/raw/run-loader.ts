import { setTimeout as sleep } from 'node:timers/promises';
import { EngineError } from '../core/engine-error.ts';
import type { Loader } from './loader.ts';
import { LoaderLeaseError } from './raw-lease.ts';
import type { Round } from './stream-loader.ts';

/** How long a loader waits from the begin of one round to the next, and after an error, in ms. */
const ROUND_MS = 500;
const RETRY_MS = 5_000;

export interface RunOptions {
  readonly loader: Loader;
  /** Ends it: what is under way is finished. */
  readonly signal: AbortSignal;
  /** Brings the counts of events up to the tables. It may take long, and nothing waits for it. */
  readonly count: () => Promise<void>;
  readonly told: Told;
}

/** Is told what an operator wants to know. */
export interface Told {
  /** What a round of all streams came to. */
  readonly round: (rounds: ReadonlyMap<string, Round>) => void;
  /** Something failed that is tried again. */
  readonly failed: (what: string, error: Error) => void;
}

/**
 * Loads until it is stopped: the log is looked at twice a second, and beside that hours are compacted and
 * events are counted.
 * @throws LoaderLeaseError when another loader has taken over
 */
export async function runLoader({ loader, signal, count, told }: RunOptions): Promise<void> {
  const beside = new Beside((what, error) => {
    // What a stop ends didn't fail.
    if (!signal.aborted) told.failed(what, error);
  });
  while (!signal.aborted) {
    const begun = performance.now();
    let pause = ROUND_MS;
    try {
      told.round(await loader.round(signal));
    } catch (error) {
      if (error instanceof LoaderLeaseError || !(error instanceof EngineError)) throw error;
      told.failed('loading', error);
      pause = RETRY_MS;
    }
    beside.start('counting events', count);
    beside.start('compacting hours', () => loader.upkeep(signal, false));
    beside.throwIfLost();
    await sleep(Math.max(0, pause - (performance.now() - begun)), undefined, { signal }).catch(
      () => undefined,
    );
  }
  await beside.end();
}

/** Work of several kinds, each once at a time. */
class Beside {
  readonly #failed: Told['failed'];
  readonly #running = new Map<string, Promise<void>>();
  #lost: LoaderLeaseError | undefined;

  constructor(failed: Told['failed']) {
    this.#failed = failed;
  }

  /** Begins work unless it is under way. */
  start(what: string, work: () => Promise<void>): void {
    if (this.#running.has(what)) return;
    const running = work()
      .catch((error: unknown) => {
        if (error instanceof LoaderLeaseError) this.#lost = error;
        else this.#failed(what, error as Error);
      })
      .finally(() => this.#running.delete(what));
    this.#running.set(what, running);
  }

  throwIfLost(): void {
    if (this.#lost) throw this.#lost;
  }

  async end(): Promise<void> {
    await Promise.all(this.#running.values());
  }
}
