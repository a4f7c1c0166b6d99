import type { Registry } from 'prom-client';

/** What the operators' port tells of workers. */
export interface Workers {
  /** Whether any serves. */
  readonly ready: boolean;
  /** What is wrong with them, in sentences. */
  notices(): readonly string[];
  /** The metrics of this process and all workers. */
  metrics(own: Registry): Promise<string>;
}
