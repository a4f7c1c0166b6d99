import type { ReadLine } from './line-reader.ts';

/** Where the lines of logs go to. */
export interface LineSink {
  /**
   * Takes a batch, in order. It waits while there is no room, and resolves when all of it is durable.
   * @returns for each line why it became a reject; undefined where it is a request
   * @throws Error where it can't be taken, also later
   */
  take(lines: readonly ReadLine[], signal: AbortSignal): Promise<(string | undefined)[]>;
  /** Ends what is under way. */
  close(): Promise<void>;
}

/** How long somebody waits who is to come again. */
export interface Patience {
  /** In ms, of the first wait; each is twice as long as the last one, up to `mostMs`. */
  readonly firstMs: number;
  readonly mostMs: number;
  /** After so long in all it is given up. */
  readonly inAllMs: number;
}
