export interface ClientBounds {
  /** The maximum number in all. */
  readonly all: number;
  /** The maximum number of one client. */
  readonly perClient: number;
}

/** Counts what is under way, in all and of each client, within bounds. */
export class ClientCounts {
  readonly #bounds: ClientBounds;
  readonly #byClient = new Map<string, number>();
  #all = 0;

  constructor(bounds: ClientBounds) {
    this.#bounds = bounds;
  }

  get all(): number {
    return this.#all;
  }

  /**
   * Counts one more of a client, unless a bound is reached.
   * @param client identifies the client, such as its IP address
   * @returns the bound that is reached; undefined if one more is counted
   */
  add(client: string): keyof ClientBounds | undefined {
    const reached = this.reached(client);
    if (reached !== undefined) return reached;
    this.#byClient.set(client, (this.#byClient.get(client) ?? 0) + 1);
    this.#all++;
    return undefined;
  }

  /** The bound that keeps one more of a client from being counted. */
  reached(client: string): keyof ClientBounds | undefined {
    if ((this.#byClient.get(client) ?? 0) >= this.#bounds.perClient) return 'perClient';
    return this.#all >= this.#bounds.all ? 'all' : undefined;
  }

  /** Counts one less of a client. It must have been added. */
  remove(client: string): void {
    this.#all--;
    const own = this.#byClient.get(client) ?? 0;
    if (own > 1) this.#byClient.set(client, own - 1);
    else this.#byClient.delete(client);
  }
}
