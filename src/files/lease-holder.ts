import { randomUUID } from 'node:crypto';
import { hostname } from 'node:os';
import { MACHINE } from './machine.ts';
import { isAlive } from './process-alive.ts';

/** The holder of a lease, as it is written into the lease. */
export interface Holder {
  /** The work and the host, for people. */
  readonly holder: string;
  readonly pid: number;
  readonly host: string;
  /** The `MACHINE` on which `pid` is valid. Krakens before 0.2 don't write it. */
  readonly machine?: string;
  /** Unique for each lease. */
  readonly nonce: string;
}

/** The nonces of the leases that this process holds: a `pid` alone could belong to a dead holder. */
export const heldHere = new Set<string>();

/** This process as the holder of a new lease. */
export function holderHere(holder: string): Holder {
  return { holder, pid: process.pid, host: hostname(), machine: MACHINE, nonce: randomUUID() };
}

/**
 * Watches the heartbeats of holders. Only changes of a heartbeat count, timed by this process's clock, so
 * that the clocks of other hosts don't matter.
 */
export class HolderWatch {
  readonly #termMs: number;
  readonly #seen = new Map<string, { heartbeat: string; since: number }>();

  /** @param termMs a holder counts as dead if its heartbeat hasn't changed for this long, in ms */
  constructor(termMs: number) {
    this.#termMs = termMs;
  }

  /**
   * Whether a holder is dead. For a process of this machine this is known at once, for others only after the
   * term.
   * @param place identifies the lease, because a process may watch several
   * @param heartbeat a text that changes while the holder lives
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
