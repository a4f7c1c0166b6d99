import {
  circuitBreaker,
  type CircuitBreakerPolicy,
  ConsecutiveBreaker,
  handleWhen,
  isBrokenCircuitError,
} from 'cockatiel';
import { EngineError } from '../core/engine-error.ts';
import { onAbort } from '../core/abort.ts';

/** How many failures in a row it takes until an engine is left alone, and for how long, in ms. */
const FAILURES = 5;
const PAUSE_MS = 1000;

export interface GuardOptions {
  /**
   * Whether a missed deadline counts as a failure of the engine. It doesn't where callers choose how
   * much work a call is: then it is their question's own failure.
   */
  readonly countsDeadlines: boolean;
}

class DeadlineError extends EngineError {}

/**
 * What stands between the gateway and one kind of call to an engine: no call outlives its deadline,
 * and when several failed in a row the engine is left alone for a while.
 */
export class Guard {
  readonly engine: string;
  readonly #deadlineMs: number;
  readonly #breaker: CircuitBreakerPolicy;

  /** @param deadlineMs the longest that a call may take, in ms */
  constructor(engine: string, deadlineMs: number, { countsDeadlines }: GuardOptions) {
    this.engine = engine;
    this.#deadlineMs = deadlineMs;
    const isFailure = (error: Error): boolean =>
      error instanceof EngineError && (countsDeadlines || !(error instanceof DeadlineError));
    this.#breaker = circuitBreaker(handleWhen(isFailure), {
      breaker: new ConsecutiveBreaker(FAILURES),
      halfOpenAfter: PAUSE_MS,
    });
  }

  /**
   * @param signal of the asker: when it is aborted the call is too, and that is no failure of the engine
   * @throws EngineError when the call fails, misses its deadline, or isn't made because those before it failed
   */
  async run<T>(call: (signal: AbortSignal) => Promise<T>, signal?: AbortSignal): Promise<T> {
    try {
      return await this.#breaker.execute(() => this.#withDeadline(call, signal));
    } catch (error) {
      if (!isBrokenCircuitError(error)) throw error;
      throw new EngineError(this.engine, 'left alone after repeated failures', { cause: error });
    }
  }

  // Not cockatiel's timeout: it aborts a signal at the end of every call, which costs more than a read by key.
  async #withDeadline<T>(
    call: (signal: AbortSignal) => Promise<T>,
    signal: AbortSignal | undefined,
  ): Promise<T> {
    signal?.throwIfAborted();
    const controller = new AbortController();
    return new Promise<T>((resolve, reject) => {
      const give = (error: Error): void => {
        reject(error);
        controller.abort(error);
      };
      const timer = setTimeout(
        () => give(new DeadlineError(this.engine, 'no answer before the deadline')),
        this.#deadlineMs,
      );
      const stop = signal && onAbort(signal, () => give(signal.reason as Error));
      void call(controller.signal)
        .then(resolve, reject)
        .finally(() => {
          clearTimeout(timer);
          stop?.();
        });
    });
  }
}
