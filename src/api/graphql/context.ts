import type { FastifyBaseLogger } from 'fastify';
import type { PlanBase } from '../../core/question/plan.ts';
import type { Road } from '../../read/road.ts';
import { CACHE_CONTROL } from '../http/headers.ts';
import type { Basis } from './basis.ts';
import { Plans } from './plans.ts';

/** The shared state of all resolvers of one HTTP request, even if the request has several operations. */
export interface GraphqlContext {
  readonly road: Road;
  /** Aborted when the client goes away, which ends all reads. */
  readonly gone: AbortSignal;
  readonly log: FastifyBaseLogger;
  readonly method: string;
  readonly bill: Bill & { hints: number };
  readonly freshness: Freshness;
  /** The plans of one operation: each operation has its own copy of this context. */
  plans: Plans;
  /** What the answer is made of. */
  readonly basis: Basis;
  /** Whether somebody follows the answer, so that it may be one to a subscription. */
  readonly isFollowed: boolean;
  /** What is known of the answer when it is sent. All operations of a request share it. */
  readonly outcome: { hasErrors: boolean };
}

/** The state of a request that nothing has been read for. @param gone aborted when nobody waits for the answer any more */
export function newContext({
  road,
  gone,
  log,
  method,
  basis,
  isFollowed,
}: Pick<GraphqlContext, 'road' | 'gone' | 'log' | 'method' | 'basis' | 'isFollowed'>): GraphqlContext {
  return {
    road,
    gone,
    log,
    method,
    bill: { points: 0, series: 0, hints: 0 },
    freshness: new Freshness(),
    plans: new Plans(road, basis),
    basis,
    isFollowed,
    outcome: { hasErrors: false },
  };
}

/** The points and series that a request has asked for so far. */
export interface Bill {
  points: number;
  series: number;
}

/** The maximum number of hints in a request. Each compares a name with all loaded names. */
export const MAX_HINTS = 20;

/** Computes how long an answer with several parts may be cached: as long as the shortest-lived part. */
export class Freshness {
  #keep: 'closed' | 'open' | 'live' | 'stale' = 'closed';

  /** Takes a part into account. @param confirmed whether the engine still confirms the state that the part was read from */
  note(plan: Pick<PlanBase, 'closed' | 'relative' | 'open'>, confirmed: boolean): void {
    if (this.#keep === 'live') return;
    if (plan.open) this.#keep = 'live';
    else if (!confirmed) this.#keep = 'stale';
    else if (!plan.closed || plan.relative) this.noteOpen();
  }

  /** Takes a part into account that may change at any time. */
  noteOpen(): void {
    if (this.#keep === 'closed') this.#keep = 'open';
  }

  get cacheControl(): string {
    return CACHE_CONTROL[this.#keep];
  }
}
