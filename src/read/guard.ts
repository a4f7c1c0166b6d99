import {
  circuitBreaker,
  ConsecutiveBreaker,
  handleWhen,
  isBrokenCircuitError,
  TaskCancelledError,
  timeout,
  TimeoutStrategy,
  wrap,
} from 'cockatiel';
import { EngineError } from '../core/engine-error.ts';

/**
 * What stands between the gateway and an engine: no call outlives its deadline, and an engine that
 * failed several times in a row is left alone for a while.
 */
export class Guard {
  readonly engine: string;
  readonly #policy: {
    execute<T>(call: (context: { signal: AbortSignal }) => Promise<T>, signal?: AbortSignal): Promise<T>;
  };

  /** @param deadlineMs the longest that a call may take, in ms */
  constructor(engine: string, deadlineMs: number) {
    this.engine = engine;
    const breaker = circuitBreaker(
      handleWhen((error) => error instanceof EngineError || error instanceof TaskCancelledError),
      {
        breaker: new ConsecutiveBreaker(5),
        halfOpenAfter: 1000,
      },
    );
    this.#policy = wrap(breaker, timeout(deadlineMs, TimeoutStrategy.Aggressive));
  }

  /** @throws EngineError when the call fails, misses its deadline, or isn't made because calls before it did */
  async run<T>(call: (signal: AbortSignal) => Promise<T>, signal?: AbortSignal): Promise<T> {
    try {
      return await this.#policy.execute((context) => call(context.signal), signal);
    } catch (error) {
      if (error instanceof EngineError) throw error;
      if (error instanceof TaskCancelledError) {
        if (signal?.aborted) throw signal.reason;
        throw new EngineError(this.engine, 'no answer before the deadline', { cause: error });
      }
      if (isBrokenCircuitError(error))
        throw new EngineError(this.engine, 'left alone after repeated failures', { cause: error });
      throw error;
    }
  }
}
