/** What a data set must know of the stream whose events it counts. `streams/` declares streams. */
export interface EventStream {
  readonly name: string;
  /** The fields that its table has. */
  readonly fields: readonly {
    readonly name: string;
    readonly type: 'text' | 'integer' | 'number' | 'boolean' | 'time' | 'json';
    readonly personal: boolean;
  }[];
  /** How long events are kept, in ms. */
  readonly retentionMs: number;
  /** How long their personal fields are kept, in ms; 0 if they never are. */
  readonly personalMs: number;
}

/** The declared streams, by name. */
export type EventStreams = ReadonlyMap<string, EventStream>;
