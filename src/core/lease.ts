/** The exclusive right to write, until it is released. */
export interface Lease {
  release(): Promise<void>;
}
