/** The right to write, while it lasts. */
export interface Lease {
  release(): Promise<void>;
}
