import { abortable } from '../core/abort.ts';

interface Flight<T> {
  readonly promise: Promise<T>;
  readonly controller: AbortController;
  askers: number;
}

/**
 * Shares one run of the same work among all who ask for it, by key. A caller that aborts ends only its own
 * waiting; the work itself is aborted when the last caller has gone.
 */
export class Flights<T> {
  readonly #flights = new Map<string, Flight<T>>();

  async join(key: string, start: (signal: AbortSignal) => Promise<T>, signal: AbortSignal): Promise<T> {
    signal.throwIfAborted();
    let flight = this.#flights.get(key);
    if (!flight) {
      const controller = new AbortController();
      flight = { promise: start(controller.signal), controller, askers: 0 };
      this.#flights.set(key, flight);
    }
    flight.askers++;
    try {
      return await abortable(flight.promise, signal);
    } finally {
      if (--flight.askers === 0) {
        if (this.#flights.get(key) === flight) this.#flights.delete(key);
        flight.controller.abort();
        // It may still fail, and nobody is left to handle that.
        flight.promise.catch(() => undefined);
      }
    }
  }
}
