/** A named kind of event: what it holds, who answers for it, and how long what of it is kept. */
export interface Stream {
  /** Of the log's stream and, made fit for tables (`tableNameOf`), of the raw table. */
  readonly name: string;
  readonly title: string;
  readonly description?: string;
  /** Who answers for it. */
  readonly owner: string;
  /** What an event has to be, as JSON Schema. */
  readonly schema: JsonSchema;
  /** The members of an event that are its own, in order. */
  readonly fields: readonly StreamField[];
  /** How long an event stays in the log and in the raw table, in ms. */
  readonly retentionMs: number;
  /** How long what is personal stays there; with 0 it is never kept. */
  readonly personalMs: number;
  readonly sampling: Sampling;
  /** The field by which an event's hour is told, where it isn't when it was received. */
  readonly time?: EventTime;
  /** For so long after an event another one with its id is the same one, sent again, in ms. */
  readonly repeatsMs: number;
  /** The fields by which losses are found: each host numbers its events one by one. */
  readonly sequence?: EventSequence;
  /** The field that names the site an event is about. Only some sites may be collected (`KRAKEN_SITES`). */
  readonly site?: string;
  /** Only Kraken itself fills it: events of it that come by HTTP are refused. */
  readonly isOwn?: boolean;
}

export type JsonSchema = Readonly<Record<string, unknown>>;

export interface StreamField {
  readonly name: string;
  /** `json` is whatever has parts of its own. */
  readonly type: FieldType | 'json';
  readonly description?: string;
  /** Whether it says something about a person: it goes earlier, and never gets beyond the raw table. */
  readonly personal: boolean;
}

export const FIELD_TYPES = ['text', 'integer', 'number', 'boolean', 'time'] as const;
export type FieldType = (typeof FIELD_TYPES)[number];

export interface Sampling {
  /** Which part of the events is kept, above 0 and up to 1. */
  readonly share: number;
  /** The field by whose value it is decided, so that events with the same value stay together; `meta.id` by itself. */
  readonly by: string;
}

export interface EventTime {
  readonly field: string;
  /** How far before and after its receipt an event may say that it happened, in ms. Beyond that its receipt counts. */
  readonly windowMs: number;
}

/** The names of two fields of an event: who counts (a text), and which number it has there (an integer). */
export interface EventSequence {
  readonly host: string;
  readonly number: string;
}

/** The name of a stream as a table's. Hive's are of small letters, digits and underscores. */
export function tableNameOf(stream: string): string {
  return stream.toLowerCase().replaceAll(/[.-]/g, '_');
}
