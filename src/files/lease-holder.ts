import { randomUUID } from 'node:crypto';
import { hostname } from 'node:os';
import { MACHINE } from './machine.ts';
import { isAlive } from './process-alive.ts';

/** Who has a lease, as it says where the lease lies. */
export interface Holder {
  /** For people: what is at work, where. */
  readonly holder: string;
  readonly pid: number;
  readonly host: string;
  /** Where the number is that of a process: `MACHINE`. A Kraken of before 0.2 doesn't say. */
  readonly machine?: string;
  /** Another one for every lease ever given. */
  readonly nonce: string;
}

/** The nonces of the leases that this process holds: its own number may be that of a process that died. */
export const heldHere = new Set<string>();

/** This process as the holder of a new lease. */
export function holderHere(holder: string): Holder {
  return { holder, pid: process.pid, host: hostname(), machine: MACHINE, nonce: randomUUID() };
}

/**
 * What a waiter has seen of the holders. Heartbeats are compared with themselves, by this process's
 * own clock, never with a clock of another host.
 */
export class HolderWatch {
  readonly #termMs: number;
  readonly #seen = new Map<string, { heartbeat: string; since: number }>();

  /** @param termMs a holder whose heartbeat wasn't seen to change for so long is taken for dead */
  constructor(termMs: number) {
    this.#termMs = termMs;
  }

  /**
   * Whether a holder is dead: at once where it was a process of this machine, else after the term.
   * @param place where the lease lies: a waiter may watch several
   * @param heartbeat whatever changes while the holder lives
   */
  isDead(place: string, { machine, pid, nonce }: Holder, heartbeat: string): boolean {
    if (machine === MACHINE && (pid === process.pid ? !heldHere.has(nonce) : !isAlive(pid))) return true;
    const now = `${nonce} ${heartbeat}`;
    const seen = this.#seen.get(place);
    if (seen?.heartbeat === now) return performance.now() - seen.since >= this.#termMs;
    this.#seen.set(place, { heartbeat: now, since: performance.now() });
    return false;
  }
}
