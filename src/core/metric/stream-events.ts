import type { Table } from './table.ts';

/** What a metric reads of the events of a stream. */
export interface StreamEvents {
  readonly stream: string;
  /**
   * The fields. The query calls them f1, f2, … in this order, and its result's columns d1, d2, … (dimensions) and
   * m1, m2, … (measures) in the order of the metric's table. So no name that an owner chose is a part of SQL.
   */
  readonly fields: readonly EventField[];
  /** Whether one of the fields is personal: it is deleted before the rest of the event. */
  readonly needsPersonal: boolean;
}

export interface EventField {
  readonly name: string;
  /** The type as which it is read. A value that doesn't fit is NULL. */
  readonly type: 'text' | 'integer' | 'number';
}

/** The events of a stream, as queries call them. Their table is the stream's raw table (`raw/`). */
export const STREAM_EVENTS: Table = {
  name: 'events',
  dimensions: [],
  entry: [],
  measures: [],
  ranking: undefined,
};
