import type { Clock } from '../../core/time/time.ts';
import { LeaseHeldError } from '../../core/engine-error.ts';
import { acquireLease } from '../../files/file-lease.ts';
import { join } from 'node:path';
import { LogLockedError } from '../log-errors.ts';

/** The right to write a log. A `FileLease` is one. */
export interface WriterLock {
  /** Rejects when another process has taken over, because this one stood still for too long. */
  assertHeld(): Promise<void>;
  release(): Promise<void>;
}

/** How long a lock counts as held without a look. Less than the term after which another host takes over. */
const CONFIRM_MS = 2_000;

/**
 * Takes the lock of a log's folder.
 * @param holder who takes it: a command and its place, shown to people
 * @throws LogLockedError at once if another process holds it
 */
export async function lockFolder(folder: string, holder: string): Promise<WriterLock> {
  try {
    return await acquireLease(join(folder, '_writer'), holder, AbortSignal.abort());
  } catch (cause) {
    if (!(cause instanceof LeaseHeldError)) throw cause;
    throw new LogLockedError(`another process writes the event log in ${folder}: ${cause.holder}`, {
      cause,
    });
  }
}

/** Checks a lock again when it may have been lost since the last check. */
export class LockGuard {
  readonly #lock: WriterLock;
  readonly #clock: Clock;
  #confirmedMs: number;
  #lost: LogLockedError | undefined;

  constructor(lock: WriterLock, clock: Clock) {
    this.#lock = lock;
    this.#clock = clock;
    this.#confirmedMs = clock.now();
  }

  /**
   * Resolves when everything written before this call was written under the lock. It is called after the sync
   * and before the acknowledgement, so that the next holder of the lock finds everything that was
   * acknowledged.
   * @throws LogLockedError; once thrown, every later call throws it, too
   */
  async confirm(): Promise<void> {
    const now = this.#clock.now();
    if (!this.#lost && Math.abs(now - this.#confirmedMs) < CONFIRM_MS) return;
    await this.assert();
  }

  /** Checks the lock in any case. @throws LogLockedError */
  async assert(): Promise<void> {
    const now = this.#clock.now();
    try {
      if (this.#lost) throw this.#lost;
      await this.#lock.assertHeld();
      this.#confirmedMs = now;
    } catch (cause) {
      this.#lost ??= new LogLockedError('another process has taken over the event log', { cause });
      throw this.#lost;
    }
  }
}
