/** A named kind of event: what its events hold, who is responsible for it, and how long events are kept. */
export interface Stream {
  /** The name of the log's stream and, made fit for tables by `tableNameOf`, of the raw table. */
  readonly name: string;
  readonly title: string;
  readonly description?: string;
  /** Who is responsible for the stream. */
  readonly owner: string;
  /** The JSON Schema of an event. */
  readonly schema: JsonSchema;
  /** The members of an event, in order, without those of the envelope. */
  readonly fields: readonly StreamField[];
  /** How long an event stays in the log and in the raw table, in ms. */
  readonly retentionMs: number;
  /** How long personal fields stay there, in ms; 0 means they are never kept. */
  readonly personalMs: number;
  readonly sampling: Sampling;
  /** The field that gives an event's hour, if that is not the time of receipt. */
  readonly time?: EventTime;
  /** How long after an event another one with the same id counts as a repetition, in ms. */
  readonly repeatsMs: number;
  /** The fields by which losses are found: each host numbers its events one by one. */
  readonly sequence?: EventSequence;
  /** The field that names the site an event is about. Only some sites may be collected (`KRAKEN_SITES`). */
  readonly site?: string;
  /**
   * Who fills the stream, if not everybody may: Kraken itself, `kraken collect` with lines of logs, or the servers of
   * wikis. Events of it that come by HTTP are refused; those of logs and wikis are accepted from some addresses
   * (`KRAKEN_LOG_SENDERS`).
   */
  readonly filledBy?: 'kraken' | 'logs' | 'wikis';
}

export type JsonSchema = Readonly<Record<string, unknown>>;

export interface StreamField {
  readonly name: string;
  /** `json` stands for values that have parts of their own. */
  readonly type: FieldType | 'json';
  readonly description?: string;
  /** Whether the field says something about a person. Such a field is deleted earlier and never leaves the raw table. */
  readonly personal: boolean;
}

export const FIELD_TYPES = ['text', 'integer', 'number', 'boolean', 'time'] as const;
export type FieldType = (typeof FIELD_TYPES)[number];

export interface Sampling {
  /** The share of the events that is kept, above 0 and up to 1. */
  readonly share: number;
  /** The field whose value decides, so that events with the same value stay together; `meta.id` by default. */
  readonly by: string;
}

export interface EventTime {
  readonly field: string;
  /** How far before or after its receipt an event may say that it happened, in ms. Beyond that the time of receipt counts. */
  readonly windowMs: number;
}

/** The names of two fields of an event: who counts (a text), and which number it has there (an integer). */
export interface EventSequence {
  readonly host: string;
  readonly number: string;
}

/** Returns the name of a stream's table. Hive allows lower-case letters, digits and underscores. */
export function tableNameOf(stream: string): string {
  return stream.toLowerCase().replaceAll(/[.-]/g, '_');
}
