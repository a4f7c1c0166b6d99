import type { FastifyBaseLogger } from 'fastify';
import type { PlanBase } from '../../core/question/plan.ts';
import type { Road } from '../../read/road.ts';
import { CACHE_CONTROL } from '../http/headers.ts';
import type { Plans } from './plans.ts';
import type { Reads } from './reads.ts';

/** What the resolvers of one HTTP request share, also those of several operations in it. */
export interface GraphqlContext {
  readonly road: Road;
  readonly reads: Reads;
  readonly log: FastifyBaseLogger;
  readonly method: string;
  readonly bill: Bill & { hints: number };
  readonly freshness: Freshness;
  /** Those of the operation, which has a copy of all this. */
  plans: Plans;
}

/** What a request has asked for so far. */
export interface Bill {
  points: number;
  series: number;
}

/** So many hints are put together for a request: each compares names with all that are loaded. */
export const MAX_HINTS = 20;

/** How long an answer made of several may be kept: as long as the least of them. */
export class Freshness {
  #keep: 'closed' | 'open' | 'stale' = 'closed';

  /** @param confirmed whether the engine says that this is still its state */
  note(plan: Pick<PlanBase, 'closed' | 'relative'>, confirmed: boolean): void {
    if (!confirmed) this.#keep = 'stale';
    else if (!plan.closed || plan.relative) this.noteOpen();
  }

  /** Something is in the answer that may change at any time. */
  noteOpen(): void {
    if (this.#keep === 'closed') this.#keep = 'open';
  }

  get cacheControl(): string {
    return CACHE_CONTROL[this.#keep];
  }
}
