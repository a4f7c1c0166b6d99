/** The limits of this instance, for the pages that explain them. Other code enforces them. */
export interface Limits {
  /** The maximum cost of a request for several series, in points. */
  readonly points: number;
  /** The maximum number of concurrent requests of one address. */
  readonly requestsPerClient: number;
  readonly bodyKb: number;
  readonly graphqlDepth: number;
  readonly graphqlBatch: number;
  readonly readDeadlineMs: number;
  readonly queryDeadlineMs: number;
}
