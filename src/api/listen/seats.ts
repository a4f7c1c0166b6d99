import { type ClientBounds, ClientCounts } from '../http/client-counts.ts';

/** Counts who listens. */
export class Seats {
  readonly #counts: ClientCounts;

  constructor(bounds: ClientBounds) {
    this.#counts = new ClientCounts(bounds);
  }

  get taken(): number {
    return this.#counts.all;
  }

  /**
   * Takes a seat. @param client identifies the client, such as its IP address
   * @returns gives the seat back, once; undefined if the client or the server has too many listeners
   */
  take(client: string): (() => void) | undefined {
    if (this.#counts.add(client)) return undefined;
    let isTaken = true;
    return () => {
      if (isTaken) this.#counts.remove(client);
      isTaken = false;
    };
  }
}
