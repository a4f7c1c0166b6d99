import type { ReadLine } from './line-reader.ts';

/** A destination of log lines. */
export interface LineSink {
  /**
   * Takes a batch, in order. It waits while there is no room, and resolves when the whole batch is durable.
   * @returns for each line the reason why it became a reject; undefined for a request
   * @throws Error if the batch can't be taken, not even later
   */
  take(lines: readonly ReadLine[], signal: AbortSignal): Promise<(string | undefined)[]>;
  /** Finishes running work. */
  close(): Promise<void>;
}

/** How long waits before further tries are. */
export interface Patience {
  /** The first wait, in ms. Each further one is twice as long, up to `mostMs`. */
  readonly firstMs: number;
  readonly mostMs: number;
  /** The total of the waits after which the sink gives up, in ms. */
  readonly inAllMs: number;
}
