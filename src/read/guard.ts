import {
  circuitBreaker,
  type CircuitBreakerPolicy,
  ConsecutiveBreaker,
  handleWhen,
  isBrokenCircuitError,
} from 'cockatiel';
import { EngineError } from '../core/engine-error.ts';
import { onAbort } from '../core/abort.ts';

/** The breaker opens after this many failures in a row, for this long in ms. */
const FAILURES = 5;
const PAUSE_MS = 1000;

export interface GuardOptions {
  /**
   * Whether a missed deadline counts as a failure of the engine. It doesn't if callers choose how much
   * work a call is: then the question is too expensive, and the engine is fine.
   */
  readonly countsDeadlines: boolean;
}

class DeadlineError extends EngineError {}

/**
 * A deadline and a circuit breaker for one kind of call to an engine: no call lasts longer than its deadline,
 * and after several failures in a row no calls are made for a while.
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
   * @param signal aborts the call; that doesn't count as a failure of the engine
   * @throws EngineError if the call fails, misses its deadline, or isn't made because the breaker is open
   */
  async run<T>(call: (signal: AbortSignal) => Promise<T>, signal?: AbortSignal): Promise<T> {
    try {
      return await this.#breaker.execute(() => this.#withDeadline(call, signal));
    } catch (error) {
      if (!isBrokenCircuitError(error)) throw error;
      throw new EngineError(this.engine, 'not asked: its last calls all failed', { cause: error });
    }
  }

  // Cockatiel's timeout would abort a signal at the end of every call, which costs more than a read by key.
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
