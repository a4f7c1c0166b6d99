/** What one request may ask for, as this instance is set up. The pages say it, others enforce it. */
export interface Limits {
  /** Points that a request for several series may cost. */
  readonly points: number;
  /** Requests of one address that may be under way. */
  readonly requestsPerClient: number;
  readonly bodyKb: number;
  readonly graphqlDepth: number;
  readonly graphqlBatch: number;
  readonly readDeadlineMs: number;
  readonly queryDeadlineMs: number;
}
