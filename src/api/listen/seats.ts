export interface SeatBounds {
  /** The maximum number of listeners. */
  readonly all: number;
  /** The maximum number of listeners of one address. */
  readonly perClient: number;
}

/** Counts who listens. */
export class Seats {
  readonly #bounds: SeatBounds;
  readonly #byClient = new Map<string, number>();
  #taken = 0;

  constructor(bounds: SeatBounds) {
    this.#bounds = bounds;
  }

  get taken(): number {
    return this.#taken;
  }

  /**
   * Takes a seat. @param client identifies the client, such as its IP address
   * @returns gives the seat back, once; undefined if the client or the server has too many listeners
   */
  take(client: string): (() => void) | undefined {
    const own = this.#byClient.get(client) ?? 0;
    if (own >= this.#bounds.perClient || this.#taken >= this.#bounds.all) return undefined;
    this.#byClient.set(client, own + 1);
    this.#taken++;
    let isTaken = true;
    return () => {
      if (!isTaken) return;
      isTaken = false;
      this.#taken--;
      const left = (this.#byClient.get(client) ?? 1) - 1;
      if (left > 0) this.#byClient.set(client, left);
      else this.#byClient.delete(client);
    };
  }
}
